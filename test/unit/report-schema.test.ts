import { describe, expect, it } from 'vitest';
import { cancelled } from '../../src/base/errors.ts';
import { main } from '../../src/cli.ts';
import { COMMANDS } from '../../src/commands/register.ts';
import { errorReport, print } from '../../src/report/report.ts';
import { fakeContext } from '../support/env.ts';
import { type Kind, readReport, reportProblems } from '../support/report.ts';
import { Workshop } from './create-support.ts';
import { FIXTURE, fakeProject } from './project.ts';
import { storeProject } from './storage/store-project.ts';

const QUIET = ['--yes', '--no-install', '--no-git', '--no-check'];
const ANY = ['--name', 'x', '--', '/usr/bin/node', '/abs/server.js'];
const CONFIG = ['--client-config', 'cursor=./mcp.json'];

interface Case {
  readonly kind: Kind;
  /** `DIR` stands for a project with a server that answers. */
  readonly argv: readonly string[];
  readonly exit?: number;
  readonly prepare?: (workshop: Workshop) => void;
}

const other = (workshop: Workshop): unknown => workshop.file('mcp.json', '{"mcpServers":{"x":{"command":"other"}}}');

const CASES: readonly Case[] = [
  { kind: 'create', argv: ['p', ...QUIET, '--client', 'claude-desktop'] },
  { kind: 'create', argv: ['p', ...QUIET, '--transport', 'http', '--tools', 'all', '--language', 'python'] },
  { kind: 'create', argv: ['p', '--yes', '--dry-run', '--client', 'cursor'] },
  { kind: 'create', argv: ['p', '--yes', '--dry-run'], exit: 3, prepare: (workshop) => void workshop.file('p/mine') },
  { kind: 'create', argv: ['p', '--yes', '--no-git'], exit: 1, prepare: (workshop) => void workshop.fakeNpm() },
  { kind: 'check', argv: ['check', 'DIR'] },
  { kind: 'check', argv: ['check', 'BAD'], exit: 1 },
  { kind: 'check', argv: ['check', '--', 'NODE', 'SERVER'] },
  { kind: 'check', argv: ['check', '--strict', 'DIR'], exit: 1 },
  { kind: 'call', argv: ['call', '--dir', 'DIR'] },
  { kind: 'call', argv: ['call', 'count', '--dir', 'DIR'] },
  { kind: 'call', argv: ['call', 'count', '--', 'NODE', 'SERVER', 'failing-tool'], exit: 1 },
  { kind: 'check', argv: ['check', 'PROVED', '--storage'] },
  { kind: 'migrate', argv: ['migrate', 'STORE', '--to', 'file', '--dry-run'] },
  { kind: 'error', argv: ['migrate', 'STORE', '--to', 'nowhere'], exit: 2 },
  { kind: 'publish', argv: ['publish', 'DIR'], exit: 1 },
  { kind: 'publish', argv: ['check', 'DIR', '--publish'], exit: 1 },
  { kind: 'error', argv: ['check', '--publish', '--storage', 'DIR'], exit: 2 },
  { kind: 'completion', argv: ['completion', 'zsh'] },
  { kind: 'error', argv: ['completion', 'tcsh'], exit: 2 },
  { kind: 'update', argv: ['update', 'MADE'] },
  { kind: 'update', argv: ['update', 'MADE', '--dry-run'] },
  { kind: 'error', argv: ['update', 'SERVER'], exit: 2 },
  { kind: 'add', argv: ['add', 'tool', 'bill', '--dir', 'MADE'], exit: 3 },
  { kind: 'add', argv: ['add', 'resource', 'bill', '--dir', 'MADE', '--dry-run'], exit: 3 },
  { kind: 'addition', argv: ['add', 'extra', 'docker', '--dir', 'MADE'] },
  { kind: 'addition', argv: ['add', 'tool', '--from', 'risk', '--dir', 'MADE', '--dry-run'] },
  { kind: 'error', argv: ['add', 'openapi', '--dir', 'MADE'], exit: 2 },
  { kind: 'error', argv: ['add', 'tool', '../bill', '--dir', 'MADE'], exit: 2 },
  { kind: 'print', argv: ['config', '--all', '--env', 'API_TOKEN', ...ANY] },
  { kind: 'print', argv: ['config', '--link', 'chatgpt', ...ANY] },
  { kind: 'print', argv: ['config', '--name', 'x', '--url', 'https://e.com', '--header', 'A: Bearer $'.concat('{T}')] },
  { kind: 'print', argv: ['config', '--dir', 'DIR'] },
  { kind: 'edit', argv: ['config', '--write', ...CONFIG, ...ANY] },
  {
    kind: 'edit',
    argv: ['config', '--write', '--force', ...CONFIG, ...ANY],
    prepare: (workshop) => void other(workshop),
  },
  { kind: 'edit', argv: ['config', '--remove', ...CONFIG, '--name', 'x'] },
  { kind: 'edit', argv: ['config', '--all', '--write', ...ANY] },
  { kind: 'preview', argv: ['config', '--dry-run', ...CONFIG, ...ANY] },
  { kind: 'preview', argv: ['config', '--remove', '--dry-run', ...CONFIG, '--name', 'x'] },
  { kind: 'list', argv: ['config', '--list'] },
  { kind: 'list', argv: ['config', '--list', '--scope', 'project', 'cursor'] },
  { kind: 'error', argv: [], exit: 2 },
  { kind: 'error', argv: ['p', '--nonsense'], exit: 2 },
  { kind: 'error', argv: ['p', '--yes', '--transport', 'stido'], exit: 2 },
  { kind: 'error', argv: ['p', ...QUIET], exit: 3, prepare: (workshop) => void workshop.file('p/mine') },
  { kind: 'error', argv: ['check'], exit: 2 },
  { kind: 'error', argv: ['check', 'DIR', '--surface', 'gone.json'], exit: 2 },
  { kind: 'error', argv: ['call', 'nothing', '{', '--dir', 'DIR'], exit: 2 },
  { kind: 'error', argv: ['call', 'write', '--dir', 'DIR'], exit: 1 },
  { kind: 'error', argv: ['config', 'nobody'], exit: 2 },
  {
    kind: 'error',
    argv: ['config', '--write', ...CONFIG, ...ANY],
    exit: 3,
    prepare: (workshop) => void other(workshop),
  },
];

