import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LANGUAGES, type Language } from '../property/matrix-rows.ts';
import { type Connected, connectClient } from '../support/mcp-clients.ts';
import { rawCall } from '../support/raw-call.ts';
import { type Listening, listen } from '../support/server.ts';
import { useMade } from '../support/use-made.ts';
import { useService } from '../support/use-service.ts';
import { sharedNotes } from './shared-notes.ts';

interface Watcher extends Connected {
  setNotificationHandler(method: string, heard: (message: { params: { uri: string } }) => void): void;
  listen(filter: object): Promise<unknown>;
}

const BOTH_WAYS: readonly (readonly [Language, Language])[] = [
  ['typescript', 'python'],
  ['python', 'typescript'],
];

describe.each(['redis', 'postgres'])('instances in two languages that share %s', (storage) => {
  const service = useService(storage);
  const projects = LANGUAGES.map((language) => ({ language, project: useMade(sharedNotes(language, storage)) }));
  const instances = new Map<Language, Listening>();

  beforeAll(async () => {
    if (service.missing() !== undefined || projects.some(({ project }) => project.missing() !== undefined)) return;
    for (const { language, project } of projects) {
      instances.set(language, await listen(project.start, { ...service.env(), LOG_LEVEL: 'warn' }));
    }
  });
  afterAll(async () => {
    for (const instance of instances.values()) await instance.kill();
  });

  const at = (language: Language) => (tool: string, args: object) =>
    rawCall(instances.get(language)?.url ?? '', tool, args);

  it.each(BOTH_WAYS)('read and change what was written in %s, in %s', async (one, other) => {
    const { structuredContent: written } = await at(one)('create_note', { title: 'Größe', body: '🦊' });
    const id = written?.id;
    expect((await at(other)('read_note', { id })).structuredContent).toEqual({ ...written });
    const change = { id, version: written?.version, title: 'Changed' };
    const { structuredContent: changed } = await at(other)('update_note', change);
    expect(changed?.title).toBe('Changed');
    // What was read before is not the current version any more.
    expect((await at(one)('update_note', change)).isError).toBe(true);
    expect((await at(one)('read_note', { id })).structuredContent).toEqual({ ...changed });
    const { structuredContent: found } = await at(one)('search_notes', { query: 'Changed' });
    expect(JSON.stringify(found)).toContain(String(id));
  });

  it.each(BOTH_WAYS)('tell a client in %s about every change that is made in %s', async (one, other) => {
    const { structuredContent: note } = await at(other)('create_note', { title: 'Watched' });
    const uri = `note://${note?.id}`;
    const instance = instances.get(one);
    if (instance === undefined) throw new Error(`no instance in ${one}`);
    const client = (await connectClient('v2 2026-07-28', instance)) as Watcher;
    const heard: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => heard.push(params.uri));
    try {
      await client.listen({ resourceSubscriptions: [uri] });
      let version = note?.version;
      for (let n = 0; n < 100; n++) {
        const { isError, structuredContent } = await at(other)('update_note', { id: note?.id, version, body: `${n}` });
        expect(isError).not.toBe(true);
        version = structuredContent?.version;
      }
      await vi.waitFor(() => expect(heard).toHaveLength(100), { timeout: 60_000, interval: 20 });
      expect(new Set(heard)).toEqual(new Set([uri]));
    } finally {
      await client.close();
    }
  });
});
