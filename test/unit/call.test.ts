import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../src/base/env.ts';
import { main } from '../../src/cli.ts';
import { until } from '../support/commands.ts';
import { fakeContext } from '../support/env.ts';
import { readReport } from '../support/report.ts';
import { startHttp } from '../support/started.ts';
import { tempDir } from '../support/temp.ts';
import { FIXTURE, fakeProject } from './project.ts';

const ASKING = join(import.meta.dirname, '..', 'support', 'asking-server.mjs');
const HOSTILE = join(import.meta.dirname, '..', 'support', 'hostile-server.mjs');
const NODE = readEnv().nodePath;
/** The server that asks, with the arguments that follow. */
const SERVER = ['--', NODE, ASKING];

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function call(argv: readonly string[], { cwd = tempDir(), stdin = '' as string | Buffer } = {}): Promise<Ran> {
  const context = fakeContext({ env: { ...readEnv(), cwd, home: cwd, vars: { NO_COLOR: '1' } } });
  context.terminal.input.end(stdin);
  const code = await main(['call', ...argv], context);
  return { code, out: context.stdout.text, err: context.stderr.text };
}

describe('call without a tool', () => {
  it('lists what there is, a line each', async () => {
    expect(await call(SERVER)).toEqual({
      code: 0,
      out: `asking 1.0.0 over stdio, protocol 2026-07-28

Tools
  delete_note(id)  Delete a note for good.
  search_notes(query?, limit?, tags?)  Find the notes that hold all the given words.

Resources
  config://app  The settings of the server.

Templates
  note://{id}  One note by its id.

Prompts
  summarize(query?)  Summarize the notes that match.
`,
      err: '',
    });
  });

  it('gives all of it as JSON', async () => {
    const report = readReport((await call(['--json', ...SERVER])).out, 'call');
    expect(report).toMatchObject({
      ok: true,
      action: 'list',
      target: null,
      transport: 'stdio',
      protocol: '2026-07-28',
    });
    expect(report).toMatchObject({ server: { title: `${NODE} ${ASKING}`, name: 'asking', version: '1.0.0' } });
    expect(report.result).toMatchObject({
      tools: [{ name: 'delete_note' }, {}],
      resources: [{}],
      templates: [{}],
      prompts: [{}],
    });
  });

  it('says so when there is nothing', async () => {
    expect((await call(['--', NODE, FIXTURE, 'bare'])).out).toContain('It offers nothing.');
  });

  it('takes a project, and its folder', async () => {
    const dir = fakeProject();
    expect((await call([], { cwd: dir })).out).toContain('fixture 1.2.3 over stdio');
    expect(await call(['count', '--dir', dir])).toMatchObject({ code: 0, out: '{\n  "count": 1\n}\n' });
    expect((await call(['--dir', fakeProject({ entry: false, transport: 'both' })])).code).toBe(0);
    expect(await call(['--dir', fakeProject({ built: false })])).toMatchObject({
      code: 1,
      err: expect.stringContaining('pnpm build'),
    });
    expect(await call([])).toMatchObject({ code: 2, err: expect.stringContaining('create-mcp-mason call -- node') });
  });
});

