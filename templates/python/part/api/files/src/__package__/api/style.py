"""How values of arguments are written: https://spec.openapis.org/oas/v3.2.0.html#style-values"""

import json
from typing import Any, cast
from urllib.parse import quote

DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
SEPARATORS = {"label": (".", "."), "matrix": (";", ";"), "form": ("", "&"), "cookie": ("", "; ")}


def escape(text: str, reserved: bool = False) -> str:
    """Escapes what an address may hold for other reasons, unless the description reserves it for this."""
    return quote(text, safe=":/?@!$'()*,;=" if reserved else "", errors="replace")


def text_of(value: Any) -> str:
    """A value as text; a list or an object in a list is JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(place: dict[str, Any], value: Any) -> str:
    """Writes a value as its place and style want it; empty where there is nothing to send."""
    style, explode = str(place["style"]), bool(place["explode"])
    plain = place.get("in") == "header" or style == "cookie"
    named = style not in ("simple", "label")

    def code(given: Any) -> str:
        return text_of(given) if plain else escape(text_of(given), bool(place.get("reserved")))

    def pair(key: str, text: str) -> str:
        return key if style == "matrix" and text == "" else f"{key}={text}"

    name = str(place["name"]) if plain else escape(str(place["name"]))
    if place.get("json"):
        text = code(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
        return f"{name}={text}" if named else text
    if style == "deepObject":
        return "&".join(_deep(name, value, code))
    first, following = SEPARATORS.get(style, ("", "&" if style in DELIMITERS else ","))
    start, delimiter = first + (f"{name}=" if named else ""), DELIMITERS.get(style, ",")
    if isinstance(value, list):
        items = [code(item) for item in cast("list[Any]", value)]
        if not items:
            return ""
        if explode:
            return first + following.join(pair(name, item) if named else item for item in items)
        return start + delimiter.join(items)
    if isinstance(value, dict):
        entries = [(key if plain else escape(key), code(one)) for key, one in cast("dict[str, Any]", value).items()]
        if not entries:
            return ""
        if explode:
            return first + following.join("=".join(entry) for entry in entries)
        return start + delimiter.join(part for entry in entries for part in entry)
    return first + (pair(name, code(value)) if named else code(value))


def _deep(name: str, value: Any, code: Any) -> list[str]:
    """`filter[price][min]=1`, and lists by their places."""
    if isinstance(value, dict):
        entries = list(cast("dict[str, Any]", value).items())
    elif isinstance(value, list):
        entries = [(str(at), one) for at, one in enumerate(cast("list[Any]", value))]
    else:
        return [f"{name}={code(value)}"]
    return [line for key, one in entries for line in _deep(f"{name}%5B{escape(key)}%5D", one, code)]
