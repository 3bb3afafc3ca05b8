import assert from 'node:assert/strict';
import { test } from 'node:test';
import { app, call, clients, failure } from './clients.js';

interface Note {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly body: string;
}

for (const [era, client] of clients) {
  const create = (title: string, body = '') => call<Note>(client, 'create_note', { title, body });

  test(`a note is kept, found and changed (${era})`, async () => {
    const note = await create(`Milk ${era}`, 'Two litres 🥛');
    assert.deepEqual(await call(client, 'read_note', { id: note.id }), note);
    const found = await call(client, 'search_notes', { query: `LITRES ${era}` });
    assert.deepEqual(found, { notes: [{ id: note.id, title: note.title }] });
    const changed = await call<Note>(client, 'update_note', { id: note.id, version: note.version, body: 'Three' });
    assert.deepEqual(changed, { ...note, version: changed.version, body: 'Three' });
  });

  test(`a change that nobody has seen is not overwritten (${era})`, async () => {
    const { id, version } = await create('A');
    await call(client, 'update_note', { id, version, title: 'B' });
    assert.match(await failure(client, 'update_note', { id, version, title: 'C' }), /Read again/);
  });

  test(`a failure says what to do (${era})`, async () => {
    assert.match(await failure(client, 'read_note', { id: 'nope' }), /search_notes/);
    assert.match(await failure(client, 'update_note', { id: 'a', version: 'b', titel: 'c' }), /titel.*title/);
  });

  test(`the user decides whether a note goes (${era})`, async () => {
    const { id } = await create('Old');
    const remove = (confirm: boolean) => {
      client.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content: { confirm } }));
      return call(client, 'delete_note', { id });
    };
    assert.deepEqual(await remove(false), { deleted: false });
    assert.deepEqual(await remove(true), { deleted: true });
    assert.match(await failure(client, 'read_note', { id }), /There is no note/);
  });

  test(`a consent is for the note as the user has seen it (${era})`, async () => {
    const { id } = await create('Old');
    const questions: string[] = [];
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      questions.push(params.message);
      if (questions.length === 1) await app.store.put(`notes/${id}`, { title: 'New', body: '' });
      return { action: 'accept', content: { confirm: questions.length === 1 } };
    });
    assert.deepEqual(await call(client, 'delete_note', { id }), { deleted: false });
    assert.deepEqual(questions, ['Delete the note "Old"?', 'Delete the note "New"?']);
  });

  test(`a note is a resource, and part of a prompt (${era})`, async () => {
    const { id } = await create(`Attached ${era}`, 'Text');
    const { contents } = await client.readResource({ uri: `note://${id}` });
    assert.match(JSON.stringify(contents), /# Attached/);
    const { messages } = await client.getPrompt({ name: 'summarize_notes', arguments: { query: `attached ${era}` } });
    assert.match(JSON.stringify(messages), /Summarize these 1 notes.*Text/s);
    const ref = { type: 'ref/resource' as const, uri: 'note://{id}' };
    const { completion } = await client.complete({ ref, argument: { name: 'id', value: id.slice(0, 6) } });
    assert.deepEqual(completion.values, [id]);
  });
}
