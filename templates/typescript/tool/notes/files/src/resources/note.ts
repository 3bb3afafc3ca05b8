import { ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import { type Note, Notebook, noteUri } from '../notes/notebook.js';
import type { Registration } from '../registration.js';

const mimeType = 'text/markdown';

/** Notes that are listed as resources; search-notes finds all of them. */
const LISTED = 100;

/** `note://{id}`: every note as a resource that clients can attach, watch and complete. */
export const noteResource: Registration = (app) => {
  const notebook = new Notebook(app);
  const template = new ResourceTemplate('note://{id}', {
    list: async () => ({ resources: (await notebook.page(LISTED)).notes.map(toResource) }),
    complete: {
      id: async (value) => {
        const { notes } = await notebook.page(LISTED);
        return notes.map((note) => note.id).filter((id) => id.startsWith(value));
      },
    },
  });
  return (server) =>
    server.registerResource(
      'note',
      template,
      { title: 'Note', description: 'One note as Markdown.', mimeType },
      async (uri, { id }) => {
        const note = typeof id === 'string' ? await notebook.get(id) : undefined;
        if (note === undefined) throw new ResourceNotFoundError(uri.href);
        return { contents: [{ uri: noteUri(note.id), mimeType, text: `# ${note.title}\n\n${note.body}\n` }] };
      },
    );
};

const toResource = ({ id, title, updatedAt }: Note) => ({
  uri: noteUri(id),
  name: id,
  title,
  mimeType,
  annotations: { lastModified: updatedAt },
});
