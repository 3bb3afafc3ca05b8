"""The text of a web page, in a time that grows with its length and no faster, whatever is in it."""

import html
import re

# Codecs that take no more than that; a page may name any that Python has.
CODECS = {
    "utf-8": "utf-8-sig",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    **{name: name for name in ("utf-16", "utf-16le", "utf-16be", "gbk", "gb18030", "big5", "shift_jis")},
    **{name: name for name in ("euc-jp", "euc-kr", "koi8-r", "koi8-u", "iso-8859-2", "iso-8859-5", "iso-8859-15")},
    **{f"windows-125{digit}": f"cp125{digit}" for digit in range(9)},
}

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)|<!--|<[!?/]")
_VALUE_OR_END = re.compile(r"=\s*([\"'])|>")
_HIDDEN = {"script", "style", "noscript", "template", "svg"}
_BLOCK = re.compile(r"p|div|section|article|h[1-6]|li|ul|ol|tr|table|header|footer|main|nav|pre|br|title")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def decode(body: bytes, content_type: str) -> str:
    """The characters of a body."""
    found = re.search(r"charset\s*=\s*[\"']?([\w-]+)", content_type, re.IGNORECASE)
    codec = CODECS.get(found[1].lower() if found else "utf-8", "utf-8-sig")
    return body.decode(codec, errors="replace")


def to_text(page: str) -> str:
    """What a reader sees of an HTML page: no markup, no scripts, blocks on lines of their own."""
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), "".join(_parts(page)))
    lines: list[str] = []
    for line in text.split("\n"):
        words = " ".join(line.split())
        if words or (lines and lines[-1]):
            lines.append(words)
    return "\n".join(lines).strip()


def _parts(page: str) -> list[str]:
    parts: list[str] = []
    at, unclosed = 0, set[str]()
    while tag := _TAG.search(page, at):
        parts.append(page[at : tag.start()])
        name = (tag[1] or "").lower()
        if tag[0] == "<!--":
            at = _after(page, "-->", tag.end())
            continue
        at = _end_of_tag(page, tag.end(), unclosed)
        if name in _HIDDEN and not tag[0].startswith("</"):
            closing = re.compile(f"</{name}", re.IGNORECASE).search(page, at)
            at = len(page) if closing is None else _after(page, ">", closing.end())
        elif _BLOCK.fullmatch(name):
            parts.append("\n")
    parts.append(page[at:])
    return parts


def _after(page: str, end: str, at: int) -> int:
    """The place behind the next `end`; without one, the rest of the page belongs to what has begun."""
    found = page.find(end, at)
    return len(page) if found < 0 else found + len(end)


def _end_of_tag(page: str, at: int, unclosed: set[str]) -> int:
    """The place behind a tag. A quote that is never closed is none, and not looked for again."""
    while found := _VALUE_OR_END.search(page, at):
        at = found.end()
        quote = found[1]
        if quote is None:
            return at
        closing = -1 if quote in unclosed else page.find(quote, at)
        if closing < 0:
            unclosed.add(quote)
        else:
            at = closing + 1
    return len(page)
