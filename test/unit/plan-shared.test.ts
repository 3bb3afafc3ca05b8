import { describe, expect, it } from 'vitest';
import { precompile, TemplateProblems } from '../../scripts/precompile.ts';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import type { Plan } from '../../src/base/plan.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { ANSWERS, fixtureWith, sourcesOf } from '../support/fixture.ts';

type Files = Readonly<Record<string, string>>;

const option = (id: string, more: object = {}): string =>
  JSON.stringify({ id, title: id, hint: `the ${id}`, order: 50, ...more });

async function planOf(files: Files, answers: Partial<ProjectAnswers> = {}): Promise<Plan> {
  return buildPlan({ ...ANSWERS, ...answers }, await sourcesOf(fixtureWith(files)));
}

const textOf = (plan: Plan, path: string): string | undefined => plan.files.find((file) => file.path === path)?.text;

function problemsOf(files: Files): readonly string[] {
  try {
    precompile(fixtureWith(files), '1.0.0');
  } catch (error) {
    if (error instanceof TemplateProblems) return error.problems;
    throw error;
  }
  return [];
}

describe('what the languages share', () => {
  const SHARED: Files = {
    'any/tool/clock/option.json': option('clock', {
      env: [
        { name: 'ZONE', description: 'Where.', schema: 'text', example: 'UTC' },
        { name: 'STYLE', description: 'How.', schema: 'text', example: 'short' },
      ],
    }),
    'any/tool/clock/files/zones.txt.hbs': 'zones of {{name}}\n',
    'any/tool/clock/files/src/clock.txt': 'shared\n',
  };

  it('is an option of each', async () => {
    const plan = await planOf(SHARED, { tools: ['clock'] });
    expect(textOf(plan, 'zones.txt')).toBe('zones of hello-mcp\n');
    expect(textOf(plan, 'src/clock.txt')).toBe('shared\n');
    expect(textOf(plan, 'src/main.txt')).toContain('ZONE=UTC\nSTYLE=short\n');
  });

  it('stands under what a language says: manifests merge, variables by their names, files by their paths', async () => {
    const plan = await planOf(
      {
        ...SHARED,
        'typescript/tool/clock/option.json': JSON.stringify({
          title: 'A clock',
          env: [{ name: 'STYLE', example: 'long' }],
          nextSteps: ['Ask {{option.title}}.'],
        }),
        'typescript/tool/clock/files/src/clock.txt': 'own\n',
      },
      { tools: ['clock'] },
    );
    expect(textOf(plan, 'src/clock.txt')).toBe('own\n');
    expect(textOf(plan, 'zones.txt')).toBe('zones of hello-mcp\n');
    expect(textOf(plan, 'src/main.txt')).toContain('ZONE=UTC\nSTYLE=long\n');
    expect(plan.nextSteps).toContain('Ask A clock.');
  });

  it('is judged when it is whole', () => {
    const lacking = { 'any/tool/clock/option.json': '{ "id": "clock", "title": "Clock", "order": 50 }' };
    expect(problemsOf(lacking)).toEqual([expect.stringMatching(/^any\/tool\/clock\/option\.json: "hint" is missing$/)]);
    expect(problemsOf({ ...lacking, 'typescript/tool/clock/option.json': '{ "hint": "h" }' })).toEqual([]);
    expect(problemsOf({ 'any/versions.json': '{}' })).toEqual([
      'any/versions.json: is neither a kind of option nor versions.json',
    ]);
  });
});

describe('parts', () => {
  const PARTS: Files = {
    'typescript/part/log/option.json': option('log', { parts: ['config'] }),
    'typescript/part/log/files/src/log.txt': 'log\n',
    'typescript/part/config/option.json': option('config'),
    'typescript/part/config/files/src/config.txt': 'config\n',
    'typescript/tool/risk/option.json': option('risk', { parts: ['log'] }),
    'typescript/base/files/parts.txt.hbs': '{{#if provides.log}}log {{/if}}{{#if provides.config}}config{{/if}}\n',
  };

  it('come with what needs them, and with each other', async () => {
    const plan = await planOf(PARTS, { tools: ['risk'] });
    expect([textOf(plan, 'src/log.txt'), textOf(plan, 'src/config.txt')]).toEqual(['log\n', 'config\n']);
    expect(textOf(plan, 'parts.txt')).toBe('log config\n');
  });

  it('leave no trace where nothing needs them', async () => {
    const plan = await planOf(PARTS, { tools: ['notes'] });
    expect(plan.files.map(({ path }) => path)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^src.(log|config)/)]),
    );
    expect(textOf(plan, 'parts.txt')).toBeUndefined();
  });

  it('are refused where there is no such part', () => {
    const wrong = { 'typescript/tool/risk/option.json': option('risk', { parts: ['lgo'] }) };
    expect(problemsOf(wrong)).toEqual(['typescript/tool/risk/option.json: "parts" names "lgo", which is no part']);
  });
});

describe('a stand-in', () => {
  const GREET: Files = {
    'typescript/tool/greet/option.json': option('greet', { standIn: true }),
    'typescript/tool/greet/files/src/greet.txt': 'hello\n',
  };

  it('is there when nothing else of its kind was chosen', async () => {
    expect(textOf(await planOf(GREET, { tools: [] }), 'src/greet.txt')).toBe('hello\n');
    expect(textOf(await planOf(GREET, { tools: ['risk'] }), 'src/greet.txt')).toBeUndefined();
  });

  it('is not among the recorded answers', async () => {
    const record = JSON.parse(textOf(await planOf(GREET, { tools: [] }), '.mcp-mason.json') ?? '');
    expect(record.answers.tools).toEqual([]);
  });
});

describe('presets and needs', () => {
  it('name what there is', () => {
    const preset = (answers: object) => ({
      'typescript/preset/odd/option.json': option('odd', {
        answers: { transport: 'stdio', storage: 'memory', tools: 'all', resources: 'none', extras: 'none', ...answers },
      }),
    });
    expect(problemsOf(preset({}))).toEqual([]);
    expect(problemsOf(preset({ storage: 'tape', tools: ['hammer'] }))).toEqual([
      'typescript/preset/odd/option.json: "answers" names "tape", which is no storage',
      'typescript/preset/odd/option.json: "answers" names "hammer", which is no tool',
    ]);
    expect(problemsOf({ 'typescript/preset/odd/option.json': option('odd') })).toEqual([
      'typescript/preset/odd/option.json: needs "answers"',
    ]);
    expect(problemsOf({ 'typescript/tool/risk/option.json': option('risk', { needs: ['luck'] }) })).toEqual([
      'typescript/tool/risk/option.json: "needs" names "luck", which nothing provides',
    ]);
  });
});
