import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../src/base/env.ts';
import { checkServer } from '../../src/probe/check.ts';
import { LIMITS, type Limits, within } from '../../src/probe/limits.ts';
import { LinkError, parseMessage } from '../../src/probe/rpc.ts';
import type { CheckReport } from '../../src/probe/steps.ts';
import { isAlive, until } from '../support/commands.ts';
import { tempDir } from '../support/temp.ts';

const SERVER = join(import.meta.dirname, '..', 'support', 'hostile-server.mjs');
const env = readEnv();
const KB = 1024;
const SMALL = { message: 256 * KB, bytes: 1024 * KB, noise: 50, pages: 8, items: 100 };

function check(
  deed: string,
  { carrier = 'stdio', limits = SMALL, vars = {} as Record<string, string> } = {},
  more: Partial<Limits> = {},
): Promise<CheckReport> {
  const transport = carrier === 'http' ? 'http' : 'stdio';
  const target = { transport, command: env.nodePath, args: [SERVER, deed, carrier], env: vars } as const;
  return checkServer(target, { env, version: '0.0.0', limits: { ...limits, ...more } });
}

/** Everything that a report would print. */
const textOf = (report: CheckReport): string => JSON.stringify(report.steps);
const faults = ({ steps }: CheckReport): string[] =>
  steps.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);

describe('a server that sends without an end', () => {
  it.each([
    ['line', 'The server sent a line of more than 0.25 MB: a message may have that many at most.'],
    ['lines', 'The server wrote more than 50 lines to stdout that are no JSON-RPC.'],
    ['questions', 'The server sent more than 1 MB over one connection.'],
    ['pages', 'tools/list does not come to an end within 8 pages.'],
    ['fat-pages', 'The server sent more than 1 MB over one connection.'],
    ['items', 'tools/list lists more than 100 items.'],
    ['deep', 'The server sent a message that is nested deeper than 128 levels.'],
    ['template-pages', 'resources/templates/list does not come to an end within 8 pages.'],
  ])('%s: is told which limit it has met', async (deed, problem) => {
    const report = await check(deed);
    const list = deed === 'template-pages' ? 'resources/list' : 'tools/list';
    expect(faults(report)[0]).toBe(`${list}: To clients of 2025: ${problem}`);
    // It is our limit that has ended it, so its end is no fault of its own.
    if (deed !== 'lines') expect(faults(report)).toHaveLength(1);
  });

  it.each([
    ['body', 'The server sent an answer of more than 0.25 MB'],
    ['event', 'The server sent an event of more than 0.25 MB'],
  ])('over HTTP: %s', async (deed, problem) => {
    const report = await check(deed, { carrier: 'http' });
    expect(faults(report)[0]).toContain(problem);
  });

  it.each([
    ['comments', 'The server sent an event of more than 0.25 MB'],
    ['drops', '/mcp did not answer within 0.6 s'],
    ['silent', '/mcp did not answer within 0.6 s'],
  ])('over HTTP, without ever answering: %s', async (deed, problem) => {
    const report = await check(deed, { carrier: 'http' }, { start: 500, request: 600 });
    expect(faults(report)[0]).toContain(problem);
  });

  it.each([
    ['drops', 'did not answer tools/list within 0.6 s'],
    ['silent', 'did not answer initialize within 0.5 s'],
  ])('over stdio, without ever answering: %s', async (deed, problem) => {
    const report = await check(deed, {}, { start: 500, request: 600, exit: 300 });
    expect(faults(report)[0]).toContain(problem);
  });

  it('may fill its stderr', async () => {
    const { steps } = await check('stderr', {}, { exit: 300 });
    expect(steps.find(({ name }) => name === 'tools/call')?.ok).toBe(true);
  });

  it('is not asked for more once it is lost', async () => {
    const { steps } = await check('line');
    expect(steps.map(({ name }) => name)).toEqual(['handshake-2025', 'tools/list']);
  });

  it('may take its time, but not for ever', async () => {
    const report = await check('lines', {}, { noise: 1e9, bytes: 1e12, total: 1500 });
    expect(faults(report)[0]).toContain('The check took longer than 1.5 s altogether');
  });

  it('has generous limits', () => {
    expect(LIMITS.message).toBeGreaterThanOrEqual(16 * KB * KB);
    expect(LIMITS.bytes).toBeGreaterThanOrEqual(LIMITS.message);
  });
});

describe('what a server says', () => {
  it('is shown with everything visible that a terminal would obey', async () => {
    const report = await check('escapes');
    expect(
      report.steps.some(({ detail }) =>
        detail.includes('xa\\u001b[2J\\u001b]0;t\\u0007\\u009b1m\\u202eb\\u200b\\u2028c\\ud800'),
      ),
    ).toBe(true);
    expect(textOf(report).replaceAll('\\n', '')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
    const details = report.steps.map(({ detail }) => detail).join('\n');
    expect(details).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
  });

  it('is cut where it is long', async () => {
    const { steps } = await check('long-error', {}, { message: LIMITS.message, bytes: LIMITS.bytes });
    for (const { detail } of steps) expect(detail.length).toBeLessThan(30_000);
    expect(steps[0]?.detail).toContain('more characters)');
  });

  it('may be wrong in very many places', async () => {
    const { steps } = await check('faults', {}, { message: LIMITS.message, bytes: LIMITS.bytes });
    const schemas = steps.find(({ name }) => name === 'schemas');
    expect(schemas?.ok).toBe(false);
    expect(schemas?.detail.split('\n')).toHaveLength(6);
  });

  it('over HTTP explains itself where it can', async () => {
    expect(faults(await check('closed', { carrier: 'http' }))[0]).toContain('the server wants to know who is there');
    expect(faults(await check('moved', { carrier: 'http' }))[0]).toContain(
      'the address is another one: http://elsewhere/',
    );
  });
});

describe('nothing is left running', () => {
  it('of a server that does not end with its input', async () => {
    const report = await check('ignores-eof', {}, { exit: 300 });
    expect(faults(report)).toEqual(['exit-on-eof: The server was still running 0.3 s after its input ended.']);
  });

  it.skipIf(process.platform !== 'linux').each(['stdio', 'http'])(
    'of a grandchild with a session of its own: %s',
    async (carrier) => {
      const file = join(tempDir(), 'pids');
      await check('escapee', { carrier, vars: { PID_FILE: file } });
      expect(existsSync(file)).toBe(true);
      const pids = readFileSync(file, 'utf8').trim().split('\n').map(Number);
      await until(() => !pids.some(isAlive));
    },
  );
});

describe('parseMessage', () => {
  it('counts brackets outside of texts only', () => {
    const nested = (levels: number, text = ''): string =>
      `{"jsonrpc":"2.0","id":1,"result":{"text":${JSON.stringify(text)},"x":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
    expect(parseMessage(nested(100, '[[{"\\'.repeat(200)))?.id).toBe(1);
    expect(() => parseMessage(nested(127))).toThrow(LinkError);
  });
});

describe('within', () => {
  it('does not count the time in which a person was asked', async () => {
    const started = performance.now();
    let asking = true;
    setTimeout(() => {
      asking = false;
    }, 120);
    const late = within(new Promise(() => {}), 30, 'late', undefined, () => (asking ? 30 : 0));
    await expect(late).rejects.toThrow('late');
    expect(performance.now() - started).toBeGreaterThan(100);
  });
});
