import { acceptedContent, inputRequired, inputResponse } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type Note, Notebook, noteId, noteNotFound } from '../notes/notebook.js';
import { defineTool, type ToolContext } from '../tool.js';

const answerSchema = z.object({ confirm: z.boolean().meta({ title: 'Delete this note?' }) });

const failures = {
  note_not_found: noteNotFound,
  not_confirmed: {
    when: 'The user has not agreed to the deletion.',
    recovery: 'Keep the note. Ask again only if the user says so.',
    retryable: false,
  },
  confirmation_needed: {
    when: 'The client cannot ask the user by itself.',
    recovery: 'Ask the user in the conversation; if they agree, call again with confirmed: true.',
    retryable: false,
  },
};

type Context = ToolContext<keyof typeof failures>;

export const deleteNote = defineTool({
  name: 'delete-note',
  title: 'Delete a note',
  description: 'Delete a note for good. The user is asked first.',
  input: z.object({
    id: noteId,
    confirmed: z
      .boolean()
      .default(false)
      .describe('Only for clients that cannot ask: true once the user has agreed in the conversation'),
  }),
  output: z.object({
    id: z.string().describe('Id of the deleted note'),
    title: z.string().describe('Its title'),
  }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  failures,
  async run({ id, confirmed }, context) {
    const notebook = new Notebook(context.app);
    const note = await notebook.get(id);
    if (note === undefined) throw context.fail('note_not_found', `There is no note "${id}".`);
    if (context.canElicit) {
      const question = await ask(note, context);
      if (question !== undefined) return question;
    } else if (!confirmed) {
      throw context.fail('confirmation_needed', `Deleting "${note.title}" needs the user's consent.`);
    }
    await notebook.delete(id);
    return { id, title: note.title };
  },
});

/**
 * Undefined once the user has agreed, else the question to send. The signed state ties the answer to this version of
 * this note, so that a consent cannot be used for another one.
 */
async function ask({ id, title, version }: Note, { request, app, fail }: Context) {
  const { inputResponses, requestState } = request.mcpReq;
  const subject = `${id}@${version}`;
  const view = inputResponse(inputResponses, 'confirm');
  if (view.kind === 'elicit' && requestState<string>() === subject) {
    if (acceptedContent(inputResponses, 'confirm', answerSchema)?.confirm === true) return undefined;
    throw fail('not_confirmed', `The user did not agree to delete "${title}".`);
  }
  return inputRequired({
    inputRequests: {
      confirm: inputRequired.elicit({ message: `Delete the note "${title}"?`, requestedSchema: answerSchema }),
    },
    requestState: await app.requestState.mint(subject),
  });
}
