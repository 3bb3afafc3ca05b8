"""`delete-note`."""

from mcp.server.elicitation import AcceptedElicitation
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from ..errors import Failure
from ..notes.notebook import NOTE_NOT_FOUND, Notebook, NoteId
from ..question import Question
from ..schema import Arguments, Result
from ..tool import Call, tool

NOT_CONFIRMED = Failure(
    "not_confirmed",
    when="The user has not agreed to the deletion.",
    recovery="Keep the note. Ask again only if the user says so.",
)
CONFIRMATION_NEEDED = Failure(
    "confirmation_needed",
    when="The client cannot ask the user by itself.",
    recovery="Ask the user in the conversation; if they agree, call again with confirmed: true.",
)


class Consent(BaseModel):
    """The form that the user fills in."""

    confirm: bool = Field(title="Delete this note?")


class DeleteNote(Arguments):
    """What is taken."""

    id: NoteId
    confirmed: bool = Field(
        default=False,
        description="Only for clients that cannot ask: true once the user has agreed in the conversation",
    )


class Deleted(Result):
    """What is gone."""

    id: str = Field(description="Id of the deleted note")
    title: str = Field(description="Its title")


@tool(
    title="Delete a note",
    description="Delete a note for good. The user is asked first.",
    annotations=ToolAnnotations(
        read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=False
    ),
    failures=[NOTE_NOT_FOUND, NOT_CONFIRMED, CONFIRMATION_NEEDED],
)
async def delete_note(args: DeleteNote, call: Call) -> Deleted | Question[Consent]:
    """Deletes a note, once the user has agreed."""
    notebook = Notebook(call.app)
    note = await notebook.get(args.id)
    if note is None:
        raise NOTE_NOT_FOUND.error(f'There is no note "{args.id}".')
    if call.can_ask:
        # Consent is to the deletion of what the user was shown: this version of this note.
        question = Question(f'Delete the note "{note.title}"?', Consent, f"{note.id}@{note.version}")
        answer = call.answer_to(question)
        if answer is None:
            return question
        if not isinstance(answer, AcceptedElicitation) or not answer.data.confirm:
            raise NOT_CONFIRMED.error(f'The user did not agree to delete "{note.title}".')
    elif not args.confirmed:
        raise CONFIRMATION_NEEDED.error(f'Deleting "{note.title}" needs the user\'s consent.')
    await notebook.delete(note.id)
    return Deleted(id=note.id, title=note.title)
