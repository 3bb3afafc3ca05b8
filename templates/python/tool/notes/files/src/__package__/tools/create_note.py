"""`create-note`."""

from mcp.types import ToolAnnotations
from pydantic import Field

from ..notes.notebook import Body, Note, Notebook, Tags, Title
from ..schema import Arguments
from ..tool import Call, tool


class CreateNote(Arguments):
    """What is taken."""

    title: Title
    body: Body = ""
    tags: Tags = Field(default=[])


@tool(
    title="Create a note",
    description="Store a new note and return it with its id. Not idempotent: every call makes another note.",
    annotations=ToolAnnotations(
        read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
    ),
)
async def create_note(args: CreateNote, call: Call) -> Note:
    """Stores a note."""
    return await Notebook(call.app).create(args.title, args.body, args.tags)
