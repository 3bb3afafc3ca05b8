import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../src/base/env.ts';
import { main } from '../../src/cli.ts';
import { fakeContext } from '../support/env.ts';
import { readReport } from '../support/report.ts';
import { startHttp } from '../support/started.ts';
import { tempDir } from '../support/temp.ts';
import { FIXTURE, fakeProject } from './project.ts';

const ASKING = join(import.meta.dirname, '..', 'support', 'asking-server.mjs');
const HOSTILE = join(import.meta.dirname, '..', 'support', 'hostile-server.mjs');
const NODE = readEnv().nodePath;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(
  argv: readonly string[],
  { cwd = tempDir(), vars = {} as Record<string, string> } = {},
): Promise<Ran> {
  const context = fakeContext({ env: { ...readEnv(), cwd, home: cwd, vars: { NO_COLOR: '1', ...vars } } });
  const code = await main(argv, context);
  return { code, out: context.stdout.text, err: context.stderr.text };
}

describe('check of any server', () => {
  it('by its command line', async () => {
    const { code, out } = await run(['check', '--', NODE, FIXTURE]);
    expect(code).toBe(0);
    expect(out).toContain(`${NODE} ${FIXTURE} over stdio`);
    expect(out).toContain('The server answers: 3 tools');
    const json = readReport((await run(['check', '--json', '--name', 'mine', '--', NODE, FIXTURE])).out, 'check');
    expect(json).toMatchObject({ ok: true, project: { name: 'mine', dir: null } });
  });

  it('passes variables on, and shows no secret', async () => {
    const line = ['check', '--env', 'API_TOKEN', '--', NODE, FIXTURE, 'dies'];
    const { code, out } = await run(line, { vars: { API_TOKEN: 'tok-77' } });
    expect(code).toBe(1);
    expect(out).toContain('cannot open the store with ***');
    expect(out).not.toContain('tok-77');
    expect(await run(line)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--env needs the variable API_TOKEN'),
    });
  });

  it('by its address, with a header', async () => {
    const { url } = await startHttp([ASKING, 'http'], { TOKEN: 'tok-78' });
    const header = ['--header', 'Authorization: Bearer $'.concat('{API_TOKEN}')];
    const { code, out } = await run(['check', '--strict', '--url', url, ...header], { vars: { API_TOKEN: 'tok-78' } });
    expect(out).toContain('The server answers: 2 tools, 1 resource, 1 prompt.');
    expect(code).toBe(0);
    const refused = await run(['check', '--url', url]);
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('the server wants to know who is there') });
    expect(refused.out).toContain('does not let this client in');
    expect(refused.out).not.toContain('build it');
  });

  it('by an address behind which nobody is', async () => {
    const { code, out } = await run(['check', '--url', 'http://127.0.0.1:9/mcp']);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ handshake-2025 .*http:\/\/127\.0\.0\.1:9\/mcp cannot be reached: .*ECONNREFUSED/);
    expect(out).not.toContain('handshake-2026');
  });

  it.each([
    ['http://ann:pa55word@127.0.0.1:9/mcp', 'http://ann:***@127.0.0.1:9/mcp'],
    ['http://a@b:pa55word@127.0.0.1:9/mcp', 'http://a%40b:***@127.0.0.1:9/mcp'],
    ['http://ann:x@pa55word@127.0.0.1:9/mcp', 'http://ann:***@127.0.0.1:9/mcp'],
    ['http://127.0.0.1:9/mcp?profile=a&api_key=pa55word', 'http://127.0.0.1:9/mcp?profile=a&api_key=***'],
  ])('does not show the secret in %s', async (url, shown) => {
    const { out } = await run(['check', '--url', url]);
    expect(out.split('\n')[0]).toBe(`${shown} over http`);
    expect(out).not.toContain('pa55word');
    const called = await run(['call', '--url', url]);
    expect(called).toMatchObject({ code: 1, err: expect.stringContaining('cannot be reached') });
    expect(called.out + called.err).not.toContain('pa55word');
  });

  it('does not show the secret of a command line', async () => {
    const server = [FIXTURE, 'dies', '--api-token', 'pa55word', 'API_KEY=pa55word'];
    const { code, out } = await run(['check', '--json', '--', NODE, ...server]);
    expect(code).toBe(1);
    expect(readReport(out, 'check')).toMatchObject({
      project: { name: `${NODE} ${FIXTURE} dies --api-token *** API_KEY=***` },
    });
    expect(out).not.toContain('pa55word');
    const called = await run(['call', '--', NODE, ...server]);
    expect(called).toMatchObject({ code: 1, err: expect.stringContaining('exited') });
    expect(called.out + called.err).not.toContain('pa55word');
  });

  it.each<[readonly string[], string]>([
    [['check', 'x', '--url', 'http://a.b'], 'the folder of a project and --url'],
    [['check', '--url', 'http://a.b', '--', 'node', 'x'], '--url and a command after --'],
    [['check', '--client', 'cursor', '--url', 'http://a.b'], '--client and --url'],
    [['check', '--header', 'a: b', '--', 'node', 'x'], '--header and a server of --client or after --'],
    [['check', '--env', 'A=b'], '--env and a server that is not started by a command'],
    [['check', '--url', 'ftp://a.b'], 'no http or https URL'],
    [['check', '--url', 'http://a.b', '--header', 'nonsense'], '--header takes a name and a value'],
    [['check', '--url', 'http://a.b', '--header', 'A: x\u0000y'], '--header takes a name and a value'],
    [['check', '--client', 'nobody'], 'There is no client "nobody"'],
    [['check', '--update'], '--surface, which is missing'],
    [['check'], 'There is no project of create-mcp-mason'],
  ])('%j', async (argv, problem) => {
    expect(await run(argv)).toMatchObject({ code: 2, err: expect.stringContaining(problem) });
  });
});

