import { describe, expect, it } from 'vitest';
import type { Answers } from '../../src/base/answers.ts';
import { conflictError, failure } from '../../src/base/errors.ts';
import type { CheckReport } from '../../src/probe/steps.ts';
import { type CreateOutcome, createReport } from '../../src/report/create.ts';
import { plainProgress, seconds } from '../../src/report/progress.ts';
import { errorText, print } from '../../src/report/report.ts';
import { fakeContext } from '../support/env.ts';

const check: CheckReport = {
  ok: true,
  transport: 'stdio',
  server: { name: 'x', version: '0.1.0' },
  steps: [{ name: 'handshake-2025', ok: true, ms: 123, detail: '' }],
  tools: ['a', 'b'],
  resources: ['c'],
  prompts: [],
};

function reportOf(changes: Partial<CreateOutcome> = {}): CreateOutcome {
  const answers = {
    name: 'x',
    dir: 'x',
    language: 'typescript',
    transport: 'stdio',
    storage: 'sqlite',
    tools: ['notes'],
  };
  return {
    version: '1.2.3',
    dryRun: false,
    dir: '/work/x',
    answers: answers as unknown as Answers,
    files: [
      { path: 'a.ts', action: 'create', bytes: 12 },
      { path: 'b.ts', action: 'skip', bytes: 34 },
    ],
    steps: [{ name: 'write', ok: true, ms: 5 }],
    checks: [check],
    clients: [
      { client: 'claude-desktop', path: '/home/c.json', action: 'added', entry: {}, after: ['Start it again.'] },
    ],
    notes: ['A thing to know.'],
    next: ['cd x', 'npm run dev'],
    replay: 'npm create mcp-mason@1.2.3 x -- --yes',
    failure: undefined,
    ...changes,
  };
}

function printed(changes: Partial<CreateOutcome> = {}) {
  const context = fakeContext();
  print(createReport(reportOf(changes), context), false, context);
  return { out: context.stdout.text, err: context.stderr.text };
}

describe('for people', () => {
  it('says what was proved, and what can be pasted stands alone on its line', () => {
    const { out, err } = printed();
    expect(err).toBe('');
    expect(out).toBe(
      [
        '',
        'x answers: 2 tools, 1 resource, 0 prompts, first answer after 123 ms',
        '  /work/x',
        '  1 file: typescript, stdio, sqlite, notes',
        '',
        'Clients',
        '  claude-desktop: added in /home/c.json',
        '    Start it again.',
        '',
        'Note',
        '  A thing to know.',
        '',
        'Next',
        '  cd x',
        '  npm run dev',
        '',
        'The same again, without a question',
        '  npm create mcp-mason@1.2.3 x -- --yes',
        '',
      ].join('\n'),
    );
  });

  it('does not say "answers" of a server that was not asked', () => {
    const { out } = printed({ checks: [] });
    expect(out).toContain('x is made. It was not started.');
    expect(out).not.toContain('answers');
  });

  it('prints a failure on stderr, with how to repair it', () => {
    const { out, err } = printed({
      checks: [],
      failure: failure('build-failed', 'It broke.', { hint: 'Look there.' }),
    });
    expect(out).toBe('');
    expect(err).toContain('x is made, but not ready.');
    expect(err).toContain('To repair it\n  cd x\n');
    expect(err.endsWith('error: It broke.\n  Look there.\n')).toBe(true);
  });
});

function createJson(outcome: CreateOutcome): string {
  const context = fakeContext();
  print(createReport(outcome, context), true, context);
  return context.stdout.text;
}

describe('for machines', () => {
  it('is one line with the keys of the contract', () => {
    const text = createJson(reportOf());
    expect(text.indexOf('\n')).toBe(text.length - 1);
    const keys = [
      'ok',
      'version',
      'project',
      'answers',
      'files',
      'steps',
      'check',
      'clients',
      'notes',
      'next',
      'replay',
    ];
    expect(Object.keys(JSON.parse(text))).toEqual(keys);
  });

  it('begins with the error when there is one', () => {
    const value = JSON.parse(
      createJson(reportOf({ failure: conflictError('entry-exists', 'There.', { hint: 'Other name.' }) })),
    );
    expect(value).toMatchObject({
      ok: false,
      code: 'entry-exists',
      message: 'There.',
      hint: 'Other name.',
      missing: [],
      exit: 3,
    });
    expect(value.project).toMatchObject({ name: 'x', dir: '/work/x' });
  });
});

describe('errors and progress', () => {
  it('indents every line of a hint', () => {
    expect(errorText(failure('x', 'Bad.', { hint: 'One.\nTwo.' }), fakeContext())).toBe(
      'error: Bad.\n  One.\n  Two.\n',
    );
  });

  it('writes plain lines on stderr', () => {
    const context = fakeContext();
    const progress = plainProgress(context);
    progress.start('Building').done('Built');
    progress.start('Checking').failed('Not well');
    expect(context.stdout.text).toBe('');
    expect(context.stderr.text).toMatch(/^- Building …\n✓ Built \(\d+ ms\)\n- Checking …\n✗ Not well \(\d+ ms\)\n$/);
  });

  it('tells time for people', () => {
    expect([seconds(3.4), seconds(999), seconds(1000), seconds(12_345)]).toEqual(['3 ms', '999 ms', '1.0 s', '12.3 s']);
  });
});
