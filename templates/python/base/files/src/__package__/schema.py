"""Models of arguments and results, and the JSON Schema that clients see of them."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

Schema = dict[str, Any]


class Arguments(BaseModel):
    """What a tool takes. Names are `snake_case` here and `camelCase` for clients; a text is not taken for a number."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True)


class Result(BaseModel):
    """What a tool answers. A field that is `None` is left out."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True)


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Integer = Annotated[int, BeforeValidator(_whole)]
"""A whole number: for JSON 3.0 is one, too."""


class _Failure(BaseModel):
    reason: str = Field(description="Machine-readable reason")
    message: str = Field(description="What went wrong")
    recovery: str = Field(description="What to do about it")
    retryable: bool = Field(description="Whether the same call can succeed later")

    model_config = ConfigDict(extra="forbid")


def input_schema(model: type[Arguments]) -> Schema:
    """The schema of a tool's arguments."""
    return portable(model.model_json_schema())


def output_schema(model: type[Result]) -> Schema:
    """The schema of a tool's structured content.

    A failure is part of it: clients built on the first SDK validate the content of failed calls too, and would replace
    a helpful message by a schema error.
    """
    schema = portable(model.model_json_schema(mode="serialization"))
    failure = portable(_Failure.model_json_schema())
    failure["description"] = "Only when the call failed: why, and what to do about it"
    required = schema.pop("required", [])
    return {
        **schema,
        "properties": {**schema["properties"], "error": failure},
        "anyOf": [{"required": required}, {"required": ["error"]}],
    }


def portable(schema: Schema) -> Schema:
    """Leaves out what some clients refuse: references, titles, and `null` for what is simply not there.

    Also the docstrings of models, which are for those who read the code.
    """
    definitions = {name: _undescribed(one) for name, one in schema.get("$defs", {}).items()}

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in cast("list[Any]", value)]
        return plain_schema(cast("Schema", value)) if isinstance(value, dict) else value

    def plain_schema(node: Schema) -> Schema:
        reference = node.get("$ref")
        if reference is not None:
            node = {**definitions[reference.removeprefix("#/$defs/")], **node}
        alternatives = node.get("anyOf", [])
        real = [one for one in alternatives if one != {"type": "null"}]
        if len(real) == 1 and len(alternatives) == 2:
            node = {**real[0], **{key: node[key] for key in node.keys() - {"anyOf", "default"}}}
        kept = {key: value for key, value in node.items() if key not in ("$defs", "$ref", "title")}
        properties = kept.pop("properties", None)
        shown = {key: value if key == "default" else plain(value) for key, value in kept.items()}
        if properties is None:
            return shown
        # The names of properties are no keywords: one may be called "title".
        return {**shown, "properties": {name: plain(member) for name, member in properties.items()}}

    return plain_schema(_undescribed(schema))


def _undescribed(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "description"}


def to_json(result: BaseModel) -> dict[str, Any]:
    """A result as clients get it. A whole number is written as one, whatever its type here."""
    dumped = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    return cast("dict[str, Any]", _plain_numbers(dumped))


def _plain_numbers(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain_numbers(member) for key, member in cast("Mapping[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain_numbers(item) for item in cast("list[object]", value)]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
