import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '../property/matrix-rows.ts';
import { ok, startUpstream, type Upstream } from '../support/exercise.ts';
import {
  CLIENTS,
  type ClientKind,
  type Connected,
  connectClient,
  type Target,
  type UserAnswer,
} from '../support/mcp-clients.ts';
import { BARE_ENV, listen } from '../support/server.ts';
import { sample } from '../support/tier.ts';
import { type UsedProject, useCopy } from '../support/use-made.ts';
import { accept, acceptRefusal, surfaceOf } from './acceptance.ts';
import { DIFFERENCES, differingParts, HTTP_SETTINGS, probeHttp, probeLimit } from './acceptance-http.ts';
import { listenLong, subscribeEarly } from './acceptance-streams.ts';

type Settings = Readonly<Record<string, string>>;

/** What a store is made of has no part in it. */
const STORAGES = sample(['sqlite', 'memory'], () => ['a storage']);
const USERS = ['decline', 'cancel', 'unasked'] as const;

/** The same answers in both languages are the same server to a client. */
describe.each(STORAGES)('TypeScript and Python with %s', (storage) => {
  const choices = ['--preset', 'full', '--transport', 'both', '--storage', storage, '--extras', 'rate-limit'];
  const projects = Object.fromEntries(
    LANGUAGES.map((language) => [language, useCopy({ name: 'same-server', language, flags: choices })]),
  ) as Readonly<Record<Language, UsedProject>>;
  let upstream: Upstream;

  beforeAll(async () => {
    upstream = await startUpstream();
  });
  afterAll(() => upstream?.close());

  /** Serves over HTTP on a free port as long as the work takes. */
  async function serving<T>(language: Language, settings: Settings, work: (url: string) => Promise<T>): Promise<T> {
    const server = await listen([...projects[language].start, 'http'], { ...upstream.env, ...settings });
    try {
      return await work(server.url);
    } finally {
      await server.kill();
    }
  }

  /** Connects clients to a server over a transport as long as the work takes. */
  async function connecting<T>(
    language: Language,
    transport: string,
    work: (connect: (kind: ClientKind, user?: UserAnswer) => Promise<Connected>) => Promise<T>,
  ): Promise<T> {
    const open: Connected[] = [];
    const withTarget = async (target: Target): Promise<T> => {
      try {
        return await work(async (kind, user) => {
          const client = await connectClient(kind, target, user);
          open.push(client);
          return client;
        });
      } finally {
        for (const client of open) await client.close();
      }
    };
    const { dir, start } = projects[language];
    const [command, ...args] = start;
    const env = { ...BARE_ENV, ...upstream.env };
    try {
      return transport === 'stdio'
        ? await withTarget({ command, args: [...args, 'stdio'], env })
        : await serving(language, {}, (url) => withTarget({ url }));
    } finally {
      rmSync(join(dir, 'data'), { recursive: true, force: true, maxRetries: 5 });
    }
  }

  describe.each(['stdio', 'http'])('over %s', (transport) => {
    describe.each(LANGUAGES)('in %s', (language) => {
      it.each(CLIENTS)('do what they say for the client %s', (kind) =>
        connecting(language, transport, async (connect) => accept(await connect(kind), kind, upstream.url)),
      );

      it.each(CLIENTS)('delete nothing when the user of the client %s has not agreed', (kind) =>
        connecting(language, transport, async (connect) => {
          for (const user of USERS) await acceptRefusal(await connect(kind, user), user);
        }),
      );

      it('find all notes, page by page', () =>
        connecting(language, transport, async (connect) => {
          const client = await connect('v2 2026-07-28');
          const made = new Set<unknown>();
          for (let n = 0; n < 120; n++) made.add(ok(await client.call('create_note', { title: `Note ${n}` })).id);
          const found: unknown[] = [];
          let cursor: unknown;
          do {
            const page = ok(
              await client.call('search_notes', { query: 'note', ...(cursor !== undefined && { cursor }) }),
            );
            found.push(...(page.notes as { id: string }[]).map(({ id }) => id));
            cursor = page.next;
          } while (cursor !== undefined);
          expect(found).toHaveLength(made.size);
          expect(new Set(found)).toEqual(made);
        }));
    });

    it.each(CLIENTS)('offer the same to the client %s', async (kind) => {
      const surface = (language: Language) =>
        connecting(language, transport, async (connect) => surfaceOf(await connect(kind)));
      expect(await surface('python')).toEqual(await surface('typescript'));
    });
  });

  it('refuse the same over HTTP, in whatever words', async () => {
    const probeAll = (language: Language) => serving(language, HTTP_SETTINGS, probeHttp);
    const typescript = await probeAll('typescript');
    const python = await probeAll('python');
    for (const title of Object.keys(typescript)) {
      const parts = differingParts(typescript[title], python[title]);
      const said = JSON.stringify([typescript[title], python[title]]);
      expect.soft(parts.sort(), `${title}: ${said}`).toEqual([...(DIFFERENCES[title]?.parts ?? [])].sort());
    }
  });

  it.each(LANGUAGES)(
    'tell clients that subscribe early of changes, in %s, and keep no more than a few',
    async (language) => {
      const { start } = projects[language];
      const { uri, heard, toNothing, most } = await subscribeEarly([...start, 'stdio'], upstream.env);
      expect(heard).toBe(uri);
      expect(most).toBe(100);
      expect(toNothing).toBe('refused');
    },
  );

  it.concurrent.each(LANGUAGES)('keep streams and long calls alive in both eras, in %s', async (language) => {
    const seen = await serving(language, {}, listenLong);
    expect(seen[0]).toBe('stream: headers');
    for (const era of ['2025', '2026']) {
      expect(seen.filter((one) => one.startsWith(era))).toEqual([`${era}: a comment`, `${era}: the result`]);
    }
  });

  it('turn away whose calls are too many, and say when to come again', async () => {
    const settings = { RATE_LIMIT_PER_MINUTE: '3' };
    const probeOf = (language: Language) => serving(language, settings, (url) => probeLimit(url, 3));
    const refused = await probeOf('typescript');
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': 'true' } });
    expect(await probeOf('python')).toEqual(refused);
  });
});

it('what differs over HTTP is listed in docs/python.md', () => {
  const docs = readFileSync(new URL('../../docs/python.md', import.meta.url), 'utf8');
  for (const [title, { parts, why }] of Object.entries(DIFFERENCES)) {
    expect(docs).toContain(`| ${title} | ${parts.join(', ')} | ${why} |`);
  }
});
