"""How clients show this server."""

from urllib.parse import quote

from mcp.types import Icon

# Inline, so that a client shows it without a request. Replace the drawing by your own.
_DRAWING = "".join(
    [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">',
        '<rect width="48" height="48" rx="10" fill="#7c3aed"/>',
        '<path d="M10 30h12v8H10zm16 0h12v8H26zM18 20h12v8H18zM10 10h12v8H10zm16 0h12v8H26z" fill="#fff"/>',
        "</svg>",
    ]
)

ICONS = [
    Icon(src=f"data:image/svg+xml,{quote(_DRAWING, safe='')}", mime_type="image/svg+xml", sizes=["any"]),
]
