import * as z from 'zod';
import { Notebook, noteId, noteNotFound, noteSchema } from '../notes/notebook.js';
import { defineTool } from '../tool.js';

export const readNote = defineTool({
  name: 'read-note',
  title: 'Read a note',
  description: 'Return one note in full.',
  input: z.object({ id: noteId }),
  output: noteSchema,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  failures: { note_not_found: noteNotFound },
  async run({ id }, { app, fail }) {
    const note = await new Notebook(app).get(id);
    if (note === undefined) throw fail('note_not_found', `There is no note "${id}".`);
    return note;
  },
});
