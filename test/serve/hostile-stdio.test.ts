import { mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../support/child.ts';
import { RawStdio, textOf } from '../support/raw-stdio.ts';
import { tempDir } from '../support/temp.ts';
import { useCopy, useMade } from '../support/use-made.ts';

const FLAGS = ['--preset', 'full', '--transport', 'both', '--storage', 'sqlite', '--extras', 'rate-limit'];
const IDS = { ref: { type: 'ref/resource', uri: 'note://{id}' }, argument: { name: 'id', value: '' } };

/** The processes of a test. */
const open: RawStdio[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.process.kill('SIGKILL');
});

function started(...args: ConstructorParameters<typeof RawStdio>): RawStdio {
  const server = new RawStdio(...args);
  open.push(server);
  return server;
}

describe('a TypeScript server over stdio', () => {
  const project = useCopy({ name: 'same-server', flags: FLAGS });
  const start = (file = join(tempDir(), 'notes.db')) => started(project.start, { SQLITE_PATH: file }).connect();

  it('keeps subscriptions as addresses are written, and no more of them than it should', async () => {
    const server = await start();
    const ids: string[] = [];
    for (let n = 0; n < 120; n++) ids.push((await server.call('create_note', { title: 'a' })).structuredContent.id);
    const [id] = ids;
    await server.ask('resources/subscribe', { uri: `${' '.repeat(100_000)}note://${id}` });
    const { version } = (await server.call('read_note', { id })).structuredContent;
    await server.call('update_note', { id, version, title: 'b' });
    await server.ask('ping');
    expect(server.notifications.join()).toContain(`"uri":"note://${id}"`);
    const answers = await Promise.all(ids.map((one) => server.ask('resources/subscribe', { uri: `note://${one}` })));
    expect(answers.filter(({ error }) => error === undefined).length).toBeLessThanOrEqual(100);
    expect((await server.ask('resources/unsubscribe', { uri: 'nothing' })).result).toEqual({});
    expect((await server.ask('completion/complete', IDS)).result.completion).toMatchObject({ hasMore: true });
  });

  it('answers parameters of the wrong kind in a sentence', async () => {
    const server = await start();
    const wrong: readonly [method: string, params: object][] = [
      ['resources/read', { uri: 5 }],
      ['resources/subscribe', {}],
      ['resources/list', { cursor: 5 }],
      ['prompts/get', { name: 5 }],
      ['completion/complete', { ref: 5 }],
      ['tools/list', { cursor: 5 }],
    ];
    for (const [method, params] of wrong) {
      expect.soft((await server.ask(method, params)).error, method).toEqual({
        code: -32602,
        message: expect.stringMatching(/^Invalid params\.(uri|cursor|name|ref): [\w ,:]+$/),
      });
    }
  });

  it('tells nobody but its log where a store is that does not answer', async () => {
    const file = join(tempDir(), 'notes.db');
    const server = await start(file);
    const { id } = (await server.call('create_note', { title: 'a' })).structuredContent;
    rmSync(file);
    const sentence = 'The store does not answer. Try again in a minute.';
    expect(textOf(await server.call('read_note', { id }))).toBe(sentence);
    const error = { code: -32603, message: sentence };
    expect(await server.ask('resources/read', { uri: `note://${id}` })).toMatchObject({ error });
    expect(await server.ask('prompts/get', { name: 'summarize_notes' })).toMatchObject({ error });
    expect(await server.ask('completion/complete', IDS)).toMatchObject({ error });
    for (const method of ['tools/call', 'resources/read', 'prompts/get', 'completion/complete']) {
      expect(server.stderr).toMatch(new RegExp(`"${method} failed".*${file}`));
    }
  });

  it('calls a damaged store damaged', async () => {
    const file = join(tempDir(), 'notes.db');
    const before = await start(file);
    // More than SQLite keeps in memory.
    const note = { title: 'a', body: 'x'.repeat(20_000) };
    for (let n = 0; n < 150; n++) await before.call('create_note', note);
    before.process.stdin.end();
    await before.ended;
    const server = await start(file);
    writeSync(openSync(file, 'r+'), Buffer.alloc(statSync(file).size - 8192, 0xee), 0, undefined, 8192);
    expect(textOf(await server.call('search_notes', {}))).toMatch(/failed unexpectedly/);
    expect(server.stderr).toContain('malformed');
  });

  it('ends soon when its client has gone', async () => {
    const ways: Readonly<Record<string, (server: RawStdio) => void>> = {
      'after a call without an id': (server) => {
        server.send({ method: 'tools/call', params: { name: 'create_note', arguments: { title: 'a' } } });
        server.process.stdin.end();
      },
      'and reads no answer of a running call': (server) => {
        server.send({
          id: 100,
          method: 'tools/call',
          params: { name: 'run_job', arguments: { steps: 500, delay: 100 } },
        });
        server.process.stdout.destroy();
        server.send({ id: 101, method: 'ping' });
      },
      'after a line that is too long': (server) => server.process.stdin.write('x'.repeat(11_000_000)),
    };
    for (const [title, go] of Object.entries(ways)) {
      const server = await start();
      go(server);
      expect.soft(await Promise.race([server.ended, sleep(8000, 'running')]), title).toBe(0);
    }
  });

  it('refuses a .env that says something else than it seems to', async () => {
    const file = join(project.dir, '.env');
    const texts = { 'export LOG_LEVEL=a#b\n': /quotes/, [Buffer.from('X=\xe9', 'latin1').toString('latin1')]: /UTF-8/ };
    const end = async () => {
      const server = started(project.start, { SQLITE_PATH: join(tempDir(), 'notes.db') });
      expect(await server.ended).toBe(1);
      return server.stderr;
    };
    for (const [text, reason] of Object.entries(texts)) {
      writeFileSync(file, text, 'latin1');
      expect(await end()).toMatch(reason);
    }
    rmSync(file);
    // What Docker makes of a file that is not there to be mounted counts as none.
    mkdirSync(file);
    await start();
    rmSync(file, { recursive: true });
  });

  it('logs what JSON cannot hold', async () => {
    const lines = `const circle = { name: 'round' };
      circle.self = circle;
      log.error('circle', { circle });
      log.error('big', { value: 5n });
      log.error('own', { value: { toJSON: () => { throw new Error() } } });`;
    const outfile = join(tempDir(), 'log.mjs');
    const contents = `import { log } from './src/log.js';\n${lines}`;
    await build({
      stdin: { contents, resolveDir: project.dir },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
    });
    const { code, stderr } = await run(process.execPath, [outfile], { cwd: '/' });
    expect(code).toBe(0);
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).message),
    ).toEqual(['circle', 'big', 'own']);
    expect(stderr).toContain('round');
  });
});

describe('a TypeScript server with a file that somebody has written into', () => {
  const flags = ['--transport', 'both', '--storage', 'file', '--tools', 'notes', '--resources', 'logs'];
  const project = useMade({ name: 'kept-apart', flags });

  it('loses no entry that it does not understand, and takes none for a note', async () => {
    const file = join(tempDir(), 'notes.json');
    const made = { version: 'a', updatedAt: '2026-01-01T00:00:00.000Z' };
    const odd = { 'notes/odd': { ...made, value: 5 }, 'notes/ends': { ...made, value: {}, expiresAt: 5 } };
    writeFileSync(file, JSON.stringify({ format: 1, entries: odd }));
    const server = await started(project.start, { FILE_PATH: file }).connect();
    expect((await server.call('create_note', { title: 'new' })).isError).not.toBe(true);
    expect((await server.call('search_notes', {})).structuredContent.notes).toHaveLength(1);
    expect(JSON.parse(readFileSync(file, 'utf8')).entries).toMatchObject(odd);
    expect(server.stderr).toContain('notes/ends');
    const { error } = await server.ask('resources/read', { uri: 'note://odd' });
    expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('not found') });
  });
});