describe('call of a tool', () => {
  it.each(['2026', '2025'])('in the era %s: prints what it answers', async (era) => {
    const { code, out, err } = await call(['search_notes', '{"query": "a"}', '--era', era, ...SERVER]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ query: 'a', limit: 10 });
    // Progress is not part of the result.
    expect(err).toBe('  1 of 2: half\n');
    const report = readReport((await call(['search_notes', '--json', '--era', era, ...SERVER])).out, 'call');
    expect(report).toMatchObject({
      protocol: era === '2026' ? '2026-07-28' : '2025-11-25',
      target: 'search_notes',
      questions: [],
    });
  });

  it('of a server that speaks only the older era', async () => {
    const report = readReport((await call(['search_notes', '--json', ...SERVER, 'only-2025'])).out, 'call');
    expect(report).toMatchObject({ ok: true, protocol: '2025-11-25' });
    expect(await call(['search_notes', '--era', '2026', ...SERVER, 'only-2025'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('server/discover was answered with the error'),
    });
  });

  it('takes arguments one by one, in the types of the schema', async () => {
    const given = ['--arg', 'query=7', '--arg', 'limit=7', '--arg', 'tags=["a","b"]', '--arg', 'more=x=y'];
    const { out } = await call(['search_notes', '{"query": "overridden", "z": null}', ...given, ...SERVER]);
    expect(JSON.parse(out).given).toEqual({ query: '7', z: null, limit: 7, tags: ['a', 'b'], more: 'x=y' });
    expect(await call(['search_notes', '--arg', 'limit=seven', ...SERVER])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--arg "limit=seven" is no integer'),
    });
  });

  it('takes them from stdin and from a file, with a limit', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'args.json'), '\ufeff{"query": "from file"}');
    expect((await call(['search_notes', '-', ...SERVER], { stdin: '{"query": "piped"}' })).out).toContain('"piped"');
    expect((await call(['search_notes', '@args.json', ...SERVER], { cwd })).out).toContain('from file');
    const long = await call(['search_notes', '-', ...SERVER], { stdin: Buffer.alloc(5 * 1024 * 1024, ' ') });
    expect(long).toMatchObject({ code: 2, err: expect.stringContaining('stdin gives more than 4 MB') });
    expect(await call(['search_notes', '@gone.json', ...SERVER], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('"gone.json" cannot be read'),
    });
    mkdirSync(join(cwd, 'folder'));
    expect(await call(['search_notes', '@folder', ...SERVER], { cwd })).toMatchObject({ code: 2 });
    if (process.platform === 'win32') return;
    symlinkSync('/dev/zero', join(cwd, 'zero'));
    expect(await call(['search_notes', '@zero', ...SERVER], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('more than 4 MB'),
    });
  });

  it.each<[readonly string[], string]>([
    [
      ['search_notes', '{"query": }'],
      '"{"query": }" is no JSON: line 1, column 11: there is "}" where a value should be.',
    ],
    [['search_notes', '[1]'], '"[1]" is no JSON object.'],
    [['search_notes', '-'], 'What stdin gives is no JSON: line 1, column 1: it ends too early.'],
    [['serach_notes'], 'The server has no tool "serach_notes".\n  Did you mean "search_notes"?'],
    [['zzz'], 'It has "delete_note" and "search_notes".'],
    [['config://app'], 'To read a resource: create-mcp-mason call --read "config://app"'],
    [['--prompt', 'sumarize'], 'The server has no prompt "sumarize".\n  Did you mean "summarize"?'],
    [['search_notes', '--read', 'config://app'], '--read and a tool or arguments'],
    [['--arg', 'a=b'], '--arg and no tool'],
    [['search_notes', '--arg', 'query'], '--arg "query" is not of the form key=value'],
    [['search_notes', '--answer', 'yes'], '--answer "yes" is not of the form key=value'],
    [['search_notes', '--era', '2027'], 'There is no era "2027"'],
    [['search_notes', '--timeout', 'long'], '--timeout "long" is no number of seconds'],
  ])('%j is a usage error', async (argv, problem) => {
    expect(await call([...argv, ...SERVER])).toMatchObject({ code: 2, out: '', err: expect.stringContaining(problem) });
    const report = readReport((await call([...argv, '--json', ...SERVER])).out, 'error');
    expect(report).toMatchObject({ ok: false, exit: 2 });
  });

  it('exits 1 when the tool fails', async () => {
    const failed = await call(['count', '--', NODE, FIXTURE, 'failing-tool']);
    expect(failed).toEqual({
      code: 1,
      out: 'no disk\n',
      err: 'error: count answered that it failed.\n  Its answer says why.\n',
    });
    const report = readReport((await call(['count', '--json', '--', NODE, FIXTURE, 'failing-tool'])).out, 'call');
    expect(report).toMatchObject({ ok: false, code: 'tool-failed', exit: 1, result: { isError: true } });
  });

  it('exits 1 when the server fails', async () => {
    expect(await call(['write', '--', NODE, FIXTURE])).toMatchObject({
      code: 1,
      err: 'error: tools/call was answered with the error -32602: unexpected call of write\n',
    });
    expect(await call(['count', '--', NODE, FIXTURE, 'dies'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot open the store'),
    });
    expect(await call(['count', '--', '/nowhere/node'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('could not be started'),
    });
    expect(
      await call([
        'count',
        '--timeout',
        '0.2',
        '--era',
        '2025',
        '--url',
        (await startHttp([HOSTILE, 'event', 'http'])).url,
      ]),
    ).toMatchObject({ code: 1 });
  });
});

describe('call --read and --prompt', () => {
  it('print texts', async () => {
    expect(await call(['--read', 'config://app', ...SERVER])).toEqual({ code: 0, out: '{"level":"info"}\n', err: '' });
    expect((await call(['--prompt', 'summarize', '{"query": "a"}', ...SERVER])).out).toBe('user: Summarize a\n');
    expect((await call(['--prompt', 'summarize', '--arg', 'query=1', ...SERVER])).out).toBe('user: Summarize 1\n');
    expect(await call(['--read', 'config://gone', ...SERVER])).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no resource config://gone'),
    });
    // What is no ASCII cannot stand in a header as it is.
    const { url } = await startHttp([ASKING, 'http']);
    expect(await call(['--read', 'config://東京', '--url', url])).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no resource config://東京'),
    });
  });
});

