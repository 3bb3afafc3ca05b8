import { acceptedContent, inputRequired, inputResponse, type McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { App } from '../app.js';
import { findNote, matchingNotes, noteSchema } from '../resources/notes.js';
import { canAsk, input, ToolError, tool } from '../result.js';

const { id, version, title, body } = noteSchema.shape;
const idInput = input({ id });
const createInput = input({ title, body: body.default('') });
const updateInput = input({ id, version, title: title.optional(), body: body.optional() });
const searchInput = input({
  query: z.string().max(200).default('').describe('Words to look for; case does not matter'),
  cursor: z.string().max(1000).optional().describe('`next` of the part before'),
});
const page = z.object({
  notes: z.array(z.object({ id, title })).describe('The notes found'),
  next: z.string().optional().describe('Cursor of the following part'),
});
const deletion = z.object({ deleted: z.boolean().describe('Whether the note is gone') });
const consent = z.object({ confirm: z.boolean().meta({ title: 'Delete this note?' }) });

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const ADDS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
const CHANGES = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false };

/** Five tools that keep notes in the store. */
export function registerNotes(server: McpServer, { store, changes, requestState }: App): void {
  const announce = (id: string) => changes.publish({ kind: 'resource_updated', uri: `note://${id}` });

  server.registerTool(
    'create_note',
    {
      title: 'Create a note',
      description: 'Store a new note and return it with its id.',
      inputSchema: createInput,
      outputSchema: noteSchema,
      annotations: { title: 'Create a note', ...ADDS },
    },
    tool(async (content) => {
      const id = crypto.randomUUID().slice(0, 13);
      const { version } = await store.put(`notes/${id}`, content, { ifVersion: null });
      announce(id);
      return { id, version, ...content };
    }),
  );

  server.registerTool(
    'read_note',
    {
      title: 'Read a note',
      description: 'Return a note by its id.',
      inputSchema: idInput,
      outputSchema: noteSchema,
      annotations: { title: 'Read a note', ...READS },
    },
    tool(({ id }) => findNote(store, id)),
  );

  server.registerTool(
    'search_notes',
    {
      title: 'Search notes',
      description: 'Find notes that hold all the given words; without words, list every note.',
      inputSchema: searchInput,
      outputSchema: page,
      annotations: { title: 'Search notes', ...READS },
    },
    tool(async ({ query, cursor }, { mcpReq }) => {
      const found: z.output<typeof page>['notes'] = [];
      for await (const { notes, next } of matchingNotes(store, query, cursor)) {
        mcpReq.signal.throwIfAborted();
        found.push(...notes.map(({ id, title }) => ({ id, title })));
        if (found.length >= 50) return { notes: found, next };
      }
      return { notes: found };
    }),
  );

  server.registerTool(
    'update_note',
    {
      title: 'Update a note',
      description: 'Change the given fields of a note. Never overwrites a change it has not seen.',
      inputSchema: updateInput,
      outputSchema: noteSchema,
      annotations: { title: 'Update a note', ...CHANGES },
    },
    tool(async ({ id, version: ifVersion, ...given }) => {
      const { title, body } = { ...(await findNote(store, id)), ...given };
      const { version } = await store.put(`notes/${id}`, { title, body }, { ifVersion });
      announce(id);
      return { id, version, title, body };
    }),
  );

  server.registerTool(
    'delete_note',
    {
      title: 'Delete a note',
      description: 'Delete a note for good. The user is asked first.',
      inputSchema: idInput,
      outputSchema: deletion,
      annotations: { title: 'Delete a note', ...CHANGES },
    },
    tool(async ({ id }, ctx) => {
      const { title, version } = await findNote(store, id);
      if (!canAsk(server, ctx)) throw new ToolError('This client cannot ask the user.', 'Use another client.');
      // The signed state ties the answer to this version of this note: a consent is good for nothing else.
      const subject = `${id}@${version}`;
      const { inputResponses, requestState: state } = ctx.mcpReq;
      if (inputResponse(inputResponses, 'consent').kind !== 'elicit' || state<string>() !== subject) {
        const question = { message: `Delete the note "${title}"?`, requestedSchema: consent };
        const inputRequests = { consent: inputRequired.elicit(question) };
        return inputRequired({ inputRequests, requestState: await requestState.mint(subject, ctx) });
      }
      const agreed = acceptedContent(inputResponses, 'consent', consent)?.confirm === true;
      const deleted = agreed && (await store.delete(`notes/${id}`, { ifVersion: version }));
      if (deleted) announce(id);
      return { deleted };
    }),
  );
}
