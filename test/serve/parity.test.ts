import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { LANGUAGES, type Language } from '../property/matrix-rows.ts';
import { startUpstream, type Upstream } from '../support/exercise.ts';
import { CLIENTS, type ClientKind, connectClient, type Target } from '../support/mcp-clients.ts';
import { BARE_ENV, listen } from '../support/server.ts';
import { sample } from '../support/tier.ts';
import { type UsedProject, useCopy } from '../support/use-made.ts';
import { type Probe, probeServer } from './parity.ts';
import { DIFFERENCES, differingParts, HTTP_SETTINGS, probeHttp, probeLimit } from './parity-http.ts';

type Settings = Readonly<Record<string, string>>;

/** What a store is made of has no part in it. */
const STORAGES = sample(['sqlite', 'memory'], () => ['a storage']);
const TOOLS = optionsOf('python', 'tool').map(({ id }) => id);

/**
 * The same answers in both languages are the same server to a client: the same tools, schemas, resources, prompts,
 * instructions, results and failures, word for word, except where a validation library says what it did not like.
 */
describe.each(STORAGES)('TypeScript and Python with %s', (storage) => {
  const choices = ['--transport', 'both', '--storage', storage, '--tools', TOOLS.join(), '--extras', 'none'];
  const projects = Object.fromEntries(
    LANGUAGES.map((language) => [language, useCopy({ name: 'same-server', language, flags: choices })]),
  ) as Readonly<Record<Language, UsedProject>>;
  let upstream: Upstream;

  beforeAll(async () => {
    upstream = await startUpstream();
  });
  afterAll(() => upstream?.close());

  async function withClient(kind: ClientKind, target: Target): Promise<Probe> {
    const client = await connectClient(kind, target);
    try {
      return await probeServer(client, upstream.url);
    } finally {
      await client.close();
    }
  }

  /** Serves over HTTP on a free port as long as the work takes. */
  async function serving<T>(language: Language, settings: Settings, work: (url: string) => Promise<T>): Promise<T> {
    const server = await listen([...projects[language].start, 'http'], { ...upstream.env, ...settings });
    try {
      return await work(server.url);
    } finally {
      await server.kill();
    }
  }

  async function probe(language: Language, kind: ClientKind, transport: string): Promise<Probe> {
    const { dir, start } = projects[language];
    const [command, ...args] = start;
    const env = { ...BARE_ENV, ...upstream.env };
    try {
      return transport === 'stdio'
        ? await withClient(kind, { command, args: [...args, 'stdio'], env })
        : await serving(language, {}, (url) => withClient(kind, { url }));
    } finally {
      // What is left behind would come before or after the next client's notes by the chance of random ids.
      rmSync(join(dir, 'data'), { recursive: true, force: true, maxRetries: 5 });
    }
  }

  describe.each(['stdio', 'http'])('over %s', (transport) => {
    it.each(CLIENTS)('are the same server to the client %s', async (kind) => {
      const typescript = await probe('typescript', kind, transport);
      const python = await probe('python', kind, transport);
      // Part by part, so that a difference is easy to see.
      for (const part of Object.keys(typescript) as (keyof Probe)[]) {
        expect.soft(python[part], part).toEqual(typescript[part]);
      }
    });
  });

  it('refuse the same over HTTP, and say the same but for what the SDKs say', async () => {
    const probeAll = (language: Language) => serving(language, HTTP_SETTINGS, probeHttp);
    const typescript = await probeAll('typescript');
    const python = await probeAll('python');
    for (const title of Object.keys(typescript)) {
      const parts = differingParts(typescript[title], python[title]);
      const said = JSON.stringify([typescript[title], python[title]]);
      expect.soft(parts.sort(), `${title}: ${said}`).toEqual([...(DIFFERENCES[title]?.parts ?? [])].sort());
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
