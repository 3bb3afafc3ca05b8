"""`update-note`."""

from mcp.types import ToolAnnotations
from pydantic import Field

from ..errors import Failure
from ..notes.notebook import NOTE_NOT_FOUND, Body, Note, Notebook, NoteId, Tags, Title
from ..schema import Arguments
from ..storage.store import StoreError
from ..tool import Call, tool

VERSION_CONFLICT = Failure(
    "version_conflict",
    when="The note has changed since this version was read.",
    recovery="Read the note again, apply your change to what it says now, and update with its new version.",
)


class UpdateNote(Arguments):
    """What is taken. What is left out stays as it is."""

    title: Title | None = None
    body: Body | None = None
    tags: Tags | None = None
    id: NoteId
    version: str = Field(max_length=100, description="The version you have read; the update fails if the note is newer")


@tool(
    title="Update a note",
    description="Change the given fields of a note and leave the others. Never overwrites a change it has not seen.",
    annotations=ToolAnnotations(
        read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=False
    ),
    failures=[NOTE_NOT_FOUND, VERSION_CONFLICT],
)
async def update_note(args: UpdateNote, call: Call) -> Note:
    """Changes a note."""
    notebook = Notebook(call.app)
    note = await notebook.get(args.id)
    if note is None:
        raise NOTE_NOT_FOUND.error(f'There is no note "{args.id}".')
    stale = VERSION_CONFLICT.error(f'Note "{args.id}" is not at version "{args.version}" any more.')
    if note.version != args.version:
        raise stale
    changes = args.model_dump(include={"title", "body", "tags"}, exclude_none=True)
    try:
        return await notebook.replace(note.model_copy(update=changes))
    except StoreError as error:
        raise stale if error.code == "conflict" else error from error
