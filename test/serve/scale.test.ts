import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ClientKind, type Connected, connectClient } from '../support/mcp-clients.ts';
import { postCall, rawCall } from '../support/raw-call.ts';
import { type Listening, listen } from '../support/server.ts';
import { sample } from '../support/tier.ts';
import { useMade } from '../support/use-made.ts';
import { useOwnService } from '../support/use-service.ts';
import { sharedNotes } from './shared-notes.ts';

/** What a client can do about changes. */
interface Watcher extends Connected {
  setNotificationHandler(method: string, heard: (message: { params: { uri: string } }) => void): void;
  subscribeResource(params: { uri: string }): Promise<unknown>;
  listen(filter: object): Promise<unknown>;
}

const ERAS: readonly ClientKind[] = ['v2 2026-07-28', 'v2 2025'];
const LIMIT = 1000;
const PATIENCE = { timeout: 60_000, interval: 20 };
const updates = Array.from({ length: 100 }, (_, n) => `text ${n}`);

const ROWS = [
  ['redis', 'typescript'],
  ['postgres', 'typescript'],
  ['redis', 'python'],
  ['postgres', 'python'],
] as const;

describe.each(sample(ROWS, (row) => row))('two instances that share %s, in %s', (storage, language) => {
  const service = useOwnService(storage);
  const project = useMade(sharedNotes(language, storage));
  let here: Listening;
  let there: Listening;

  beforeAll(async () => {
    if ((service.missing() ?? project.missing()) !== undefined) return;
    const limits = { RATE_LIMIT_PER_MINUTE: String(LIMIT), TRUSTED_PROXIES: '1' };
    const start = () => listen(project.start, { ...service.env(), ...limits, LOG_LEVEL: 'warn' });
    here = await start();
    there = await start();
  });
  afterAll(async () => {
    await here?.kill();
    await there?.kill();
  });

  /** A client of one instance that hears of notes, and what it has heard. */
  async function watch(kind: ClientKind, ...uris: string[]) {
    const first = await createNote('Changed first');
    const client = (await connectClient(kind, here)) as Watcher;
    const [heard, lists, firsts]: [string[], unknown[], string[]] = [[], [], []];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
      (params.uri === first.uri ? firsts : heard).push(params.uri),
    );
    client.setNotificationHandler('notifications/resources/list_changed', (message) => lists.push(message));
    const watched = [...uris, first.uri];
    if (kind !== 'v2 2025') await client.listen({ resourceSubscriptions: watched, resourcesListChanged: true });
    else for (const uri of watched) await client.subscribeResource({ uri });
    // Events come in order: whoever has heard of this has heard that the others were made, which does not count.
    expect(await update(first, 'now')).toBe(true);
    await vi.waitFor(() => expect(firsts).not.toHaveLength(0), PATIENCE);
    heard.length = 0;
    return { client, heard, lists };
  }

  async function createNote(title: string) {
    const { structuredContent } = await rawCall(there.url, 'create_note', { title });
    return { id: structuredContent?.id, version: structuredContent?.version, uri: `note://${structuredContent?.id}` };
  }

  async function update(note: { id: string | undefined; version: string | undefined }, body: string): Promise<boolean> {
    const { id, version } = note;
    const { isError, structuredContent } = await rawCall(there.url, 'update_note', { id, version, body });
    note.version = structuredContent?.version ?? version;
    return isError !== true;
  }

  it.each(ERAS)('tell a client (%s) of one about every change that is made at the other', async (kind) => {
    const note = await createNote('Watched');
    const { client, heard } = await watch(kind, note.uri);
    try {
      for (const body of updates) expect(await update(note, body)).toBe(true);
      await vi.waitFor(() => expect(heard).toHaveLength(updates.length), PATIENCE);
      expect(new Set(heard)).toEqual(new Set([note.uri]));
      const { contents } = await client.readResource({ uri: note.uri });
      expect(contents[0]?.text).toContain(updates.at(-1));
    } finally {
      await client.close();
    }
  });

  it.each(ERAS)('tell a client (%s) again, by themselves, after their service was killed', async (kind) => {
    const note = await createNote('Survives');
    const last = await createNote('Changed last');
    const { client, heard, lists } = await watch(kind, note.uri, last.uri);
    try {
      await service.get()?.kill();
      expect(await update(note, 'while it is away')).toBe(false);
      await service.get()?.restart();
      const back = performance.now();
      // What was lost meanwhile is made up for by telling clients to look again.
      await vi.waitFor(() => expect(lists).not.toHaveLength(0), PATIENCE);
      await vi.waitFor(async () => {
        const { structuredContent } = await rawCall(there.url, 'read_note', { id: note.id });
        expect(structuredContent?.title).toBe('Survives');
        note.version = structuredContent?.version;
        expect(await update(note, 'when it is back')).toBe(true);
        expect(heard).toContain(note.uri);
      }, PATIENCE);
      process.stderr.write(
        `${storage}, ${language}, ${kind}: changes again after ${Math.round(performance.now() - back)} ms\n`,
      );
      // More than one attempt may have got through. Events come in order: whoever has heard of this has heard of those.
      expect(await update(last, 'new')).toBe(true);
      await vi.waitFor(() => expect(heard).toContain(last.uri), PATIENCE);
      heard.length = 0;
      for (const body of updates) expect(await update(note, body)).toBe(true);
      await vi.waitFor(() => expect(heard).toHaveLength(updates.length), PATIENCE);
    } finally {
      await client.close();
    }
  });

  it('know the questions that the other has asked', async () => {
    const { id } = await createNote('To be deleted');
    const { requestState, inputRequests = {} } = await rawCall(here.url, 'delete_note', { id });
    expect(requestState).toEqual(expect.any(String));
    const [question = ''] = Object.keys(inputRequests);
    const consent = { [question]: { action: 'accept', content: { confirm: true } } };
    const forged = await rawCall(there.url, 'delete_note', { id }, { inputResponses: consent, requestState: 'x' });
    expect(forged.structuredContent?.deleted).not.toBe(true);
    const agreed = await rawCall(there.url, 'delete_note', { id }, { inputResponses: consent, requestState });
    expect(agreed.structuredContent).toEqual({ deleted: true });
  });

  it('count the requests of a client together', async () => {
    // The count begins anew with each minute of the clock. When that was in between, somebody else asks.
    const minute = () => Math.floor(Date.now() / 60_000);
    let statuses: readonly number[] = [];
    for (let n = 1, began = Number.NaN; began !== minute(); n++) {
      began = minute();
      statuses = await statusesFor(`203.0.113.${n}`);
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(1200 - LIMIT);
    expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT);
    // Others are not affected.
    expect((await postCall(here.url, 'search_notes', { query: 'nothing' })).status).toBe(200);
  });

  /** What a client is told that sends 1200 requests to both. */
  async function statusesFor(address: string): Promise<number[]> {
    const statuses: number[] = [];
    const caller = async (n: number) => {
      for (let sent = 0; sent < 100; sent++) {
        const { url } = (n + sent) % 2 === 0 ? here : there;
        const response = await postCall(url, 'search_notes', { query: 'nothing' }, {}, { 'x-forwarded-for': address });
        statuses.push(response.status);
        await response.text();
        if (response.status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, n) => caller(n)));
    return statuses;
  }

  it('say that they are not ready while the service is away, and only then', async () => {
    const readiness = () =>
      Promise.all([here, there].map(async ({ url }) => (await fetch(new URL('/readyz', url))).status));
    await vi.waitFor(async () => expect(await readiness()).toEqual([200, 200]), PATIENCE);
    await service.get()?.kill();
    await vi.waitFor(async () => expect(await readiness()).toEqual([503, 503]), PATIENCE);
    expect((await fetch(new URL('/healthz', here.url))).status).toBe(200);
    await service.get()?.restart();
    await vi.waitFor(async () => expect(await readiness()).toEqual([200, 200]), PATIENCE);
  });

  it('go on alone when the other stops', async () => {
    const note = await createNote('Kept');
    expect(await here.stop()).toBe(0);
    const { structuredContent } = await rawCall(there.url, 'read_note', { id: note.id });
    expect(structuredContent?.title).toBe('Kept');
  });
});
