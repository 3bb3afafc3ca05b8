import { completable } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { Notebook, noteUri } from '../notes/notebook.js';
import type { Registration } from '../registration.js';

/** Most notes that go into one prompt. */
const LIMIT = 50;

/** `summarize-notes`: the notes, optionally those with one tag, with the request to summarize them. */
export const summarizeNotes: Registration = (app) => {
  const notebook = new Notebook(app);
  const notes = async () => (await notebook.page(LIMIT)).notes;
  const tags = async () => [...new Set((await notes()).flatMap((note) => note.tags))].sort();

  const argsSchema = z.object({
    tag: completable(z.string().describe('Only notes with this tag'), async (start) =>
      (await tags()).filter((tag) => tag.startsWith(start)),
    ).optional(),
  });
  return (server) =>
    server.registerPrompt(
      'summarize-notes',
      { title: 'Summarize notes', description: 'Summarize the stored notes, or those with a tag.', argsSchema },
      async ({ tag }) => {
        const chosen = (await notes()).filter((note) => tag === undefined || note.tags.includes(tag));
        const request = `Summarize these ${chosen.length} notes. Name what is open, what is decided, and what contradicts.`;
        return {
          messages: [
            { role: 'user' as const, content: { type: 'text' as const, text: request } },
            ...chosen.map(({ id, title, body }) => ({
              role: 'user' as const,
              content: {
                type: 'resource' as const,
                resource: { uri: noteUri(id), mimeType: 'text/markdown', text: `# ${title}\n\n${body}\n` },
              },
            })),
          ],
        };
      },
    );
};
