"""`note://{id}`: every note as a resource that clients can attach, watch and complete."""

from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.types import Annotations, Resource

from ..mcp_server import Server
from ..notes.notebook import Note, Notebook, note_uri

_MIME_TYPE = "text/markdown"
_DESCRIPTION = "One note as Markdown."

_LISTED = 100
"""Notes that are listed as resources; search-notes finds all of them."""


def note_resource(server: Server) -> None:
    """Puts the template, what it stands for, and its completion on a server."""
    notebook = Notebook(server.app)

    async def read(id: str) -> str:
        note = await notebook.get(id)
        if note is None:
            raise ResourceNotFoundError(f"Resource {note_uri(id)} not found")
        return f"# {note.title}\n\n{note.body}\n"

    async def listed() -> list[Resource]:
        return [_to_resource(note) for note in (await notebook.page(_LISTED)).notes]

    async def complete(start: str) -> list[str]:
        return [note.id for note in (await notebook.page(_LISTED)).notes if note.id.startswith(start)]

    uri = "note://{id}"
    server.resource(uri, name="note", title="Note", description=_DESCRIPTION, mime_type=_MIME_TYPE)(read)
    server.add_resource_lister(listed)
    server.add_completion(uri, "id", complete)


def _to_resource(note: Note) -> Resource:
    return Resource(
        uri=note_uri(note.id),
        name=note.id,
        title=note.title,
        description=_DESCRIPTION,
        mime_type=_MIME_TYPE,
        annotations=Annotations(last_modified=note.updated_at),
    )