async function run({ argv, prepare }: Case): Promise<{ code: number; stdout: string }> {
  const workshop = new Workshop();
  prepare?.(workshop);
  const dirs: Readonly<Record<string, () => string>> = {
    DIR: () => fakeProject(),
    BAD: () => fakeProject({ args: ['chatty'] }),
    NODE: () => process.execPath,
    SERVER: () => FIXTURE,
    STORE: () => storeProject(),
    MADE: () => workshop.record(),
    PROVED: () => storeProject(fakeProject(), 'sqlite', ['none-of-ours']),
  };
  const split = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const args = [...argv.slice(0, split), '--json', ...argv.slice(split)].map((word) => dirs[word]?.() ?? word);
  const context = workshop.context();
  return { code: await main(args, context), stdout: context.stdout.text };
}

describe('schemas/report.json', () => {
  it.each(CASES)('describes what $argv prints: $kind', async (one) => {
    const { code, stdout } = await run(one);
    expect(code).toBe(one.exit ?? 0);
    const report = readReport(stdout, one.kind);
    // One of the kinds, and only one.
    expect(reportProblems(report)).toEqual([]);
    expect(report.ok).toBe(code === 0);
    if (!report.ok) expect(report.exit).toBe(code);
  });

  it('describes every command', () => {
    const names = CASES.map(({ argv: [first = ''] }) => (Object.hasOwn(COMMANDS, first) ? first : 'create'));
    expect(new Set(names)).toEqual(new Set(Object.keys(COMMANDS)));
  });

  it('describes a cancelled run', () => {
    const context = fakeContext();
    expect(print(errorReport(cancelled(), context), true, context)).toBe(130);
    expect(readReport(context.stdout.text, 'error')).toMatchObject({ code: 'cancelled', exit: 130 });
  });

  it('takes nothing else', async () => {
    const report = JSON.parse((await run({ kind: 'list', argv: ['config', '--list'] })).stdout);
    const { ok: _, ...without } = report;
    for (const wrong of [
      without,
      { ...report, more: 1 },
      { ...report, ok: false },
      { ...report, clients: {} },
      [],
      1,
    ]) {
      expect(reportProblems(wrong)).not.toEqual([]);
    }
  });
});
