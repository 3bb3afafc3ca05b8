
class Greeting(TypedDict):
    """What `greet` answers: clients are told its schema."""

    greeting: Annotated[str, Field(description="The greeting")]


@mcp.tool(
    title="Greet",
    annotations=ToolAnnotations(
        title="Greet", read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    ),
)
async def greet(name: Annotated[str, Field(min_length=1, max_length=100, description="Whom to greet")]) -> Greeting:
    """Greet somebody by name."""
    return {"greeting": f"Hello, {name}!"}
