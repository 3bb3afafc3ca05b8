"""The text of a page, as far as a model needs it: no markup, no scripts, blocks on lines of their own."""

import codecs
import re
from html.parser import HTMLParser

_HIDDEN = {"script", "style", "noscript", "template", "svg"}
_BLOCKS = re.compile(r"p|div|section|article|h[1-6]|li|ul|ol|tr|table|header|footer|main|nav|pre|br")


def to_text(body: bytes, content_type: str) -> str:
    """The text of a page. Takes a while for a long one, so call it in a thread."""
    text = _decode(body, content_type)
    return _strip_markup(text) if re.search(r"\bhtml\b", content_type, re.IGNORECASE) else text


def _decode(body: bytes, content_type: str) -> str:
    found = re.search(r'charset="?([\w-]+)', content_type, re.IGNORECASE)
    try:
        charset = codecs.lookup(found[1]).name if found else "utf-8"
        return body.decode("utf-8-sig" if charset == "utf-8" else charset, errors="replace")
    except LookupError:
        return body.decode("utf-8-sig", errors="replace")


def _strip_markup(html: str) -> str:
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    # Line by line, since a pattern over the whole text would keep every other thread waiting.
    lines: list[str] = []
    for line in "".join(parser.parts).split("\n"):
        words = " ".join(line.split())
        if words or (lines and lines[-1]):
            lines.append(words)
    return "\n".join(lines).strip()


class _TextParser(HTMLParser):
    """Collects what a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """The beginning of an element."""
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif _BLOCKS.fullmatch(tag):
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        """The end of an element."""
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif _BLOCKS.fullmatch(tag):
            self._add("\n")

    def handle_data(self, data: str) -> None:
        """Text."""
        self._add(data)

    def _add(self, text: str) -> None:
        if not self._hidden:
            self.parts.append(text)
