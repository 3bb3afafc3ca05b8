import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runOk } from '../support/child.ts';
import { type Made, made } from '../support/made.ts';
import { nodeOf } from '../support/node-versions.ts';
import { cannotRun } from '../support/require.ts';
import { BARE_ENV } from '../support/server.ts';
import { SOME_BACKENDS } from '../support/store-bridge.ts';
import { rounds } from '../support/tier.ts';
import { useService } from '../support/use-service.ts';
import { Gone, StdioServer } from './stdio-server.ts';

/** Backends that promise to keep what they have acknowledged, with something that can be killed. */
const DURABLE = SOME_BACKENDS.filter(({ storage }) => ['sqlite', 'file', 'postgres', 'redis'].includes(storage));
/** Looks at the files themselves, where the backend has some. */
const INSPECTIONS: Readonly<Record<string, (env: Readonly<Record<string, string>>) => Promise<void>>> = {
  async sqlite({ SQLITE_PATH: path = '' }) {
    const { node } = await nodeOf('24');
    const script = `const db = new (require('node:sqlite').DatabaseSync)(process.argv[1]);
      process.stdout.write(db.prepare('PRAGMA integrity_check').get().integrity_check);`;
    expect(await runOk(node, ['--no-warnings', '-e', script, path], { cwd: '/' })).toBe('ok');
  },
  async file({ FILE_PATH: path = '' }) {
    const { entries } = JSON.parse(readFileSync(path, 'utf8'));
    expect(entries).toEqual(expect.any(Object));
  },
};
const ROUNDS = rounds({ standard: 5, full: 20 });
const WRITERS = 8;

/** What clients were told is written. */
interface Acknowledged {
  /** Title by id. */
  readonly notes: Map<string, string>;
  /** The last state of the note that is changed all the time. */
  counter: { id: string; version: string; count: number };
}

describe.each(DURABLE)(
  'a server in $language with storage $storage that is killed while it writes',
  ({ language, storage }) => {
    const service = useService(storage);
    let project: Made;
    let unmade: string | undefined;
    const start = () => {
      const [command, ...args] = project.start;
      return new StdioServer(command, args, { ...BARE_ENV, ...service.env() }).initialize();
    };

    beforeAll(async () => {
      const flags = ['--storage', storage, '--transport', 'stdio', '--tools', 'notes', '--extras', 'none'];
      try {
        project = await made({ name: 'x', language, flags });
      } catch (error) {
        unmade = (error as Error).message;
      }
    });
    beforeEach((context) => {
      if (unmade !== undefined) cannotRun(context, unmade);
    });

    it(`loses nothing in ${ROUNDS} rounds`, async () => {
      let server = await start();
      const { id, version } = await server.call('create_note', { title: '0' });
      const acknowledged: Acknowledged = {
        notes: new Map(),
        counter: { id: String(id), version: String(version), count: 0 },
      };
      let slowest = 0;
      for (let round = 1; round <= ROUNDS; round++) {
        const before = acknowledged.notes.size;
        const writing = writeUntilGone(server, acknowledged, round);
        // Not before something was written, and then at any moment.
        while (acknowledged.notes.size === before) await sleep(5);
        await sleep(Math.random() * 300);
        await server.kill();
        await writing;

        const restarted = performance.now();
        server = await start();
        await verify(server, acknowledged, before);
        slowest = Math.max(slowest, performance.now() - restarted);
        await INSPECTIONS[storage]?.(service.env());
      }
      expect(await allNotes(server)).toEqual(expect.arrayContaining([...acknowledged.notes.keys()]));
      await server.kill();
      const { size } = acknowledged.notes;
      const changes = acknowledged.counter.count;
      process.stderr.write(
        `${language}, ${storage}: ${ROUNDS} kills, ${size} notes and ${changes} changes acknowledged, 0 lost; `,
      );
      process.stderr.write(`at most ${Math.round(slowest)} ms to be there again with everything\n`);
    });
  },
);

/** Makes and changes notes, several at a time, until the server is gone. */
async function writeUntilGone(server: StdioServer, acknowledged: Acknowledged, round: number): Promise<void> {
  const untilGone = async (work: (n: number) => Promise<void>): Promise<void> => {
    try {
      for (let n = 0; ; n++) await work(n);
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
    }
  };
  const create = (writer: number) => async (n: number) => {
    const title = `${round}/${writer}/${n}`;
    const { id } = await server.call('create_note', { title, body: 'x'.repeat(500) });
    acknowledged.notes.set(String(id), title);
  };
  const change = async () => {
    const { id, version, count } = acknowledged.counter;
    const title = String(count + 1);
    const changed = await server.call('update_note', { id, version, title }).catch(async (error: Error) => {
      if (!error.message.includes('conflict')) throw error;
      // A database finishes what it was sent before the kill, if need be after somebody has looked.
      const late = await server.call('read_note', { id });
      expect(late.title).toBe(title);
      return late;
    });
    acknowledged.counter = { id, version: String(changed.version), count: count + 1 };
  };
  await Promise.all([...Array.from({ length: WRITERS }, (_, writer) => untilGone(create(writer))), untilGone(change)]);
}

/** Reads what was acknowledged in the last round. */
async function verify(server: StdioServer, acknowledged: Acknowledged, from: number): Promise<void> {
  const lost: string[] = [];
  for (const [id, title] of [...acknowledged.notes].slice(from)) {
    const note = await server.call('read_note', { id }).catch((error: Error) => ({ title: error.message }));
    if (note.title !== title) lost.push(`${id}: ${String(note.title)} instead of ${title}`);
  }
  expect(lost).toEqual([]);
  const { id, count } = acknowledged.counter;
  const note = await server.call('read_note', { id });
  // The change that was under way may have been written as well.
  expect([count, count + 1]).toContain(Number(note.title));
  acknowledged.counter = { id, version: String(note.version), count: Number(note.title) };
}

async function allNotes(server: StdioServer): Promise<string[]> {
  const ids: string[] = [];
  let cursor: unknown;
  do {
    const page = await server.call('search_notes', cursor ? { cursor } : {});
    ids.push(...(page.notes as readonly { id: string }[]).map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
}
