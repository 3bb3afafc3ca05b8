"""The notes in the store."""

import uuid
from dataclasses import dataclass
from typing import Annotated, Any, cast

from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated
from pydantic import Field, StringConstraints

from ..app import App
from ..clock import iso, now_ms
from ..errors import Failure
from ..schema import Result
from ..storage.keys import encode_cursor
from ..storage.store import Entry

_PREFIX = "notes/"

Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Field(description="Short title")
]
Body = Annotated[str, Field(max_length=20_000, description="The text, in Markdown")]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Tags = Annotated[list[Tag], Field(max_length=20, description="Tags to find the note by")]
NoteId = Annotated[str, Field(pattern=r"^[\w-]{1,64}$", description="Id of the note")]


class Note(Result):
    """A note as tools answer it."""

    title: Title
    body: Body
    tags: Tags
    id: str = Field(description="Id of the note")
    version: str = Field(description="Changes with every update; pass it back to update exactly this version")
    created_at: str = Field(description="When the note was made, ISO 8601")
    updated_at: str = Field(description="When it was last changed, ISO 8601")


NOTE_NOT_FOUND = Failure(
    "note_not_found",
    when="There is no note with this id.",
    recovery="Find the right id with search-notes.",
)
"""How every tool that takes an id fails when there is no such note."""


@dataclass(frozen=True)
class NotePage:
    """A part of the notes."""

    notes: list[Note]
    next_cursor: str | None


def cursor_after(note_id: str) -> str:
    """The cursor that goes on behind a note."""
    return encode_cursor(_PREFIX + note_id)


def note_uri(note_id: str) -> str:
    """The resource that a note is."""
    return f"note://{note_id}"


class Notebook:
    """The notes in the store. Every change is announced, so that clients that show a note can refresh it."""

    def __init__(self, app: App) -> None:
        self._store = app.store
        self._changes = app.changes

    async def create(self, title: str, body: str, tags: list[str]) -> Note:
        """Stores a new note."""
        value = {"title": title, "body": body, "tags": tags, "createdAt": iso(now_ms())}
        entry = await self._store.put(_PREFIX + str(uuid.uuid4())[:13], value, if_version=None)
        await self._changes.publish(ResourcesListChanged())
        return _to_note(entry)

    async def get(self, note_id: str) -> Note | None:
        """A note; `None` if there is none with this id."""
        entry = await self._store.get(_PREFIX + note_id)
        return None if entry is None else _to_note(entry)

    async def replace(self, note: Note) -> Note:
        """Writes the note if it is still at its version. Raises StoreError `conflict`."""
        value = {"title": note.title, "body": note.body, "tags": note.tags, "createdAt": note.created_at}
        entry = await self._store.put(_PREFIX + note.id, value, if_version=note.version)
        await self._changes.publish(ResourceUpdated(note_uri(note.id)))
        # Lists show titles.
        await self._changes.publish(ResourcesListChanged())
        return _to_note(entry)

    async def delete(self, note_id: str) -> bool:
        """True if there was such a note."""
        existed = await self._store.delete(_PREFIX + note_id)
        if existed:
            await self._changes.publish(ResourcesListChanged())
        return existed

    async def page(self, limit: int, cursor: str | None = None) -> NotePage:
        """A page of notes in the order of their ids."""
        page = await self._store.list_keys(prefix=_PREFIX, limit=limit, cursor=cursor)
        found = [await self.get(key.removeprefix(_PREFIX)) for key in page.keys]
        # A note may have been deleted between the two calls.
        return NotePage([note for note in found if note is not None], page.next_cursor)


def _to_note(entry: Entry) -> Note:
    value = cast("dict[str, Any]", entry.value)
    return Note.model_validate(
        {**value, "id": entry.key.removeprefix(_PREFIX), "version": entry.version, "updatedAt": entry.updated_at}
    )
