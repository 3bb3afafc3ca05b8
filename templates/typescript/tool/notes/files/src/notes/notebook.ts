import { randomUUID } from 'node:crypto';
import type { ServerEventBus } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Failure } from '../errors.js';
import { encodeCursor } from '../storage/keys.js';
import type { Entry, Store } from '../storage/store.js';

const PREFIX = 'notes/';

export const noteFields = z.object({
  title: z.string().trim().min(1).max(120).describe('Short title'),
  body: z.string().max(20_000).describe('The text, in Markdown'),
  tags: z.array(z.string().trim().min(1).max(40)).max(20).describe('Tags to find the note by'),
});

/** A note as tools answer it. */
export const noteSchema = noteFields.extend({
  id: z.string().describe('Id of the note'),
  version: z.string().describe('Changes with every update; pass it back to update exactly this version'),
  createdAt: z.string().describe('When the note was made, ISO 8601'),
  updatedAt: z.string().describe('When it was last changed, ISO 8601'),
});

export const noteId = z
  .string()
  .regex(/^[\w-]{1,64}$/)
  .describe('Id of the note');

export type Note = z.output<typeof noteSchema>;
type NoteFields = z.output<typeof noteFields>;

/** How every tool that takes an id fails when there is no such note. */
export const noteNotFound: Failure = {
  when: 'There is no note with this id.',
  recovery: 'Find the right id with search-notes.',
  retryable: false,
};

/** The cursor that goes on behind a note. */
export const cursorAfter = (id: string): string => encodeCursor(PREFIX + id);

export const noteUri = (id: string): string => `note://${id}`;

/** The notes in the store. Every change is announced, so that clients that show a note can refresh it. */
export class Notebook {
  readonly #store: Store;
  readonly #changes: ServerEventBus;

  constructor({ store, changes }: { store: Store; changes: ServerEventBus }) {
    this.#store = store;
    this.#changes = changes;
  }

  async create(fields: NoteFields): Promise<Note> {
    const value = { ...fields, createdAt: new Date().toISOString() };
    const entry = await this.#store.put(PREFIX + randomUUID().slice(0, 13), value, { ifVersion: null });
    this.#changes.publish({ kind: 'resources_list_changed' });
    return toNote(entry);
  }

  async get(id: string): Promise<Note | undefined> {
    const entry = await this.#store.get(PREFIX + id);
    return entry && toNote(entry);
  }

  /** Writes the note if it is still at `version`. @throws StoreError `conflict` */
  async replace({ id, version, title, body, tags, createdAt }: Note): Promise<Note> {
    const value = { title, body, tags, createdAt };
    const entry = await this.#store.put(PREFIX + id, value, { ifVersion: version });
    this.#changes.publish({ kind: 'resource_updated', uri: noteUri(id) });
    // Lists show titles.
    this.#changes.publish({ kind: 'resources_list_changed' });
    return toNote(entry);
  }

  async delete(id: string): Promise<boolean> {
    const existed = await this.#store.delete(PREFIX + id);
    if (existed) this.#changes.publish({ kind: 'resources_list_changed' });
    return existed;
  }

  /** A page of notes in the order of their ids. */
  async page(limit: number, cursor?: string): Promise<{ notes: Note[]; nextCursor?: string }> {
    const { keys, nextCursor } = await this.#store.list({ prefix: PREFIX, limit, ...(cursor && { cursor }) });
    const found = await Promise.all(keys.map((key) => this.get(key.slice(PREFIX.length))));
    // A note may have been deleted between the two calls.
    const notes = found.filter((note) => note !== undefined);
    return nextCursor === undefined ? { notes } : { notes, nextCursor };
  }
}

function toNote({ key, value, version, updatedAt }: Entry): Note {
  return noteSchema.parse({ ...(value as object), id: key.slice(PREFIX.length), version, updatedAt });
}
