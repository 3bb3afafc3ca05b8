"""Finds operations by words."""

import re
from typing import Any

from .table import OPERATIONS, Operation

PAGE = 25


def search(query: str, tag: str | None = None, path: str | None = None, start: int = 0) -> dict[str, Any]:
    """Operations as one line each, the best first."""
    given = re.findall(r"[^\W_]+", query.lower())
    words = [word for word in given if len(word) > 2] or given  # "a" and "of" are in everything
    found = [
        (_score(name, one, words), name, one)
        for name, one in OPERATIONS.items()
        if (tag is None or tag.lower() in (other.lower() for other in one.tags))
        and (path is None or path.lower() in one.path.lower())
    ]
    found = sorted((one for one in found if not words or one[0] > 0), key=lambda one: -one[0])
    end = start + PAGE
    lines = [f"{name}: {one.title} ({one.method} {one.path})" for _, name, one in found[start:end]]
    return {"total": len(found), "operations": lines, **({"next": end} if end < len(found) else {})}


def _score(name: str, one: Operation, words: list[str]) -> int:
    """Where a word stands counts; an operation that has all of them comes before those with some."""
    about = f"{' '.join(one.tags)} {one.path}".lower()
    places = [(name, 4), (one.title.lower(), 4), (about, 2), (one.description.lower(), 1)]
    # "issues" finds "issue" as well.
    stems = [word.removesuffix("s") if len(word) > 3 else word for word in words]
    scores = [sum(weight for text, weight in places if stem in text) for stem in stems]
    return sum(scores) + (20 if all(scores) else 0)
