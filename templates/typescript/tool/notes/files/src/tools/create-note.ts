import { Notebook, noteFields, noteSchema } from '../notes/notebook.js';
import { defineTool } from '../tool.js';

export const createNote = defineTool({
  name: 'create-note',
  title: 'Create a note',
  description: 'Store a new note and return it with its id. Not idempotent: every call makes another note.',
  input: noteFields.extend({
    body: noteFields.shape.body.default(''),
    tags: noteFields.shape.tags.default([]),
  }),
  output: noteSchema,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  failures: {},
  run: (fields, { app }) => new Notebook(app).create(fields),
});
