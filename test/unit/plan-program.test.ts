import Handlebars from 'handlebars';
import runtime from 'handlebars/runtime.js';
import { describe, expect, it } from 'vitest';
import { compile } from '../../scripts/lib/compile.ts';
import type { Shape } from '../../scripts/lib/shapes.ts';
import { HELPERS } from '../../src/plan/helpers.ts';
import { specificationOf } from '../../src/plan/program.ts';

const SHAPE: Shape = {
  fields: {
    name: 'text',
    isSet: 'flag',
    none: 'flag',
    empty: { list: 'text' },
    storage: { fields: { title: 'text', vars: { record: 'text' } } },
    tools: { list: { fields: { id: 'text', names: { list: 'text' } } } },
    versions: { record: 'text' },
  },
};
const CONTEXT = {
  name: 'hello <&> "x"',
  isSet: true,
  none: false,
  empty: [],
  storage: { title: 'SQLite', vars: { driver: 'better' } },
  tools: [
    { id: 'notes', names: ['a', 'b'] },
    { id: 'risk', names: [] },
  ],
  versions: { zod: '4', ajv: '8' },
};

const handlebars = Handlebars.create();
for (const [name, helper] of Object.entries(HELPERS)) handlebars.registerHelper(name, helper);

function rendered(text: string, context: object): string {
  const problems: string[] = [];
  const program = compile(text, SHAPE, 'a.hbs', problems);
  expect(problems).toEqual([]);
  // As it is read from the package.
  const read = JSON.parse(JSON.stringify(program));
  return handlebars.template(specificationOf(read, runtime.COMPILER_REVISION))(context);
}

describe('a template as data', () => {
  it.each([
    'text only\n',
    '',
    '{{name}} and {{{name}}}{{! a comment }}',
    '{{storage.title}} {{storage.vars.driver}} {{this.name}}',
    '{{#if isSet}}yes{{else}}no{{/if}} {{#if none}}yes{{else}}no{{/if}} {{#unless none}}no{{/unless}}',
    '{{#if none}}a{{else if isSet}}b{{else}}c{{/if}}',
    '{{#if empty}}some{{else}}none{{/if}} {{#if tools.length}}some{{/if}} {{#if storage.vars.absent}}x{{/if}}',
    '{{#each tools}}{{id}}{{#unless @last}}, {{/unless}}{{/each}}\n{{#each empty}}x{{else}}nothing{{/each}}',
    'begin\n{{#each tools}}\n  {{id}} {{@index}} {{@first}}\n{{/each}}\nend\n',
    '{{#each versions}}{{@key}}={{this}};{{/each}}',
    '{{#each tools}}{{../name}}{{#each names}}{{this}} of {{../id}} of {{../../name}}{{/each}}{{/each}}',
    '{{#each tools}}{{#if id}}{{#unless ../none}}{{id}}{{/unless}}{{/if}}{{@root.storage.title}}{{/each}}',
    '{{#each tools as |tool i|}}{{i}}{{tool.id}}{{#with tool.names as |names|}}{{names.length}}{{tool.id}}{{/with}}{{/each}}',
    '{{#each tools as |tool|}}{{#if tool.names.length}}{{#each tool.names as |name|}}{{name}}{{tool.id}}{{/each}}{{/if}}{{/each}}',
    '{{json tools}} {{json (eq name "x")}} {{lower storage.title}} {{#each tools}}{{join names ", "}}{{/each}}',
    '{{#if (eq storage.title "SQLite")}}is{{/if}}{{#with storage}}{{title}}{{/with}}',
  ])('is rendered as Handlebars renders it: %s', (text) => {
    const compiled = handlebars.compile(text, { noEscape: true, strict: true });
    expect(rendered(text, CONTEXT)).toBe(compiled(CONTEXT));
  });

  it.each([
    ['a value', '{{name}}', '"name" not defined'],
    ['a field', '{{storage.title}}', '"title" not defined'],
    ['a part of a path', '{{#if storage.vars.driver}}x{{/if}}', 'driver'],
    ['a value of the outer context', '{{#each tools}}{{../name}}{{/each}}', '"name" not defined'],
  ])('fails where %s is missing that it needs', (_, text, message) => {
    expect(() => rendered(text, { storage: {}, tools: [{}] })).toThrow(message);
  });

  it('reads no property that a value only inherits', () => {
    expect(rendered('{{#if storage.vars.constructor}}x{{else}}none{{/if}}', CONTEXT)).toBe('none');
  });
});
