"""A generated server with what the official conformance suite calls by name, so that every scenario can run against it.

Usage: conformance_fixture.py <package of the project>, with the project's Python and settings.
"""

import importlib
import json
import sys
from typing import Annotated, Any

import anyio
from mcp import MCPError
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    AudioContent,
    Completion,
    CompletionArgument,
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    EmbeddedResource,
    ImageContent,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)
from pydantic import BaseModel, Field

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="


def text_resource(uri: str, text: str, mime_type: str = "text/plain") -> EmbeddedResource:
    return EmbeddedResource(resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def add_contents(server: MCPServer[Any]) -> None:
    """Every kind of content, and a failure."""

    @server.tool()
    def test_simple_text() -> str:
        return "This is a simple text response for testing."

    @server.tool(structured_output=False)
    def test_image_content() -> list[ImageContent]:
        return [ImageContent(data=PNG, mime_type="image/png")]

    @server.tool(structured_output=False)
    def test_audio_content() -> list[AudioContent]:
        return [AudioContent(data=WAV, mime_type="audio/wav")]

    @server.tool(structured_output=False)
    def test_embedded_resource() -> list[EmbeddedResource]:
        return [text_resource("test://embedded-resource", "This is an embedded resource content.")]

    @server.tool(structured_output=False)
    def test_multiple_content_types() -> list[Any]:
        return [
            TextContent(text="Multiple content types test:"),
            ImageContent(data=PNG, mime_type="image/png"),
            text_resource("test://mixed-content-resource", '{"test":"data","value":123}', "application/json"),
        ]

    @server.tool()
    def test_error_handling() -> str:
        raise ValueError("This tool intentionally returns an error for testing")

    @server.tool()
    def test_x_mcp_header(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})] = "") -> str:
        return f"region={region}"

    @server.tool()
    def json_schema_2020_12_tool() -> str:
        return "its schema is what matters"

    # The SDK makes schemas of signatures; this one has keywords that no signature has.
    schema = server._tool_manager.get_tool("json_schema_2020_12_tool")
    assert schema is not None
    schema.parameters = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
            }
        },
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": False,
    }


def add_notifications(server: MCPServer[Any]) -> None:
    """What is told while a call runs, or to those who listen."""

    @server.tool()
    async def test_tool_with_logging(ctx: Context[Any]) -> str:
        for message in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await ctx.info(message)
            await anyio.sleep(0.05)
        return "logged"

    @server.tool()
    async def test_logging_tool(ctx: Context[Any]) -> str:
        await ctx.info("ran")
        return "ok"

    @server.tool()
    async def test_tool_with_progress(ctx: Context[Any]) -> str:
        for done in (0, 50, 100):
            await ctx.report_progress(done, 100, f"step {done}")
            await anyio.sleep(0.05)
        return "done"

    @server.tool()
    async def test_trigger_tool_change(ctx: Context[Any]) -> str:
        await ctx.notify_tools_changed()
        return "ok"

    @server.tool()
    async def test_trigger_prompt_change(ctx: Context[Any]) -> str:
        await ctx.notify_prompts_changed()
        return "ok"

    @server.tool()
    async def test_reconnection(ctx: Context[Any]) -> str:
        await ctx.close_sse_stream()
        await anyio.sleep(0.1)
        return "reconnected"

    @server.tool()
    def test_streaming_elicitation() -> str:
        return "ok"

    @server.tool()
    def test_missing_capability(ctx: Context[Any]) -> str:
        capabilities = ctx.client_capabilities
        if capabilities is None or capabilities.sampling is None:
            needed = {"requiredCapabilities": {"sampling": {}}}
            raise MCPError(MISSING_REQUIRED_CLIENT_CAPABILITY, "This tool needs sampling", needed)
        return "ok"


class Response(BaseModel):
    response: str = Field(description="User's response")


class Defaults(BaseModel):
    name: str = "John Doe"
    age: int = 30
    score: float = 95.5
    status: str = Field(default="active", json_schema_extra={"enum": ["active", "inactive", "pending"]})
    verified: bool = True


def _titled(kind: str, *names: str) -> dict[str, Any]:
    return {kind: [{"const": name, "title": name.title()} for name in names]}


