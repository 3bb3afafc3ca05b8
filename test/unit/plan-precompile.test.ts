import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeGenerated } from '../../scripts/lib/emit.ts';
import { precompile, TemplateProblems } from '../../scripts/precompile.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { HELPERS } from '../../src/plan/helpers.ts';
import { ANSWERS, FIXTURE, fixtureWith, sourcesOf, writeTree } from '../support/fixture.ts';
import { readTree, tempDir } from '../support/temp.ts';

const BASE = 'typescript/base/files';
const RISK = { id: 'risk', title: 'Risk', hint: 'a sum', order: 20 };

function problemsOf(files: Readonly<Record<string, string>>): readonly string[] {
  try {
    precompile(fixtureWith(files), '1.0.0');
  } catch (error) {
    if (error instanceof TemplateProblems) return error.problems;
    throw error;
  }
  return [];
}

const withRisk = (more: object): Record<string, string> => ({
  'typescript/tool/risk/option.json': JSON.stringify({ ...RISK, ...more }),
});

describe('precompile', () => {
  it('accepts the fixture and gives the same bytes each time', () => {
    expect(precompile(FIXTURE, '1.0.0')).toEqual(precompile(FIXTURE, '1.0.0'));
  });

  it('makes one pack a language, besides the catalogue and the module that knows where packs are', () => {
    expect(Object.keys(precompile(FIXTURE, '1.0.0'))).toEqual([
      'catalog.ts',
      'catalog.br',
      'templates.ts',
      'templates-typescript.br',
    ]);
  });

  it('reads a checkout with CRLF and byte order marks like any other', async () => {
    const root = fixtureWith({
      [`${BASE}/README.md.hbs`]: '\uFEFF# {{serverName}}\r\n{{#each slots.readme}}\r\n{{this}}\r\n{{/each}}\r\n',
      [`${BASE}/plain.txt`]: '\uFEFFone\r\ntwo\r\n',
    });
    const { files } = buildPlan(ANSWERS, await sourcesOf(root));
    expect(files.find(({ path }) => path === 'plain.txt')?.text).toBe('one\ntwo\n');
    expect(files.find(({ path }) => path === 'README.md')?.text).toBe('# hello-mcp\nNotes of hello-mcp in Memory.\n');
  });

  it('keeps text that looks like what it takes out of compiled code', async () => {
    const text = [
      'x, {"start":{"line":1,"column":2},"end":{"line":1,"column":3}} )',
      '"loc":{"start":{"line":1,"column":2},"end":{"line":1,"column":3}}',
      'depth0 != null ? depth0 : (container.nullContext || {})',
      'container.lookupProperty || function(parent, propertyName) {\n  a }\n b }',
      '',
    ].join('\n');
    // A short text stays in the code.
    const short = '((stack1 = ';
    const root = fixtureWith({
      [`${BASE}/odd.txt.hbs`]: `${text}{{name}}\n${short}{{name}}{"name":"x","hash":{{name}}\n`,
    });
    const { files } = buildPlan(ANSWERS, await sourcesOf(root));
    expect(files.find(({ path }) => path === 'odd.txt')?.text).toBe(
      `${text}hello-mcp\n${short}hello-mcp{"name":"x","hash":hello-mcp\n`,
    );
  });

  it('names all problems at once', () => {
    expect(problemsOf({ ...withRisk({ colour: 'red' }), [`${BASE}/a.txt.hbs`]: '{{nmae}}' })).toHaveLength(2);
  });
});

