"""Notes: how they lie in the store, and as resources and a prompt."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from mcp import MCPError, types
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.server.mcpserver.prompts.base import Message, UserMessage
from pydantic import BaseModel, Field, ValidationError

from .app import App, opened, store_of
from .errors import Failure, store_failures
from .storage.store import Entry, Store

PREFIX = "notes/"
TEMPLATE = "note://{id}"
MOST = 50  # notes in a prompt

Id = Annotated[str, Field(pattern=r"^[\w-]{1,64}$", description="Id of the note")]
Version = Annotated[str, Field(max_length=100, description="Changes with every update")]
Title = Annotated[str, Field(min_length=1, max_length=120, description="Short title")]
Body = Annotated[str, Field(max_length=20_000, description="The text, in Markdown")]


class Note(BaseModel):
    """A note as tools answer it."""

    id: Id
    version: Version
    title: Title
    body: Body

    @property
    def uri(self) -> str:
        return TEMPLATE.format(id=self.id)

    @property
    def markdown(self) -> str:
        return f"# {self.title}\n\n{self.body}\n"


def _to_note(entry: Entry) -> Note | None:
    # None if something else is there.
    try:
        return Note.model_validate({**entry.value, "id": entry.key.removeprefix(PREFIX), "version": entry.version})
    except (TypeError, ValidationError):
        return None


async def read(store: Store, id: str) -> Note:
    """A note; a failure if there is none."""
    with store_failures():
        entry = await store.get(PREFIX + id)
    if entry and (note := _to_note(entry)):
        return note
    raise Failure(f'There is no note "{id}".', "Find the right id with search_notes.")


async def write(store: Store, id: str, title: str, body: str, *, if_version: str | None) -> Note:
    """Stores a note if it is still at a version, or (`None`) if there is none."""
    with store_failures():
        entry = await store.put(PREFIX + id, {"title": title, "body": body}, if_version=if_version)
    return Note(id=id, version=entry.version, title=title, body=body)


async def pages(store: Store, query: str, cursor: str | None = None) -> AsyncIterator[tuple[list[Note], str | None]]:
    """All notes that hold the words, in any case, part by part, each with the cursor of the next."""
    words = query.lower().split()
    while True:
        with store_failures():
            page = await store.list(prefix=PREFIX, cursor=cursor, limit=200)
        notes = [note for note in map(_to_note, page.entries) if note]
        cursor = page.next
        yield [note for note in notes if all(word in note.markdown.lower() for word in words)], cursor
        if cursor is None:
            return


def register(mcp: MCPServer[App]) -> None:
    """Puts the resource, its completion and the prompt on a server."""

    @mcp.resource(TEMPLATE, title="Note", mime_type="text/markdown")
    async def note(id: str, ctx: Context[App]) -> str:
        """One note as Markdown."""
        try:
            return (await read(store_of(ctx), id)).markdown
        except Failure as failure:
            raise ResourceNotFoundError(str(failure)) from failure

    @mcp.completion()
    async def complete(ref: Any, argument: types.CompletionArgument, _: Any) -> types.Completion | None:
        if (ref.type == "ref/prompt" and ref.name == "summarize_notes") or not argument.value.isprintable():  # in no id
            return None
        if ref.type == "ref/prompt" or ref.uri != TEMPLATE:
            raise MCPError(types.INVALID_PARAMS, "There is nothing of that name to complete.")
        page = await opened[-1].store.list(prefix=PREFIX + argument.value, limit=100)
        ids = [entry.key.removeprefix(PREFIX) for entry in page.entries]
        return types.Completion(values=ids, has_more=page.next is not None)

    @mcp.prompt(title="Summarize notes")
    async def summarize_notes(
        ctx: Context[App], query: Annotated[str, Field(description="Only notes with all these words")] = ""
    ) -> list[Message]:
        """Summarize the stored notes, or those with all the given words."""
        found = [note async for page, _ in pages(store_of(ctx), query) for note in page]
        shown = found[:MOST]
        left = f" {len(found) - MOST} more are left out." if len(found) > MOST else ""
        request = f"Summarize these {len(shown)} notes. Name what is open, decided, or contradictory.{left}"
        texts = [types.TextResourceContents(uri=one.uri, mime_type="text/markdown", text=one.markdown) for one in shown]
        return [UserMessage(request), *(UserMessage(types.EmbeddedResource(resource=text)) for text in texts)]
