"""`search-notes`."""

from mcp.types import ToolAnnotations
from pydantic import Field

from ..notes.notebook import Note, Notebook, Tags, Title, cursor_after
from ..schema import Arguments, Integer, Result
from ..tool import Call, tool

_SCANNED = 500
"""Notes looked at in one call, so that a search in a large store stays quick."""

_PAGE = 50
_EXCERPT = 160


class SearchNotes(Arguments):
    """What is taken."""

    query: str = Field(default="", max_length=200, description="Words to look for, in any order; case does not matter")
    limit: Integer = Field(default=20, ge=1, le=50, description="Most notes to return")
    cursor: str | None = Field(default=None, max_length=1000, description="nextCursor of the page before")


class Found(Result):
    """A note that was found."""

    id: str = Field(description="Id of the note")
    title: Title
    tags: Tags
    updated_at: str = Field(description="When it was last changed, ISO 8601")
    excerpt: str = Field(description="The beginning of the text")


class FoundNotes(Result):
    """A page of what was found."""

    notes: list[Found] = Field(description="The notes found")
    next_cursor: str | None = Field(
        default=None, description="Pass it as cursor to go on; absent when all notes have been looked at"
    )


@tool(
    title="Search notes",
    description="Find notes whose title, text or tags hold all the given words. An empty query lists every note.",
    annotations=ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    ),
)
async def search_notes(args: SearchNotes, call: Call) -> FoundNotes:
    """Looks through the notes, page by page."""
    notebook = Notebook(call.app)
    words = args.query.lower().split()
    found: list[Found] = []
    cursor = args.cursor
    for _ in range(_SCANNED // _PAGE):
        page = await notebook.page(_PAGE, cursor)
        for note in page.notes:
            if not _matches(note, words):
                continue
            found.append(_summary(note))
            if len(found) == args.limit:
                return FoundNotes(notes=found, next_cursor=cursor_after(note.id))
        cursor = page.next_cursor
        if cursor is None:
            break
    return FoundNotes(notes=found, next_cursor=cursor)


def _matches(note: Note, words: list[str]) -> bool:
    text = "\n".join([note.title, note.body, *note.tags]).lower()
    return all(word in text for word in words)


def _summary(note: Note) -> Found:
    excerpt = f"{note.body[:_EXCERPT]}…" if len(note.body) > _EXCERPT else note.body
    return Found(id=note.id, title=note.title, tags=note.tags, updated_at=note.updated_at, excerpt=excerpt)
