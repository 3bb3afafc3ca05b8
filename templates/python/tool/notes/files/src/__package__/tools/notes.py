"""Tools that keep notes."""

import uuid
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver import AcceptedElicitation, Context, Elicit, ElicitationResult, Resolve
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from .. import notes
from ..app import App, store_of
from ..errors import Failure, store_failures
from ..notes import Body, Id, Note, Title, Version
from . import READS

ADDS = {**READS, "read_only_hint": False, "idempotent_hint": False}
CHANGES = {**ADDS, "destructive_hint": True}


class Hit(BaseModel):
    id: Id
    title: Title


class Hits(BaseModel):
    notes: list[Hit] = Field(description="The notes found")
    next: str | None = Field(None, exclude_if=lambda next: next is None, description="Cursor of the following part")


class Deleted(BaseModel):
    deleted: bool = Field(description="Whether the note is gone")


class Consent(BaseModel):
    confirm: bool = Field(strict=True, title="Delete this note?")


async def find(id: Id, ctx: Context[App]) -> Note:
    """The note to delete."""
    return await notes.read(store_of(ctx), id)


async def ask(note: Annotated[Note, Resolve(find)], ctx: Context[App]) -> Elicit[Consent]:
    """An answer counts only for the very question that was asked, so this names the version."""
    elicitation = ctx.client_capabilities and ctx.client_capabilities.elicitation
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        raise Failure("This client cannot ask its user by a form.", "Tell the user to delete it with another client.")
    return Elicit(f'Delete the note "{note.title}" (version {note.version})?', Consent)


def register(mcp: MCPServer[App]) -> None:
    """Puts the tools on a server, and what else there is of notes."""
    notes.register(mcp)

    @mcp.tool(title="Create a note", annotations=ToolAnnotations(title="Create a note", **ADDS))
    async def create_note(title: Title, ctx: Context[App], body: Body = "") -> Note:
        """Store a new note and return it with its id."""
        note = await notes.write(store_of(ctx), uuid.uuid4().hex[:12], title, body, if_version=None)
        await ctx.notify_resource_updated(note.uri)
        return note

    @mcp.tool(title="Read a note", annotations=ToolAnnotations(title="Read a note", **READS))
    async def read_note(id: Id, ctx: Context[App]) -> Note:
        """Return a note by its id."""
        return await notes.read(store_of(ctx), id)

    @mcp.tool(title="Search notes", annotations=ToolAnnotations(title="Search notes", **READS))
    async def search_notes(
        ctx: Context[App],
        query: Annotated[str, Field(max_length=200, description="Words to look for; case does not matter")] = "",
        cursor: Annotated[str | None, Field(max_length=1000, description="`next` of the part before")] = None,
    ) -> Hits:
        """Find notes that hold all the given words; without words, list every note."""
        hits = Hits(notes=[], next=None)
        async for page, hits.next in notes.pages(store_of(ctx), query, cursor):
            hits.notes += [Hit(id=note.id, title=note.title) for note in page]
            if len(hits.notes) >= 50:
                break
        return hits

    @mcp.tool(title="Update a note", annotations=ToolAnnotations(title="Update a note", **CHANGES))
    async def update_note(
        id: Id,
        version: Version,
        ctx: Context[App],
        title: Annotated[Title | None, Field(description="Short title")] = None,
        body: Annotated[Body | None, Field(description="The text, in Markdown")] = None,
    ) -> Note:
        """Change the given fields of a note. Never overwrites a change it has not seen."""
        old = await notes.read(store_of(ctx), id)
        title, body = old.title if title is None else title, old.body if body is None else body
        note = await notes.write(store_of(ctx), id, title, body, if_version=version)
        await ctx.notify_resource_updated(note.uri)
        return note

    @mcp.tool(title="Delete a note", annotations=ToolAnnotations(title="Delete a note", **CHANGES))
    async def delete_note(
        id: Id,
        ctx: Context[App],
        note: Annotated[Note, Resolve(find)],
        answer: Annotated[ElicitationResult[Consent], Resolve(ask)],
    ) -> Deleted:
        """Delete a note for good. The user is asked first."""
        if not isinstance(answer, AcceptedElicitation) or not answer.data.confirm:
            return Deleted(deleted=False)
        with store_failures():
            deleted = await store_of(ctx).delete(notes.PREFIX + id, if_version=note.version)
        if deleted:
            await ctx.notify_resource_updated(note.uri)
        return Deleted(deleted=deleted)
