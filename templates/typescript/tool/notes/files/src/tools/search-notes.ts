import * as z from 'zod';
import { cursorAfter, type Note, Notebook, noteSchema } from '../notes/notebook.js';
import { defineTool } from '../tool.js';

/** Notes looked at in one call, so that a search in a large store stays quick. */
const SCANNED = 500;
const PAGE = 50;

export const searchNotes = defineTool({
  name: 'search-notes',
  title: 'Search notes',
  description: 'Find notes whose title, text or tags hold all the given words. An empty query lists every note.',
  input: z.object({
    query: z.string().max(200).default('').describe('Words to look for, in any order; case does not matter'),
    limit: z.number().int().min(1).max(50).default(20).describe('Most notes to return'),
    cursor: z.string().max(1000).optional().describe('nextCursor of the page before'),
  }),
  output: z.object({
    notes: z
      .array(
        noteSchema.pick({ id: true, title: true, tags: true, updatedAt: true }).extend({
          excerpt: z.string().describe('The beginning of the text'),
        }),
      )
      .describe('The notes found'),
    nextCursor: z.string().optional().describe('Pass it as cursor to go on; absent when all notes have been looked at'),
  }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  failures: {},
  async run({ query, limit, cursor }, { app, signal }) {
    const notebook = new Notebook(app);
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const notes: ReturnType<typeof summary>[] = [];
    let next = cursor;
    for (let scanned = 0; scanned < SCANNED; scanned += PAGE) {
      signal.throwIfAborted();
      const page = await notebook.page(PAGE, next);
      for (const note of page.notes) {
        if (!matches(note, words)) continue;
        notes.push(summary(note));
        if (notes.length === limit) return { notes, nextCursor: cursorAfter(note.id) };
      }
      next = page.nextCursor;
      if (next === undefined) return { notes };
    }
    return { notes, nextCursor: next };
  },
});

function matches({ title, body, tags }: Note, words: readonly string[]): boolean {
  const text = [title, body, ...tags].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

function summary({ id, title, tags, updatedAt, body }: Note) {
  return { id, title, tags, updatedAt, excerpt: body.length > 160 ? `${body.slice(0, 160)}…` : body };
}