class Enums(BaseModel):
    untitledSingle: str = Field(json_schema_extra={"enum": ["option1", "option2", "option3"]})
    titledSingle: str = Field(json_schema_extra=_titled("oneOf", "value1", "value2", "value3"))
    legacyEnum: str = Field(
        json_schema_extra={"enum": ["opt1", "opt2", "opt3"], "enumNames": ["One", "Two", "Three"]}
    )
    untitledMulti: list[str] = Field(
        json_schema_extra={"items": {"type": "string", "enum": ["option1", "option2", "option3"]}}
    )
    titledMulti: list[str] = Field(json_schema_extra={"items": _titled("anyOf", "value1", "value2", "value3")})


def add_questions_of_2025(server: MCPServer[Any]) -> None:
    """Requests to the client while the call waits."""

    async def ask(ctx: Context[Any], message: str, schema: type[BaseModel]) -> str:
        answer = await ctx.elicit(message, schema)
        content = answer.data.model_dump_json() if answer.action == "accept" else "{}"
        return f"Elicitation completed: action={answer.action}, content={content}"

    @server.tool()
    async def test_elicitation(message: str, ctx: Context[Any]) -> str:
        return await ask(ctx, message, Response)

    @server.tool()
    async def test_elicitation_sep1034_defaults(ctx: Context[Any]) -> str:
        return await ask(ctx, "Who are you?", Defaults)

    @server.tool()
    async def test_elicitation_sep1330_enums(ctx: Context[Any]) -> str:
        return await ask(ctx, "Which?", Enums)

    @server.tool()
    async def test_sampling(prompt: str, ctx: Context[Any]) -> str:
        messages = [SamplingMessage(role="user", content=TextContent(text=prompt))]
        answer = await ctx.session.create_message(messages, max_tokens=100, related_request_id=ctx.request_id)
        return f"LLM response: {answer.content.text if isinstance(answer.content, TextContent) else ''}"


def question(message: str, key: str, kind: str = "string") -> ElicitRequest:
    schema = {"type": "object", "properties": {key: {"type": kind}}, "required": [key]}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def sample(prompt: str) -> CreateMessageRequest:
    messages = [SamplingMessage(role="user", content=TextContent(text=prompt))]
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=messages, max_tokens=100))


def answered(ctx: Context[Any], name: str, key: str) -> Any:
    """What the user has put into a field, if they were asked."""
    answer = (ctx.input_responses or {}).get(name)
    return answer.content.get(key) if isinstance(answer, ElicitResult) and answer.content else None


