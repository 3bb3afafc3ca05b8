"""The little XML that S3 answers with: flat elements without attributes that matter.

Names of objects cannot hold characters that XML has no way to write, since no key does.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus


@dataclass(frozen=True)
class Failure:
    """Why something was refused."""

    code: str = ""
    """`NoSuchBucket`, `SlowDown`, …; empty when the answer is not S3's."""
    message: str = ""
    region: str = ""
    """The region that the service expected, where it says so."""


@dataclass(frozen=True)
class Listed:
    """An object, as a listing shows it."""

    name: str
    size: int


@dataclass(frozen=True)
class Listing:
    """A part of the objects."""

    objects: Sequence[Listed]
    is_truncated: bool


def parse_failure(xml: str) -> Failure:
    """What an answer says that is no success."""
    error = _element(xml, "Error") or ""
    return Failure(_text_of(error, "Code"), _text_of(error, "Message"), _text_of(error, "Region"))


def parse_listing(xml: str) -> Listing:
    """Raises ValueError when the answer is no listing."""
    result = _element(xml, "ListBucketResult")
    if result is None:
        raise ValueError("the answer is no listing")
    # Only services that do so unasked: in an encoded name `+` is a blank, else it is itself.
    is_encoded = _text_of(result, "EncodingType") == "url"
    objects: list[Listed] = []
    for contents in re.findall(r"<Contents>(.*?)</Contents>", result, re.DOTALL):
        name = _text_of(contents, "Key")
        objects.append(Listed(unquote_plus(name) if is_encoded else name, int(_text_of(contents, "Size") or 0)))
    return Listing(objects, _text_of(result, "IsTruncated") == "true")


def _element(xml: str, name: str) -> str | None:
    """What is inside of the first element of a name, as it is written."""
    found = re.search(rf"<{name}(?:\s[^>]*)?>(.*?)</{name}>", xml, re.DOTALL)
    return found[1] if found else None


def _text_of(xml: str, name: str) -> str:
    return html.unescape(_element(xml, name) or "")
