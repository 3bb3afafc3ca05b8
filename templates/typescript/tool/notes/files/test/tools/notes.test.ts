import { describe, expect, test } from 'vitest';
import { testApp } from '../support/app.js';
import { callFailing, callOk, connect, ERAS } from '../support/connect.js';

const yes = () => ({ action: 'accept' as const, content: { confirm: true } });
const no = () => ({ action: 'accept' as const, content: { confirm: false } });
const dismiss = () => ({ action: 'cancel' as const });

describe.each(ERAS)('notes for clients of %s', (era) => {
  test('are created, read and updated', async () => {
    const client = await connect(await testApp(), era);
    const note = await callOk(client, 'create-note', { title: 'Milk', body: 'two litres', tags: ['shopping'] });
    expect(await callOk(client, 'read-note', { id: note.id })).toEqual(note);
    const { id, version } = note;
    const changed = await callOk(client, 'update-note', { id, version, body: 'three litres' });
    expect(changed).toMatchObject({ title: 'Milk', body: 'three litres', tags: ['shopping'] });
    expect(changed.version).not.toBe(version);
  });

  test('are not overwritten by an update that has not seen the last one', async () => {
    const client = await connect(await testApp(), era);
    const { id, version } = await callOk(client, 'create-note', { title: 'Plan' });
    await callOk(client, 'update-note', { id, version, title: 'Plan A' });
    const failure = await callFailing(client, 'update-note', { id, version, title: 'Plan B' });
    expect(failure).toMatchObject({ reason: 'version_conflict' });
    expect(await callOk(client, 'read-note', { id })).toMatchObject({ title: 'Plan A' });
  });

  test('say how to go on when there is none', async () => {
    const client = await connect(await testApp(), era);
    const failure = await callFailing(client, 'read-note', { id: 'none' });
    expect(failure).toMatchObject({ reason: 'note_not_found', retryable: false });
    expect(failure.text).toContain('search-notes');
  });

  test('are found by all words, in title, text or tags', async () => {
    const client = await connect(await testApp(), era);
    await callOk(client, 'create-note', { title: 'Red wine', body: 'from Lyon', tags: ['cellar'] });
    await callOk(client, 'create-note', { title: 'White wine' });
    const titles = async (query: string) => {
      const { notes } = await callOk(client, 'search-notes', { query });
      return (notes as { title: string }[]).map(({ title }) => title).sort();
    };
    expect(await titles('WINE')).toEqual(['Red wine', 'White wine']);
    expect(await titles('lyon cellar')).toEqual(['Red wine']);
    expect(await titles('beer')).toEqual([]);
  });

  test('come in pages, each note once', async () => {
    const client = await connect(await testApp(), era);
    for (let n = 0; n < 7; n++) await callOk(client, 'create-note', { title: `Note ${n}` });
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const page = await callOk(client, 'search-notes', { limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...(page.notes as { title: string }[]).map(({ title }) => title));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(Array.from({ length: 7 }, (_, n) => `Note ${n}`));
  });

  test.each([
    ['agrees', yes, true],
    ['says no', no, false],
    ['dismisses the question', dismiss, false],
  ])('are deleted only if the user agrees: %s', async (_case, answer, deleted) => {
    const client = await connect(await testApp(), era, answer);
    const { id } = await callOk(client, 'create-note', { title: 'Old' });
    if (deleted) expect(await callOk(client, 'delete-note', { id })).toEqual({ id, title: 'Old' });
    else expect(await callFailing(client, 'delete-note', { id })).toMatchObject({ reason: 'not_confirmed' });
    const { notes } = await callOk(client, 'search-notes');
    expect(notes).toHaveLength(deleted ? 0 : 1);
  });

  test('are deleted with consent from the conversation where the client cannot ask', async () => {
    const client = await connect(await testApp(), era);
    const { id } = await callOk(client, 'create-note', { title: 'Old' });
    expect(await callFailing(client, 'delete-note', { id })).toMatchObject({ reason: 'confirmation_needed' });
    expect(await callOk(client, 'delete-note', { id, confirmed: true })).toEqual({ id, title: 'Old' });
  });

  test('are resources, with completion', async () => {
    const client = await connect(await testApp(), era);
    const { id } = await callOk(client, 'create-note', { title: 'Milk', body: 'two litres' });
    const uri = `note://${id}`;
    const { resources } = await client.listResources();
    expect(resources).toContainEqual(expect.objectContaining({ uri, title: 'Milk' }));
    const { contents } = await client.readResource({ uri });
    expect(contents[0]).toMatchObject({ mimeType: 'text/markdown', text: '# Milk\n\ntwo litres\n' });
    const { completion } = await client.complete({
      ref: { type: 'ref/resource', uri: 'note://{id}' },
      argument: { name: 'id', value: String(id).slice(0, 3) },
    });
    expect(completion.values).toEqual([id]);
    await expect(client.readResource({ uri: 'note://none' })).rejects.toMatchObject({ code: -32602 });
  });

  test('go into the summary prompt, by tag', async () => {
    const client = await connect(await testApp(), era);
    await callOk(client, 'create-note', { title: 'Milk', tags: ['shopping'] });
    await callOk(client, 'create-note', { title: 'Taxes', tags: ['office'] });
    const { messages } = await client.getPrompt({ name: 'summarize-notes', arguments: { tag: 'office' } });
    expect(JSON.stringify(messages)).toContain('Taxes');
    expect(JSON.stringify(messages)).not.toContain('Milk');
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'summarize-notes' },
      argument: { name: 'tag', value: 'sh' },
    });
    expect(completion.values).toEqual(['shopping']);
  });
});
