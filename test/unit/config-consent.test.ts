import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeContext, fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';
import { fakeProject } from './project.ts';

const ESC = '\u001b';
const LEFT = '\u202e';
const ENTRY_FILE = 'claude_desktop_config.json';

/** A folder that somebody has sent, with nothing in it but an entry. */
function stranger(name = 'notes', args: readonly string[] = ['-c', `${ESC}[2K evil ${LEFT}\u009b`]): string {
  const dir = tempDir();
  writeFileSync(join(dir, ENTRY_FILE), JSON.stringify({ mcpServers: { [name]: { command: 'sh', args } } }));
  return dir;
}

interface Watched {
  /** What is typed at the question; none: no terminal. */
  readonly keys?: string;
  readonly home?: string;
}

async function run(argv: readonly string[], { keys, home = tempDir() }: Watched = {}) {
  const isTTY = keys !== undefined;
  const env = fakeEnv({ home, cwd: tempDir(), vars: { NO_COLOR: '1' }, stdinIsTTY: isTTY, stdoutIsTTY: isTTY });
  const context = fakeContext({ env });
  let screen = '';
  context.terminal.output.on('data', (data: Buffer) => {
    screen += data.toString();
    if (screen.includes('Write it into')) setImmediate(() => context.terminal.input.write(keys ?? ''));
  });
  const code = await main(argv, context);
  const path = join(home, '.cursor', 'mcp.json');
  const written = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).mcpServers : undefined;
  return { code, out: context.stdout.text, err: context.stderr.text, screen, written };
}