describe('a server that asks', () => {
  const DELETE = ['delete_note', '{"id": "n1"}'];

  it.each(['2026', '2025'])('in the era %s is answered, or told that nobody is there', async (era) => {
    const { url } = await startHttp([ASKING, 'http']);
    for (const server of [['--url', url], SERVER]) {
      const asked = await call([...DELETE, '--era', era, ...server]);
      expect(asked).toMatchObject({ code: 1, out: 'Not deleted: decline.\n' });
      expect(asked.err).toContain(
        'The server asked: Delete n1?\nDeclined: nobody can be asked here. To answer, give --answer confirm=true.\n',
      );
      const agreed = await call([...DELETE, '--era', era, '--answer', 'confirm=yes', ...server]);
      expect(agreed).toMatchObject({ code: 0, out: expect.stringContaining('"deleted": true') });
      const refused = await call([...DELETE, '--era', era, '--answer', 'confirm=false', ...server]);
      expect(refused).toMatchObject({ code: 1, out: 'Not deleted: accept.\n' });
    }
  });

  it('is in the report', async () => {
    const report = readReport((await call([...DELETE, '--json', '--answer', 'confirm=true', ...SERVER])).out, 'call');
    expect(report.questions).toEqual([{ message: 'Delete n1?', action: 'accept', content: { confirm: true } }]);
    const declined = await call([...DELETE, '--json', ...SERVER]);
    expect(declined.err).toBe('');
    expect(readReport(declined.out, 'call').questions).toEqual([{ message: 'Delete n1?', action: 'decline' }]);
  });

  it('gets answers of the right types only, and all that it needs', async () => {
    const long = [...SERVER, 'long-form'];
    expect(await call([...DELETE, '--answer', 'confirm=maybe', ...SERVER])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--answer "confirm=maybe" does not fit. It is true or false.'),
    });
    expect((await call([...DELETE, '--answer', 'confirm=true', ...long])).err).toContain(
      'give --answer reason=<text>.',
    );
    const answers = ['confirm=true', 'reason=why', 'where=here', 'times=2'].flatMap((one) => ['--answer', one]);
    expect(JSON.parse((await call([...DELETE, ...answers, ...long])).out)).toEqual({
      deleted: true,
      confirm: true,
      reason: 'why',
      where: 'here',
      times: 2,
    });
    for (const wrong of ['times=9', 'times=x', 'where=there', 'reason=w'])
      expect((await call([...DELETE, ...answers, '--answer', wrong, ...long])).code, wrong).toBe(2);
  });

  it('is told of answers that it did not ask for, and declined what is no form', async () => {
    expect((await call(['search_notes', '--answer', 'confirm=true', ...SERVER])).err).toContain(
      'Nobody asked for --answer "confirm".',
    );
    expect((await call([...DELETE, '--answer', 'confirm=true', ...SERVER, 'url'])).err).toContain(
      'opened in a browser',
    );
  });

  it('does not go on for ever', async () => {
    expect(await call([...DELETE, '--answer', 'confirm=true', ...SERVER, 'endless'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('8 rounds of questions'),
    });
  });
});

describe('a person at a terminal', () => {
  /** Runs a deletion and types keys once the question is there. */
  async function typed(keys: string, more: readonly string[]): Promise<Ran> {
    const env = {
      ...readEnv(),
      cwd: tempDir(),
      vars: { NO_COLOR: '1' },
      stdinIsTTY: true,
      stdoutIsTTY: true,
      isCI: false,
    };
    const context = fakeContext({ env });
    let screen = '';
    context.terminal.output.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
    });
    const done = main(['call', 'delete_note', '{"id": "n1"}', ...more, ...SERVER], context);
    await until(() => screen.includes('Really delete it?'));
    context.terminal.input.write(keys);
    const code = await done;
    return { code, out: context.stdout.text, err: context.stderr.text };
  }

  it.each(['2026', '2025'])('is asked: era %s', async (era) => {
    expect(await typed('y', ['--era', era])).toMatchObject({
      code: 0,
      out: expect.stringContaining('"deleted": true'),
    });
    expect(await typed('n', ['--era', era])).toMatchObject({ code: 1, out: 'Not deleted: accept.\n' });
    expect(await typed('\u0003', ['--era', era])).toEqual({
      code: 130,
      out: '',
      err: 'Cancelled. The server may have done part of what it was asked for.\n',
    });
  });
});

it('what is hostile stays printable and bounded', async () => {
  const unseen = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
  for (const argv of [[], ['calm'], ['--json'], ['calm', '--json'], ['zzz']]) {
    const { out, err } = await call([...argv, '--', NODE, HOSTILE, 'escapes']);
    expect(`${out}${err}`, argv.join(' ')).not.toMatch(unseen);
    expect(`${out}${err}`).toMatch(/\\u001b\[2J/);
  }
  expect((await call(['calm', '--', NODE, HOSTILE, 'line'])).err).toContain('a line of more than 16 MB');
});
