import { type McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { App } from '../app.js';
import { ToolError } from '../result.js';
import type { Entry, Store } from '../storage/store.js';

/** What is stored of a note, under the key `notes/<id>`. */
export const contentSchema = z.object({
  title: z.string().min(1).max(120).describe('Short title'),
  body: z.string().max(20_000).describe('The text, in Markdown'),
});
export const noteId = z
  .string()
  .regex(/^[\w-]{1,64}$/)
  .describe('Id of the note');
/** A note as tools answer it. */
export const noteSchema = z.object({
  id: noteId,
  version: z.string().describe('Changes with every update'),
  ...contentSchema.shape,
});
const summarizeInput = z.object({ query: z.string().max(200).optional().describe('Only notes with these words') });

export const noteUri = (id: string): string => `note://${id}`;
const mimeType = 'text/markdown';
/** Most notes that go into one prompt. */
const SUMMARIZED = 50;

/** Notes as resources that clients can attach and watch, and a prompt that hands them over. */
export function registerNoteResources(server: McpServer, { store }: App): void {
  const template = new ResourceTemplate('note://{id}', {
    list: undefined,
    complete: {
      async id(start) {
        if (!/^[\w-]{0,64}$/.test(start)) return [];
        const { entries } = await store.list({ prefix: `notes/${start}`, limit: 100 });
        return entries.map(({ key }) => key.slice('notes/'.length));
      },
    },
  });
  server.registerResource(
    'note',
    template,
    { title: 'Note', description: 'One note as Markdown.', mimeType },
    async (uri, { id }) => {
      const entry = noteId.safeParse(id).success ? await store.get(`notes/${id}`) : undefined;
      if (entry === undefined) throw new ResourceNotFoundError(uri.href);
      return { contents: [{ uri: uri.href, mimeType, text: markdown(noteSchema.parse(noteOf(entry))) }] };
    },
  );

  server.registerPrompt(
    'summarize_notes',
    {
      title: 'Summarize notes',
      description: 'Summarize all notes, or those with the given words.',
      argsSchema: summarizeInput,
    },
    async ({ query = '' }) => {
      const found: Note[] = [];
      let left = 0;
      for await (const { notes } of matchingNotes(store, query)) {
        const room = SUMMARIZED - found.length;
        found.push(...notes.slice(0, room));
        left += Math.max(0, notes.length - room);
      }
      const rest = left === 0 ? '' : ` ${left} more are left out.`;
      const request = `Summarize these ${found.length} notes. Name what is open, decided, and contradictory.${rest}`;
      const resources = found.map((note) => ({ uri: noteUri(note.id), mimeType, text: markdown(note) }));
      return {
        messages: [
          { role: 'user', content: { type: 'text', text: request } },
          ...resources.map((resource) => ({ role: 'user' as const, content: { type: 'resource' as const, resource } })),
        ],
      };
    },
  );
}

type Note = z.output<typeof noteSchema>;

const markdown = ({ title, body }: Note): string => `# ${title}\n\n${body}\n`;

const noteOf = ({ key, value, version }: Entry) => ({ ...Object(value), id: key.slice('notes/'.length), version });

/** @throws ToolError when there is no such note */
export async function findNote(store: Store, id: string): Promise<Note> {
  const entry = await store.get(`notes/${id}`);
  if (entry === undefined) throw new ToolError(`There is no note "${id}".`, 'Find the right id with search_notes.');
  return noteSchema.parse(noteOf(entry));
}

/** The notes that hold all words of the query, a page of the store at a time; `next` goes on behind it. */
export async function* matchingNotes(store: Store, query: string, cursor?: string) {
  const words = query.toLowerCase().split(/\s+/);
  let next = cursor;
  do {
    const page = await store.list({ prefix: 'notes/', limit: 200, cursor: next });
    next = page.next;
    // What is no note, perhaps because somebody else has written it, is left out.
    const notes = page.entries.flatMap((entry) => noteSchema.safeParse(noteOf(entry)).data ?? []);
    const matches = (text: string) => words.every((word) => text.toLowerCase().includes(word));
    yield { notes: notes.filter(({ title, body }) => matches(`${title}\n${body}`)), next };
  } while (next !== undefined);
}