const write = (dir: string, ...more: readonly string[]): readonly string[] => [
  ...['config', 'cursor', '--write', '--dir', dir],
  ...more,
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;

describe('a command that the files of a folder name', () => {
  it('is shown and refused where nobody can be asked', async () => {
    const dir = stranger();
    for (const more of [[], ['--json'], ['--force'], ['--name', 'mine']]) {
      const { code, out, err, written } = await run(write(dir, ...more));
      expect({ code, written }).toEqual({ code: 2, written: undefined });
      const said = out + err;
      expect(said).toContain('[2K evil');
      expect(said).toContain('--yes');
      expect(said).toContain(dir);
      expect(said).not.toMatch(RAW);
    }
    const { code, out } = await run(write(dir, '--json'));
    expect(JSON.parse(out)).toMatchObject({ code: 'needs-consent', exit: code, missing: ['--yes'] });
  });

  it('is written with --yes, and shown', async () => {
    const { code, err, written } = await run(write(stranger(), '--yes'));
    expect({ code, written }).toEqual({ code: 0, written: { notes: { command: 'sh', args: expect.any(Array) } } });
    expect(err).toContain(`Clients start notes with: sh -c '\\u001b[2K evil \\u202e\\u009b'`);
    expect(err).not.toMatch(RAW);
  });

  it('is shown and asked for at a terminal, and Return alone says no', async () => {
    const dir = stranger();
    const no = await run(write(dir), { keys: '\r' });
    expect({ code: no.code, written: no.written }).toEqual({ code: 130, written: undefined });
    expect(no.screen).toContain(`sh -c '\\u001b[2K evil \\u202e\\u009b'`);
    expect(no.screen).toContain(dir);
    const yes = await run(write(dir), { keys: 'y' });
    expect(yes).toMatchObject({ code: 0, written: { notes: { command: 'sh' } } });
  });

  it('needs no question where it is there already, or nothing is written', async () => {
    const [dir, home] = [stranger(), tempDir()];
    expect((await run(write(dir, '--yes'), { home })).code).toBe(0);
    expect(await run(write(dir), { home })).toMatchObject({ code: 0, out: expect.stringContaining('already') });
    for (const flags of [[], ['--dry-run'], ['--remove'], ['--remove', '--dry-run']]) {
      const { code, out } = await run(['config', 'cursor', '--dir', dir, ...flags]);
      expect({ code, raw: RAW.test(out) }).toEqual({ code: 0, raw: false });
    }
    for (const client of ['codex', 'goose', 'raycast', 'vscode']) {
      expect((await run(['config', client, '--dir', dir])).out).not.toMatch(RAW);
    }
  });

  it('comes with variables of theirs beside a record: those are asked for as well', async () => {
    const dir = fakeProject({
      env: { NODE_OPTIONS: '--require /evil.js', API_TOKEN: 's3cret', PLAIN: 'ghp_s3cret0123456' },
    });
    const { code, err } = await run(write(dir));
    expect(code).toBe(2);
    expect(err).toContain(`NODE_OPTIONS='--require /evil.js'`);
    expect(err).not.toContain('s3cret');
    expect((await run(write(dir, '--yes'))).written.notes.env.NODE_OPTIONS).toBe('--require /evil.js');
  });
});

describe('a command of our own making', () => {
  it('is shown, and asked for only where somebody is', async () => {
    const dir = fakeProject();
    const { code, err, written } = await run(write(dir));
    expect({ code, names: Object.keys(written) }).toEqual({ code: 0, names: ['notes'] });
    expect(err).toContain(`with: /usr/bin/node ${join(dir, 'dist', 'main.mjs')}`);
    const asked = await run(write(dir), { keys: '\r' });
    expect(asked).toMatchObject({ code: 0, written: { notes: {} }, screen: expect.stringContaining('/usr/bin/node') });
    expect((await run(write(dir), { keys: 'n' })).code).toBe(130);
    expect((await run(write(dir, '--yes'), { keys: 'n' })).screen).toBe('');
  });

  it('that somebody has typed is written without a question', async () => {
    const typed = await run(['config', 'cursor', '--write', '--name', 'x', '--', 'sh', '-c', 'x'], { keys: 'n' });
    expect(typed).toMatchObject({ code: 0, screen: '', written: { x: { command: 'sh' } } });
  });
});

describe('a name that the files of a folder give', () => {
  it.each(['../../x', '__proto__', `a${ESC}[2J`, '', ' ', `x${LEFT}y`])('is refused when it is %j', async (name) => {
    const dir = stranger(name);
    for (const argv of [
      ['config', '--dir', dir],
      write(dir, '--yes'),
      ['config', 'cursor', '--remove', '--dir', dir],
      ['config', '--dir', dir, '--url', 'https://example.com/mcp'],
      ['check', dir],
      ['call', '--dir', dir],
    ]) {
      const { code, out, err, written } = await run(argv);
      expect({ code, out, written }).toEqual({ code: 1, out: '', written: undefined });
      expect(err).toContain('which no client takes');
      expect(err).not.toMatch(RAW);
    }
    expect({}).not.toHaveProperty('command');
  });

  it('is printable in what is said of a bad entry', async () => {
    const dir = tempDir();
    for (const text of [
      `{"mcpServers":{"a\\u001b[2J":{}}}`,
      `{"mcpServers":{"a\\u009b":{"command":"x","args":1}}}`,
      ESC,
    ]) {
      writeFileSync(join(dir, ENTRY_FILE), text);
      const { code, err } = await run(['config', '--dir', dir]);
      expect(code).toBe(1);
      expect(err).not.toMatch(RAW);
    }
  });
});

it.skipIf(process.platform === 'win32').each(['/dev/zero', 'a pipe'])('a .git that is %s is not read', async (what) => {
  const [dir, home] = [stranger(), tempDir()];
  if (what === 'a pipe') execFileSync('mkfifo', [join(dir, '.git')]);
  else symlinkSync(what, join(dir, '.git'));
  const argv = ['config', 'claude-code', '--scope', 'local', '--write', '--yes', '--dir', dir];
  expect((await run(argv, { home })).code).toBe(0);
  expect(Object.keys(JSON.parse(readFileSync(join(home, '.claude.json'), 'utf8')).projects)).toEqual([dir]);
});