describe('manifests', () => {
  it.each([
    ['an unknown key', { colour: 'red' }, /risk\/option\.json: unknown key "colour"/],
    ['a wrong type', { order: 'first' }, /risk\/option\.json: "order": must be a number/],
    [
      'an unknown key in a list',
      { env: [{ name: 'A', description: 'a', schema: 's', example: '', x: 1 }] },
      /env"\[0\]: unknown key "x"/,
    ],
    [
      'a lower-case variable',
      { env: [{ name: 'a', description: 'a', schema: 's', example: '' }] },
      /"name": must be the name of an env/,
    ],
    ['another id than the folder', { id: 'danger' }, /"id" must be the folder's name, risk/],
    ['a dependency without a version', { dependencies: ['zod'] }, /versions\.json has no version of "zod"/],
    ['an unknown part', { includes: ['luck'] }, /"includes" names "luck", which is no tool/],
    ['an unknown runtime', { variants: [{ runtimes: ['19'] }] }, /"variants" names "19", which is no runtime/],
    [
      'a name that is taken',
      { registers: { tools: [{ module: 'x', name: 'writeNote' }] } },
      /"writeNote" is already among the tools of .*notes/,
    ],
  ])('refuses %s', (_, more, message) => {
    expect(problemsOf(withRisk(more))).toEqual([expect.stringMatching(message)]);
  });

  it('refuses tags that are no list', () => {
    expect(problemsOf(withRisk({ vars: { provides: 'container' } }))).toContain(
      'typescript/tool/risk/option.json: "vars.provides" must be a list',
    );
  });

  it('refuses a missing key, broken JSON, and a folder without a manifest', () => {
    expect(problemsOf({ 'typescript/tool/risk/option.json': '{"id":"risk","title":"R","order":1}' })).toEqual([
      'typescript/tool/risk/option.json: "hint" is missing',
    ]);
    expect(problemsOf({ 'typescript/tool/risk/option.json': '{' })).toEqual([expect.stringContaining('is not JSON')]);
    expect(problemsOf({ 'typescript/tool/luck/files/a.txt': 'a' })).toEqual([
      'typescript/tool/luck/option.json: does not exist',
    ]);
  });

  it('refuses parts that have parts', () => {
    const both = { id: 'all', title: 'All', hint: 'all', order: 40, includes: ['both'] };
    expect(problemsOf({ 'typescript/transport/all/option.json': JSON.stringify(both) })).toEqual([
      expect.stringContaining('"includes" names "both", which includes others itself'),
    ]);
  });

  it('refuses files that nobody would read', () => {
    expect(problemsOf({ 'typescript/flavour/x/option.json': '{}' })).toEqual([
      expect.stringContaining('typescript/flavour'),
    ]);
    expect(problemsOf({ 'typescript/tool/risk/flies/a.txt': '' })).toEqual([
      expect.stringContaining('tool/risk/flies'),
    ]);
    expect(problemsOf({ 'typescript/tool/risk/merge/a.toml': '' })).toEqual([expect.stringContaining('only .json')]);
    expect(problemsOf({ 'typescript/tool/risk/files/src/risk.txt.hbs': '' })).toHaveLength(2);
    expect(problemsOf({ 'typescript/tool/risk/files/logo.png': 'PNG\0' })).toEqual([
      expect.stringContaining('files/logo.png: is not UTF-8 text'),
    ]);
  });

  it('refuses versions that are wrong, unused, or missing for a runtime', () => {
    const versions = (more: object) => ({
      'typescript/versions.json': JSON.stringify({
        'left-pad': '^1.3.0',
        '@types/node': { '20': '^20.19.0', '24': '^24.1.0' },
        driver: '^2.0.0',
        express: '^5.1.0',
        typescript: '^7.0.0',
        ...more,
      }),
    });
    expect(problemsOf(versions({}))).toEqual([]);
    expect(problemsOf(versions({ zod: '^4.0.0' }))).toEqual(['typescript/versions.json: no option needs "zod"']);
    expect(problemsOf(versions({ driver: 'newest' }))).toEqual([expect.stringContaining('versions.json: "driver"')]);
    expect(problemsOf(versions({ '@types/node': { '20': '^20.0.0' } }))).toEqual([
      'typescript/base/option.json: versions.json has no version of "@types/node" for runtime 24',
    ]);
  });
});

describe('the lint of templates', () => {
  it.each([
    ['a misspelt name', 'a\n\n{{nmae}}', ':3: "nmae": there is no "nmae"'],
    ['a misspelt name in a condition', '{{#if nmae}}x{{/if}}', ':1: "nmae"'],
    ['a misspelt name in the else of a condition', '{{#if name}}x{{else}}{{nmae}}{{/if}}', ':1: "nmae"'],
    ['a misspelt field', '{{storage.titel}}', ':1: "storage.titel": there is no "titel"'],
    ['a var that no option there has', '{{runtime.vars.driver}}', ':1: "runtime.vars.driver"'],
    ['a field of the wrong context', '{{#each tools}}{{name}}{{/each}}', ':1: "name"'],
    ['a path that leads out', '{{#each tools}}{{../../name}}{{/each}}', 'leads out'],
    ['a tag that nothing provides', '{{#if provides.wings}}x{{/if}}', ':1: "provides.wings"'],
    ['a slot that nobody fills', '{{#each slots.intro}}{{this}}{{/each}}', ':1: "slots.intro"'],
    ['an object where a text is needed', '{{storage}}', '{{storage}} is not a text'],
    ['a list where a text is needed', '{{tools}}', '{{tools}} is not a text'],
    ['each over a text', '{{#each name}}x{{/each}}', 'needs a list'],
    ['an unknown helper', '{{upper name}}', '"upper" is no helper'],
    ['an unknown block', '{{#name}}x{{/name}}', '{{#name}} is no block'],
    ['a partial', '{{> header}}', 'PartialStatement is not part of our template language'],
    ['the wrong number of values', '{{join toolImports}}', '"join" takes 2 value(s)'],
    ['an unknown @ name', '{{#each tools}}{{@odd}}{{/each}}', 'there is no @odd'],
    ['a block that is not closed', '{{#if name}}', 'Parse error'],
  ])('finds %s', (_, template, message) => {
    const problems = problemsOf({ [`${BASE}/a.txt.hbs`]: template });
    expect(problems[0]).toContain(message);
    expect(problems[0]).toMatch(/^typescript\/base\/files\/a\.txt\.hbs:/);
  });

  it('reports one mistake once', () => {
    expect(
      problemsOf({ [`${BASE}/a.txt.hbs`]: '{{#each tolls}}{{id}}{{#if vars.x}}{{../name}}{{/if}}{{/each}}' }),
    ).toHaveLength(1);
  });

  it('looks into slots, merges, scripts and next steps too', () => {
    expect(
      problemsOf({ 'typescript/tool/risk/slots/readme.md': 'x', 'typescript/tool/risk/slots/a.md.hbs': '{{slots}}' }),
    ).toHaveLength(1);
    expect(problemsOf({ 'typescript/tool/risk/merge/a.json.hbs': '{{nmae}}' })).toHaveLength(1);
    expect(problemsOf(withRisk({ scripts: { x: '{{nmae}}' }, nextSteps: ['{{nmae}} again'] }))).toHaveLength(2);
  });

  it('understands block parameters, @root, length, and values of records', () => {
    const template =
      '{{#each tools as |tool i|}}{{i}}{{tool.id}}{{@root.name}}{{#with tool}}{{id}}{{../title}}{{/with}}{{/each}}' +
      '{{#unless tools.length}}none{{/unless}}{{#each scripts}}{{@key}}={{this}}{{/each}}{{json (eq name "x")}}';
    expect(problemsOf({ [`${BASE}/a.txt.hbs`]: template })).toEqual([]);
  });

  it('knows every helper that there is', () => {
    const calls: Record<keyof typeof HELPERS, string> = {
      json: '{{json tools}}',
      join: '{{join option.dependencies ","}}',
      lower: '{{lower name}}',
      eq: '{{#if (eq name "a")}}x{{/if}}',
    };
    expect(problemsOf({ [`${BASE}/a.txt.hbs`]: Object.values(calls).join('') })).toEqual([]);
  });
});

describe('writeGenerated', () => {
  it('leaves what would not change alone and removes what is no longer made', () => {
    const dir = tempDir();
    writeGenerated(dir, { 'a.ts': 'a', 'b.ts': 'b' });
    const old = new Date(0);
    utimesSync(join(dir, 'a.ts'), old, old);
    writeGenerated(dir, { 'a.ts': 'a', 'c.ts': 'c' });
    expect(readTree(dir)).toEqual({ 'a.ts': 'a', 'c.ts': 'c' });
    writeTree(dir, { 'notes.txt': 'not ours' });
    writeGenerated(dir, {});
    expect(readdirSync(dir)).toEqual(['notes.txt']);
  });
});