describe('check of what a client starts', () => {
  const withEntries = (entries: object): string => {
    const home = tempDir();
    mkdirSync(join(home, '.cursor'));
    writeFileSync(join(home, '.cursor', 'mcp.json'), JSON.stringify({ mcpServers: entries }));
    return home;
  };

  it('reads the entry in its own file', async () => {
    const cwd = withEntries({
      mine: { command: NODE, args: [FIXTURE, 'environment'], env: { OWN: '$'.concat('{env:THAT}') } },
    });
    const { code, out } = await run(['check', '--client', 'cursor'], { cwd, vars: { THAT: 'value' } });
    expect(code).toBe(1);
    expect(out).toContain('mine in Cursor over stdio');
    expect(out).toContain('"OWN":"value"');
  });

  it('asks which of several is meant', async () => {
    const cwd = withEntries({ one: { command: NODE, args: [FIXTURE] }, two: { command: NODE, args: ['/nowhere.js'] } });
    expect(await run(['check', '--client', 'cursor'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Which server .* is meant\?\n {2}It has "one" and "two"\. Name one: --name <name>/),
    });
    expect(await run(['check', '--client', 'cursor', '--name', 'ones'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean --name one?'),
    });
    expect((await run(['check', '--client', 'cursor', '--name', 'one'], { cwd })).code).toBe(0);
    expect((await run(['check', '--client', 'cursor', '--name', 'two'], { cwd })).code).toBe(1);
  });

  it.each([
    ['codex', '.codex/config.toml', `[mcp_servers.x]\ncommand = '${NODE}'\nargs = ['${FIXTURE}']\n`],
    ['goose', '.config/goose/config.yaml', `extensions:\n  x:\n    cmd: ${NODE}\n    args: ['${FIXTURE}']\n`],
    ['mistral-vibe', '.vibe/config.toml', `[[mcp_servers]]\nname = 'x'\ncommand = '${NODE}'\nargs = ['${FIXTURE}']\n`],
    [
      'opencode',
      '.config/opencode/opencode.json',
      `{"mcp": {"x": {"type": "local", "command": ["${NODE}", "${FIXTURE}"]}}}`,
    ],
  ])('knows the shapes of %s', async (client, path, text) => {
    const cwd = tempDir();
    const file = join(cwd, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    expect(await run(['check', '--client-config', `${client}=${file}`], { cwd })).toMatchObject({ code: 0 });
  });

  it('says what is wrong with a file', async () => {
    const cwd = tempDir();
    const file = join(cwd, 'mcp.json');
    expect(await run(['check', '--client-config', `cursor=${file}`], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    });
    writeFileSync(file, '{');
    expect(await run(['check', '--client-config', `cursor=${file}`], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    });
    if (process.platform === 'win32') return;
    const device = join(cwd, 'zero.json');
    symlinkSync('/dev/zero', device);
    expect(await run(['check', '--client-config', `cursor=${device}`], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining('no ordinary file'),
    });
  });
});

describe('check --strict', () => {
  it('fails for what is only a warning otherwise', async () => {
    const lax = await run(['check', '--', NODE, FIXTURE]);
    expect(lax.code).toBe(0);
    expect(lax.out).toMatch(/^ {2}! definitions .* 14 warnings/m);
    expect(lax.out).toContain('      tool write has no description.\n        Say in a sentence what it is for');
    const strict = await run(['check', '--strict', '--', NODE, FIXTURE]);
    expect(strict.code).toBe(1);
    expect(strict.out).toContain('expects: definitions (stdio).\nEach finding above says what to do.');
    expect((await run(['check', '--strict', '--', NODE, ASKING])).code).toBe(0);
  });

  it('gives findings as JSON', async () => {
    const report = readReport((await run(['check', '--strict', '--json', '--', NODE, FIXTURE])).out, 'check');
    expect(report).toMatchObject({ ok: false, code: 'check-failed' });
    expect(JSON.stringify(report)).toContain(
      '"code":"tool-title","where":"tool write","what":"has no title and no annotations.title."',
    );
  });
});

describe('check --surface', () => {
  const SURFACE = ['check', '--surface', 'surface.json'];

  it('records, compares, and tells what breaks from what does not', async () => {
    const cwd = tempDir();
    const at = (...words: readonly string[]) => run([...SURFACE, ...words], { cwd });
    expect(await at('--update', '--', NODE, ASKING)).toMatchObject({
      code: 0,
      out: expect.stringContaining('recorded in surface.json'),
    });
    const recorded = readFileSync(join(cwd, 'surface.json'), 'utf8');
    expect(Object.keys(JSON.parse(recorded).tools)).toEqual(['delete_note', 'search_notes']);
    expect(await at('--', NODE, ASKING)).toMatchObject({
      code: 0,
      out: expect.stringContaining('as recorded in surface.json'),
    });
    const more = await at('--', NODE, ASKING, 'more');
    expect(more).toMatchObject({ code: 0, out: expect.stringContaining('tool count_notes is new.') });
    expect(more.out).toMatch(/^ {2}! surface/m);
    expect(await at('--strict', '--', NODE, ASKING, 'more')).toMatchObject({ code: 1 });
    const less = await at('--', NODE, ASKING, 'less');
    expect(less).toMatchObject({ code: 1, out: expect.stringContaining('tool search_notes is gone.') });
    expect(less.out).toContain(
      `agree to it: create-mcp-mason check --surface surface.json --update -- ${NODE} ${ASKING} less`,
    );
    expect(await at('--', NODE, ASKING, 'strict-prompt')).toMatchObject({
      code: 1,
      out: expect.stringContaining('prompt summarize argument query is required now.'),
    });
    // None of these has touched the file.
    expect(readFileSync(join(cwd, 'surface.json'), 'utf8')).toBe(recorded);
    expect(await at('--update', '--', NODE, ASKING, 'less')).toMatchObject({
      code: 0,
      out: expect.stringContaining('(1 difference, 1 of which may break clients)'),
    });
    expect(await at('--', NODE, ASKING, 'less')).toMatchObject({ code: 0 });
  });

  it.each([
    ['a missing file', undefined, 'There is no file surface.json to compare with.'],
    ['no JSON', '{', 'surface.json holds no surface: '],
    ['something else', '{"tools": []}', 'surface.json holds no surface: "tools" is no object.'],
  ])('exits 2 for %s, with the command that makes it', async (_, text, problem) => {
    const cwd = tempDir();
    if (text !== undefined) writeFileSync(join(cwd, 'surface.json'), text);
    const { code, err } = await run([...SURFACE, 'my project', '--strict'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain(problem);
    expect(err).toContain("create-mcp-mason check 'my project' --surface surface.json --update");
  });

  it('replaces a broken file with --update, and no folder', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'surface.json'), '{');
    expect((await run([...SURFACE, '--update', '--', NODE, ASKING], { cwd })).code).toBe(0);
    expect((await run([...SURFACE, '--', NODE, ASKING], { cwd })).code).toBe(0);
    mkdirSync(join(cwd, 'folder'));
    expect((await run(['check', '--surface', 'folder', '--update', '--', NODE, ASKING], { cwd })).code).toBe(2);
    const inNowhere = await run(['check', '--surface', 'no/where.json', '--update', '--', NODE, ASKING], { cwd });
    expect(inNowhere).toMatchObject({ code: 1, out: expect.stringContaining('no/where.json cannot be written') });
  });

  it('records nothing of a server that does not answer', async () => {
    const cwd = tempDir();
    expect((await run([...SURFACE, '--update', '--', NODE, FIXTURE, 'no-prompts'], { cwd })).code).toBe(1);
    expect(existsSync(join(cwd, 'surface.json'))).toBe(false);
  });
});

describe('a project in a fresh clone', () => {
  it('is told how to be installed and built', async () => {
    const dir = fakeProject({ entry: false, built: false });
    expect(await run(['check', dir])).toMatchObject({
      code: 1,
      err: expect.stringContaining('Install its dependencies and build it: pnpm install && pnpm build'),
    });
  });

  it('has the variables of its .env', async () => {
    const dir = fakeProject({ args: ['environment'], env: { DATABASE_URL: '<DATABASE_URL>' } });
    const without = await run(['check', dir]);
    expect(without.out).toContain('"DATABASE_URL":"<DATABASE_URL>"');
    expect((await run(['check', dir], { vars: { DATABASE_URL: 'postgres://here' } })).out).not.toContain(
      '<DATABASE_URL>',
    );
    writeFileSync(join(dir, '.env'), '\ufeffDATABASE_URL=postgres://u:p4ss@h/db\n');
    expect((await run(['check', dir])).out).not.toContain('DATABASE_URL');
  });

  it.skipIf(process.platform === 'win32')('does not wait for what is no file', async () => {
    const dir = fakeProject();
    execFileSync('mkfifo', [join(dir, '.env'), join(dir, 'surface.json')]);
    expect((await run(['check', dir])).code).toBe(0);
    expect(await run(['check', dir, '--surface', join(dir, 'surface.json'), '--update'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('it is no ordinary file.'),
    });
  });
});

it('what is hostile stays printable in every form of output', async () => {
  for (const more of [[], ['--json']]) {
    const { out, err } = await run(['check', '--strict', ...more, '--', NODE, HOSTILE, 'escapes']);
    expect(`${out}${err}`).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  }
});