def add_questions_of_2026(server: MCPServer[Any]) -> None:
    """Questions as results, after which the client calls again."""
    prefix = "test_input_required_result_"

    @server.tool(name=f"{prefix}elicitation")
    def elicitation(ctx: Context[Any]) -> str | InputRequiredResult:
        name = answered(ctx, "user_name", "name")
        if name is not None:
            return f"Hello, {name}!"
        return InputRequiredResult(input_requests={"user_name": question("What is your name?", "name")})

    @server.tool(name=f"{prefix}sampling")
    def sampling(ctx: Context[Any]) -> str | InputRequiredResult:
        answer = (ctx.input_responses or {}).get("capital_question")
        if isinstance(answer, CreateMessageResult):
            return f"Sampling response: {answer.content}"
        return InputRequiredResult(input_requests={"capital_question": sample("What is the capital of France?")})

    @server.tool(name=f"{prefix}list_roots")
    def list_roots(ctx: Context[Any]) -> str | InputRequiredResult:
        if "client_roots" in (ctx.input_responses or {}):
            return "roots received"
        return InputRequiredResult(input_requests={"client_roots": ListRootsRequest()})

    def confirmed(ctx: Context[Any], text: str) -> str | InputRequiredResult:
        if ctx.request_state is not None and answered(ctx, "confirm", "ok") is not None:
            return text
        asked = {"confirm": question("Please confirm", "ok", "boolean")}
        return InputRequiredResult(input_requests=asked, request_state="asked")

    @server.tool(name=f"{prefix}request_state")
    def request_state(ctx: Context[Any]) -> str | InputRequiredResult:
        return confirmed(ctx, "state-ok")

    @server.tool(name=f"{prefix}tampered_state")
    def tampered_state(ctx: Context[Any]) -> str | InputRequiredResult:
        return confirmed(ctx, "integrity-ok")

    @server.tool(name=f"{prefix}multiple_inputs")
    def multiple_inputs(ctx: Context[Any]) -> str | InputRequiredResult:
        asked = {
            "user_name": question("What is your name?", "name"),
            "greeting": sample("Generate a greeting"),
            "client_roots": ListRootsRequest(),
        }
        if asked.keys() <= (ctx.input_responses or {}).keys():
            return "all received"
        return InputRequiredResult(input_requests=asked, request_state="many")

    @server.tool(name=f"{prefix}multi_round")
    def multi_round(ctx: Context[Any]) -> str | InputRequiredResult:
        state = json.loads(ctx.request_state or "{}")
        if "name" in state:
            return f"{state['name']} likes {answered(ctx, 'step2', 'color')}"
        name = answered(ctx, "step1", "name")
        if name is None:
            asked = {"step1": question("Step 1: What is your name?", "name")}
            return InputRequiredResult(input_requests=asked, request_state='{"round":1}')
        asked = {"step2": question("Step 2: What is your favorite color?", "color")}
        return InputRequiredResult(input_requests=asked, request_state=json.dumps({"name": name}))

    @server.tool(name=f"{prefix}capabilities")
    def capabilities(ctx: Context[Any]) -> str | InputRequiredResult:
        able = ctx.client_capabilities
        asked: dict[str, Any] = {}
        if able is not None and able.elicitation is not None:
            asked["user_name"] = question("What is your name?", "name")
        if able is not None and able.sampling is not None:
            asked["greeting"] = sample("Say hello")
        return InputRequiredResult(input_requests=asked) if asked else "no capability"

    @server.prompt(name=f"{prefix}prompt")
    def prompt(ctx: Context[Any]) -> list[UserMessage] | InputRequiredResult:
        told = answered(ctx, "user_context", "context")
        if told is not None:
            return [UserMessage(f"Use the following context: {told}")]
        asked = {"user_context": question("What context should the prompt use?", "context")}
        return InputRequiredResult(input_requests=asked)


def add_resources_and_prompts(server: MCPServer[Any]) -> None:
    """Fixed ones, and one of a template."""

    @server.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        return b"\x89PNG\r\n\x1a\n"

    @server.resource("test://watched-resource", mime_type="text/plain")
    def watched() -> str:
        return "watched"

    @server.resource("test://template/{id}/data", mime_type="application/json")
    def template(id: str) -> str:
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})

    @server.prompt()
    def test_simple_prompt() -> list[UserMessage]:
        return [UserMessage("This is a simple prompt for testing.")]

    @server.prompt()
    def test_prompt_with_arguments(arg1: str, arg2: str) -> list[UserMessage]:
        return [UserMessage(f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")]

    @server.prompt()
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:
        resource = text_resource(resourceUri, "Embedded resource content for testing.")
        return [UserMessage(resource), UserMessage("Please process the embedded resource above.")]

    @server.prompt()
    def test_prompt_with_image() -> list[UserMessage]:
        return [UserMessage(ImageContent(data=PNG, mime_type="image/png")), UserMessage("Please analyze the image.")]

    # There is one for all; the server's own is not asked for here.
    @server.completion()
    async def complete(_: object, argument: CompletionArgument, __: object) -> Completion:
        return Completion(values=[value for value in ("test", "testing") if value.startswith(argument.value)])


def main(package: str) -> None:
    """Starts the project's own server, whose tools stay as they are, with the fixtures beside them."""
    server = importlib.import_module(f"{package}.server").mcp
    own = {item.name for item in (*server._tool_manager.list_tools(), *server._prompt_manager.list_prompts())}
    for add in (
        add_contents,
        add_notifications,
        add_questions_of_2025,
        add_questions_of_2026,
        add_resources_and_prompts,
    ):
        add(server)
    for fixture in (*server._tool_manager.list_tools(), *server._prompt_manager.list_prompts()):
        if fixture.name not in own:
            fixture.description = "A fixture of the conformance suite"
    sys.argv = sys.argv[:1]
    importlib.import_module(f"{package}.__main__").main()


main(sys.argv[1])
