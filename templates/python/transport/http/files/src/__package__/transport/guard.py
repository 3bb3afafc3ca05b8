"""What is turned away before the server reads anything, each with an HTTP status and a JSON-RPC error."""

from urllib.parse import urlsplit

from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

PROBES = ("/healthz", "/readyz")
"""Load balancers ask for these, under whatever name, and as often as they like."""


class Guard:
    """Turns away requests under a foreign name, from a foreign page, or of a form that no client sends.

    The SDK looks at names, pages and sizes as well, but answers in plain text, which MCP clients cannot show.
    """

    def __init__(self, app: ASGIApp, security: TransportSecuritySettings, max_body_bytes: int) -> None:
        self._app = app
        self._security = security
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        path, method, headers = scope["path"], scope["method"], Headers(scope=scope)
        refusal = None if path in PROBES else self._foreign(headers)
        if refusal is not None or path != "/mcp":
            return refusal
        if method != "POST":
            known = "mcp-session-id" in headers
            return None if known else refuse(405, "Method not allowed without a session")
        return refuse_body(headers, self._max_body_bytes)

    def _foreign(self, headers: Headers) -> JSONResponse | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if not _is_among(host, self._security.allowed_hosts):
            return refuse(403, f"Invalid Host: {_name_in(f'//{host}') or host}")
        if origin and not _is_among(origin, self._security.allowed_origins):
            name = _name_in(origin)
            return refuse(403, f"Invalid Origin: {name}" if name else f"Invalid Origin header: {origin}")
        return None


def refuse_body(headers: Headers, max_body_bytes: int) -> JSONResponse | None:
    """The refusal of a body that says that it is no JSON, or too large."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return refuse(415, "Content-Type must be application/json")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_body_bytes:
        return refuse(413, f"The body is larger than {max_body_bytes} bytes")
    return None


def _is_among(value: str, allowed: list[str]) -> bool:
    """Whether a host or an origin is in a list in which `:*` stands for any port."""
    return value in allowed or f"{value.rpartition(':')[0]}:*" in allowed


def _name_in(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def refuse(status: int, message: str, code: int = -32000) -> JSONResponse:
    """An error that answers no request in particular."""
    return JSONResponse({"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": None}, status)
