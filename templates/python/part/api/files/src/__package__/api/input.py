"""Arguments, checked by the schema of their operation."""

import json
from difflib import get_close_matches
from typing import Any, cast

from ..errors import Failure


def accept(given: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Checks arguments. What clients really send is taken where it can mean one thing only: `"42"` for a number."""
    known: dict[str, dict[str, Any]] = schema["properties"]
    required: list[str] = schema.get("required", [])
    arguments: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f'Did you mean "{near[0]}"?' if near else f"Known are: {', '.join(known) or 'none'}."
            raise Failure(f'Unknown argument "{name}".', hint)
        if value is not None or name in required:
            arguments[name] = _meant(value, known[name].get("type"))
    import jsonschema  # now only, since it takes as long as the rest of the start

    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    error = cast("Any", jsonschema.exceptions.best_match(validator.iter_errors(arguments)))  # pyright: ignore
    if error is not None:
        raise Failure(f"{error.json_path.removeprefix('$.')}: {error.message[:500]}.", "Correct the arguments.")
    return arguments


def _meant(value: Any, kind: Any) -> Any:
    if isinstance(value, bytes):
        value = value.decode()
    if not isinstance(value, str) or kind not in ("number", "integer", "boolean", "array", "object"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
