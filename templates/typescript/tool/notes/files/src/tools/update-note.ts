import * as z from 'zod';
import { Notebook, noteFields, noteId, noteNotFound, noteSchema } from '../notes/notebook.js';
import { StoreError } from '../storage/store.js';
import { defineTool } from '../tool.js';

export const updateNote = defineTool({
  name: 'update-note',
  title: 'Update a note',
  description: 'Change the given fields of a note and leave the others. Never overwrites a change it has not seen.',
  input: noteFields.partial().extend({
    id: noteId,
    version: z.string().max(100).describe('The version you have read; the update fails if the note is newer'),
  }),
  output: noteSchema,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  failures: {
    note_not_found: noteNotFound,
    version_conflict: {
      when: 'The note has changed since this version was read.',
      recovery: 'Read the note again, apply your change to what it says now, and update with its new version.',
      retryable: false,
    },
  },
  async run({ id, version, ...fields }, { app, fail }) {
    const notebook = new Notebook(app);
    const note = await notebook.get(id);
    if (note === undefined) throw fail('note_not_found', `There is no note "${id}".`);
    const stale = () => fail('version_conflict', `Note "${id}" is not at version "${version}" any more.`);
    if (note.version !== version) throw stale();
    try {
      return await notebook.replace({ ...note, ...fields });
    } catch (error) {
      throw error instanceof StoreError && error.code === 'conflict' ? stale() : error;
    }
  },
});
