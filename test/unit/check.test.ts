import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../src/base/env.ts';
import { CliError } from '../../src/base/errors.ts';
import { runCheck as check } from '../../src/commands/check.ts';
import { print } from '../../src/report/report.ts';
import { type FakeContext, fakeContext } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';
import { fakeProject } from './project.ts';

const realContext = (cwd = '/'): FakeContext => fakeContext({ env: { ...readEnv(), cwd, vars: { NO_COLOR: '1' } } });

/** Runs the command and prints its report. */
const runCheck = async (dir: string | undefined, { json = false }, context: FakeContext) =>
  print(await check({ dir, json }, context), json, context);

async function errorOf(task: Promise<unknown>): Promise<CliError> {
  const outcome = await task.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof CliError) return outcome;
  throw new Error(`Not the expected error: ${String(outcome)}`);
}

describe('check', () => {
  it('starts the server as the entry says and prints what it has seen', async () => {
    const context = realContext();
    expect(await runCheck(fakeProject(), {}, context)).toBe(0);
    const lines = context.stdout.text.split('\n');
    expect(lines[0]).toBe('notes over stdio');
    expect(context.stdout.text).toMatch(/^ {2}✓ handshake-2025 +\d+ ms {2}fixture 1\.2\.3, protocol 2025-11-25$/m);
    expect(context.stdout.text).toMatch(/^ {2}✓ exit-on-eof/m);
    expect(lines.at(-2)).toBe('The server answers: 3 tools, 1 resource, 1 prompt.');
    expect(context.stderr.text).toBe('');
  });

  it('uses the folder in which it is called', async () => {
    expect(await runCheck(undefined, {}, realContext(fakeProject()))).toBe(0);
  });

  it('prints one JSON object', async () => {
    const dir = fakeProject();
    const context = realContext();
    expect(await runCheck(dir, { json: true }, context)).toBe(0);
    const printed = JSON.parse(context.stdout.text);
    expect(printed).toMatchObject({ ok: true, version: '0.0.0-test', project: { name: 'notes', dir } });
    expect(printed.checks).toMatchObject([{ ok: true, transport: 'stdio', tools: ['write', 'browse', 'count'] }]);
    expect(printed.checks[0].steps[0]).toMatchObject({ name: 'handshake-2025', ok: true });
    expect(Number.isInteger(printed.checks[0].steps[0].ms)).toBe(true);
  });

  it('checks both transports of a project that has both', async () => {
    const dir = fakeProject({ transport: 'both', args: ['stdio'] });
    const context = realContext();
    expect(await runCheck(dir, { json: true }, context)).toBe(0);
    const { checks } = JSON.parse(context.stdout.text);
    expect(checks.map(({ transport, ok }: { transport: string; ok: boolean }) => [transport, ok])).toEqual([
      ['stdio', true],
      ['http', true],
    ]);
  });

  it('fails when a step fails, and says which', async () => {
    const dir = fakeProject({ args: ['chatty', 'bad-exit'] });
    const context = realContext();
    expect(await runCheck(dir, {}, context)).toBe(1);
    expect(context.stdout.text).toMatch(/^ {2}✗ stdout/m);
    expect(context.stdout.text).toContain(
      'The server does not answer as a client expects: stdout (stdio), exit-on-eof (stdio).',
    );
    const json = realContext();
    expect(await runCheck(dir, { json: true }, json)).toBe(1);
    expect(JSON.parse(json.stdout.text)).toMatchObject({
      ok: false,
      code: 'check-failed',
      exit: 1,
      checks: [{ ok: false }],
    });
  });

  it('passes the environment of the entry, and hides its secrets', async () => {
    const dir = fakeProject({ args: ['dies'], env: { API_TOKEN: 'tok-9' } });
    const context = realContext();
    expect(await runCheck(dir, {}, context)).toBe(1);
    expect(context.stdout.text).toContain('      Error: cannot open the store with ***');
    expect(context.stdout.text).not.toContain('tok-9');
  });

  it('checks a folder that has an entry but no record', async () => {
    expect(await runCheck(fakeProject({ record: false }), {}, realContext())).toBe(0);
  });

  it.each([
    ['an empty folder', () => tempDir()],
    ['no folder', () => join(tempDir(), 'missing')],
  ])('exits 2 for %s', async (_, dir) => {
    const error = await errorOf(runCheck(dir(), {}, realContext()));
    expect(error).toMatchObject({ code: 'no-project', exit: 2 });
    expect(error.hint).toContain('create-mcp-mason check');
  });

  it.each(['stdio', 'both'])('checks a fresh clone, which has no entry: %s', async (transport) => {
    const context = realContext();
    expect(await runCheck(fakeProject({ entry: false, transport }), {}, context)).toBe(0);
    expect(context.stdout.text).toContain('The server answers: 3 tools');
  });

  it('knows a project that is not built', async () => {
    const error = await errorOf(runCheck(fakeProject({ built: false }), {}, realContext()));
    expect(error).toMatchObject({ code: 'not-built', exit: 1, hint: expect.stringContaining('pnpm build') });
    const http = await errorOf(
      runCheck(fakeProject({ built: false, transport: 'http', entry: false }), {}, realContext()),
    );
    expect(http).toMatchObject({ code: 'not-built' });
  });

  it('knows a project that was moved', async () => {
    const dir = fakeProject();
    const moved = join(tempDir(), 'moved');
    renameSync(dir, moved);
    const error = await errorOf(runCheck(moved, {}, realContext()));
    expect(error).toMatchObject({ code: 'entry-outdated', exit: 1, hint: expect.stringContaining('--force') });
  });

  it.each([
    ['.mcp-mason.json', '{', 'bad-record'],
    ['claude_desktop_config.json', '{"mcpServers": []}', 'bad-entry'],
    ['claude_desktop_config.json', '{"mcpServers": {"notes": {"command": 1}}}', 'bad-entry'],
  ])('says what is wrong with %s: %s', async (file, text, code) => {
    const dir = fakeProject();
    writeFileSync(join(dir, file), text);
    const error = await errorOf(runCheck(dir, {}, realContext()));
    expect(error).toMatchObject({ code, exit: 1, message: expect.stringContaining(join(dir, file)) });
  });
});
