import { type McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { App } from '../app.js';
import { ToolError } from '../result.js';
import type { Entry, Store } from '../storage/store.js';

const ID = /^[\w-]{1,64}$/;

/** A note as tools answer it. Its title and body are stored, under the key `notes/<id>`. */
export const noteSchema = z.object({
  id: z.string().regex(ID).describe('Id of the note'),
  version: z.string().describe('Changes with every update'),
  title: z.string().min(1).max(120).describe('Short title'),
  body: z.string().max(20_000).describe('The text, in Markdown'),
});
type Note = z.output<typeof noteSchema>;

const title = 'Summarize notes';
const description = 'Summarize the stored notes, or those with all the given words.';
const argsSchema = z.object({ query: z.string().max(200).optional().describe('Only notes with all these words') });
const mimeType = 'text/markdown';
const asResource = ({ id, title, body }: Note) => ({ uri: `note://${id}`, mimeType, text: `# ${title}\n\n${body}\n` });

/** Notes as resources that clients can attach and watch, and a prompt that hands them over. */
export function registerNoteResources(server: McpServer, { store }: App): void {
  const complete = async (start: string) => {
    const page = /^[\w-]*$/.test(start) && (await store.list({ prefix: `notes/${start}`, limit: 101 }));
    return (page ? page.entries : []).map(({ key }) => key.slice('notes/'.length));
  };
  server.registerResource(
    'note',
    new ResourceTemplate('note://{id}', { list: undefined, complete: { id: complete } }),
    { title: 'Note', description: 'One note as Markdown.', mimeType },
    async (uri, { id }) => {
      const entry = ID.test(String(id)) ? await store.get(`notes/${id}`) : undefined;
      const note = entry && noteSchema.safeParse(noteOf(entry)).data;
      if (note === undefined) throw new ResourceNotFoundError(uri.href);
      return { contents: [asResource(note)] };
    },
  );

  server.registerPrompt('summarize_notes', { title, description, argsSchema }, async ({ query = '' }) => {
    const found: Note[] = [];
    let all = 0;
    for await (const { notes } of matchingNotes(store, query)) {
      found.push(...notes.slice(0, 50 - found.length));
      all += notes.length;
    }
    const rest = all > found.length ? ` ${all - found.length} more are left out.` : '';
    const text = `Summarize these ${found.length} notes. Name what is open, decided, or contradictory.${rest}`;
    const resources = found.map((note) => ({ type: 'resource' as const, resource: asResource(note) }));
    const contents = [{ type: 'text' as const, text }, ...resources];
    return { messages: contents.map((content) => ({ role: 'user' as const, content })) };
  });
}

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
    // What is no note, perhaps because something else has written it, is left out.
    const notes = page.entries.flatMap((entry) => noteSchema.safeParse(noteOf(entry)).data ?? []);
    const matches = (text: string) => words.every((word) => text.toLowerCase().includes(word));
    yield { notes: notes.filter(({ title, body }) => matches(`${title}\n${body}`)), next };
  } while (next !== undefined);
}

const noteOf = ({ key, value, version }: Entry) => ({ ...Object(value), id: key.slice('notes/'.length), version });
