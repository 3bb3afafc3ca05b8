"""Operations of the API by the names of their tools. Take one out of operations.json to write its tool yourself."""

import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, cast

from pydantic import SecretStr

from ..config import config

_table: dict[str, Any] = json.loads(files(__package__ or "").joinpath("operations.json").read_text("utf-8"))
SERVER: dict[str, Any] = _table["server"]
SCHEMES: dict[str, dict[str, Any]] = _table["schemes"]


@dataclass(frozen=True)
class Operation:
    """What can be called."""

    title: str
    description: str
    method: str
    path: str
    input: dict[str, Any]
    tags: list[str] = field(default_factory=list[str])
    server: str | None = None
    send: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    body: dict[str, Any] | None = None
    accept: str = "application/json"
    security: list[list[str]] | None = None
    readOnly: bool = False  # as in the file
    destructive: bool = False
    idempotent: bool = False
    deprecated: bool = False


OPERATIONS = {name: Operation(**given) for name, given in cast("dict[str, Any]", _table["operations"]).items()}


def setting(name: str | None) -> str | None:
    """A setting by the name of its variable, as the table has it."""
    value: object = getattr(config, (name or "").lower(), None)
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return None if value is None else str(value)
