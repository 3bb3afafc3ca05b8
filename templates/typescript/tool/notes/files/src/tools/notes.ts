import { randomUUID } from 'node:crypto';
import { acceptedContent, inputRequired, inputResponse, type McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { App } from '../app.js';
import { contentSchema, findNote, matchingNotes, noteId, noteSchema, noteUri } from '../resources/notes.js';
import { canAsk, input, ToolError, tool } from '../result.js';
import { StoreError } from '../storage/store.js';

const { title, body } = contentSchema.shape;
const version = noteSchema.shape.version;
const consent = z.object({ confirm: z.boolean().meta({ title: 'Delete this note?' }) });

const createInput = input({ title, body: body.default('') });
const readInput = input({ id: noteId });
const searchInput = input({
  query: z.string().max(200).default('').describe('Words to look for; case does not matter'),
  cursor: z.string().max(1000).optional().describe('`next` of the page before'),
});
const searchOutput = z.object({
  notes: z.array(noteSchema.pick({ id: true, title: true })).describe('The notes found'),
  next: z.string().optional().describe('Pass it as cursor to go on; absent at the end'),
});
const updateInput = input({ id: noteId, version, title: title.optional(), body: body.optional() });
const deleteOutput = z.object({ deleted: z.boolean().describe('Whether the note is gone') });

const ADDS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const CHANGES = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false };

/** Five tools that keep notes in the store. */
export function registerNotes(server: McpServer, { store, changes, requestState }: App): void {
  const changed = (id: string) => changes.publish({ kind: 'resource_updated', uri: noteUri(id) });
  const stale = (error: unknown) => {
    if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
    throw new ToolError('The note has changed since.', 'Read it again and apply your change to what it says now.');
  };

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
      const id = randomUUID().slice(0, 13);
      const { version } = await store.put(`notes/${id}`, content, { ifVersion: null });
      changed(id);
      return { id, version, ...content };
    }),
  );

  server.registerTool(
    'read_note',
    {
      title: 'Read a note',
      description: 'Return a note by its id.',
      inputSchema: readInput,
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
      outputSchema: searchOutput,
      annotations: { title: 'Search notes', ...READS },
    },
    tool(async ({ query, cursor }, { mcpReq }) => {
      const found: z.output<typeof searchOutput> = { notes: [] };
      for await (const { notes, next } of matchingNotes(store, query, cursor)) {
        mcpReq.signal.throwIfAborted();
        found.notes.push(...notes.map(({ id, title }) => ({ id, title })));
        found.next = next;
        if (found.notes.length >= 50) break;
      }
      return found;
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
    tool(async ({ id, version, ...given }) => {
      const old = await findNote(store, id);
      const content = { title: given.title ?? old.title, body: given.body ?? old.body };
      const entry = await store.put(`notes/${id}`, content, { ifVersion: version }).catch(stale);
      changed(id);
      return { id, version: entry.version, ...content };
    }),
  );

  server.registerTool(
    'delete_note',
    {
      title: 'Delete a note',
      description: 'Delete a note for good. The user is asked first.',
      inputSchema: readInput,
      outputSchema: deleteOutput,
      annotations: { title: 'Delete a note', ...CHANGES },
    },
    tool(async ({ id }, ctx) => {
      const { title, version } = await findNote(store, id);
      if (!canAsk(server, ctx)) {
        throw new ToolError('This client cannot ask the user.', 'Tell the user to delete the note in another client.');
      }
      // The signed state ties the answer to this version of this note: a consent is good for nothing else.
      const subject = `${id}@${version}`;
      const { inputResponses, requestState: state } = ctx.mcpReq;
      if (inputResponse(inputResponses, 'consent').kind !== 'elicit' || state<string>() !== subject) {
        const question = inputRequired.elicit({ message: `Delete the note "${title}"?`, requestedSchema: consent });
        return inputRequired({
          inputRequests: { consent: question },
          requestState: await requestState.mint(subject, ctx),
        });
      }
      if (acceptedContent(inputResponses, 'consent', consent)?.confirm !== true) return { deleted: false };
      const deleted = await store.delete(`notes/${id}`, { ifVersion: version }).catch(stale);
      if (deleted) changed(id);
      return { deleted };
    }),
  );
}
