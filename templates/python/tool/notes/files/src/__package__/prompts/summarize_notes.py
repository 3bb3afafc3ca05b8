"""`summarize-notes`: the notes, optionally those with one tag, with the request to summarize them."""

from typing import Annotated

from mcp.server.mcpserver.prompts.base import Message, UserMessage
from mcp.types import EmbeddedResource, TextResourceContents
from pydantic import Field

from ..mcp_server import Server
from ..notes.notebook import Note, Notebook, note_uri

_LIMIT = 50
"""Most notes that go into one prompt."""


def summarize_notes(server: Server) -> None:
    """Puts the prompt and its completion on a server."""
    notebook = Notebook(server.app)

    async def render(
        tag: Annotated[str | None, Field(description="Only notes with this tag")] = None,
    ) -> list[Message]:
        notes = [note for note in (await notebook.page(_LIMIT)).notes if tag is None or tag in note.tags]
        request = f"Summarize these {len(notes)} notes. Name what is open, what is decided, and what contradicts."
        return [UserMessage(request), *(UserMessage(_to_resource(note)) for note in notes)]

    async def complete(start: str) -> list[str]:
        tags = {tag for note in (await notebook.page(_LIMIT)).notes for tag in note.tags}
        return sorted(tag for tag in tags if tag.startswith(start))

    server.prompt(
        "summarize-notes",
        title="Summarize notes",
        description="Summarize the stored notes, or those with a tag.",
    )(render)
    server.add_completion("summarize-notes", "tag", complete)


def _to_resource(note: Note) -> EmbeddedResource:
    contents = TextResourceContents(
        uri=note_uri(note.id), mime_type="text/markdown", text=f"# {note.title}\n\n{note.body}\n"
    )
    return EmbeddedResource(resource=contents)
