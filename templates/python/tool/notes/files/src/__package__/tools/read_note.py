"""`read-note`."""

from mcp.types import ToolAnnotations

from ..notes.notebook import NOTE_NOT_FOUND, Note, Notebook, NoteId
from ..schema import Arguments
from ..tool import Call, tool


class ReadNote(Arguments):
    """What is taken."""

    id: NoteId


@tool(
    title="Read a note",
    description="Return one note in full.",
    annotations=ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    ),
    failures=[NOTE_NOT_FOUND],
)
async def read_note(args: ReadNote, call: Call) -> Note:
    """Reads a note."""
    note = await Notebook(call.app).get(args.id)
    if note is None:
        raise NOTE_NOT_FOUND.error(f'There is no note "{args.id}".')
    return note
