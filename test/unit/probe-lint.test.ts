import { describe, expect, it } from 'vitest';
import { findingsIn, lint, longNameNote } from '../../src/probe/lint.ts';
import type { Offer } from '../../src/probe/offer.ts';
import type { Result } from '../../src/probe/rpc.ts';

const HINTS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };

/** A tool without a fault, and what differs from it. */
const tool = (more: Result = {}, hints: Result = {}): Result => ({
  name: 'create_note',
  title: 'Create a note',
  description: 'Store a new note and return it.',
  inputSchema: { type: 'object', properties: { title: { type: 'string', description: 'Short title' } } },
  annotations: { title: 'Create a note', ...HINTS, ...hints },
  ...more,
});
const withArgument = (schema: unknown): Result => tool({ inputSchema: { type: 'object', properties: { x: schema } } });
const offer = (more: Partial<Offer>): Offer => ({
  server: { name: 'notes', version: '1' },
  tools: [],
  resources: [],
  templates: [],
  prompts: [],
  ...more,
});
/** `code: where what` of each finding. */
const found = (more: Partial<Offer>, server = 'notes'): string[] =>
  findingsIn(offer(more), server).map(({ code, where, what }) => `${code}: ${where} ${what}`);

describe('lint', () => {
  it('finds nothing in good definitions', () => {
    const prompt = {
      name: 'sum',
      description: 'Summarize the notes.',
      arguments: [{ name: 'q', description: 'Words' }],
    };
    expect(
      found({
        tools: [
          tool(),
          tool({ name: 'create-note', description: 'The same in kebab-case, for a test.' }),
          tool(
            { name: 'read', description: 'One word is a name as well.' },
            { readOnlyHint: true, idempotentHint: true },
          ),
        ],
        resources: [{ uri: 'a://b', name: 'b', description: 'The settings of it.' }],
        templates: [{ uriTemplate: 'a://{b}', name: 'b', description: 'One of the notes.' }],
        prompts: [prompt],
      }),
    ).toEqual([]);
  });

  it.each([
    ['createNote', 1],
    ['Create_note', 1],
    ['create__note', 1],
    ['create_note-now', 1],
    ['1note', 1],
    ['note_', 1],
    ['a2_b3', 0],
  ])('names: %s', (name, count) => {
    expect(found({ tools: [tool({ name })] }).filter((line) => line.startsWith('tool-name:'))).toHaveLength(count);
  });

  it('names with the prefix of clients', () => {
    const name = 'a'.repeat(64 - 'mcp__notes__'.length);
    expect(found({ tools: [tool({ name })] })).toEqual([]);
    expect(found({ tools: [tool({ name: `${name}a` })] })).toEqual([
      `tool-name-length: tool ${name}a is mcp__notes__${name}a to clients: 65 characters, and vendors take 64.`,
    ]);
    // Without a name in clients it is what the server calls itself.
    expect(
      lint(offer({ tools: [tool({ name })], server: { name: 'longer-name', version: '1' } }), undefined, true),
    ).toMatchObject({ ok: false });
  });

  it('tells a new project with what server name a tool has too long a name', () => {
    expect(longNameNote('s'.repeat(47), ['b', 'create_note'])).toContain(`mcp__${'s'.repeat(47)}__create_note`);
    expect(longNameNote('s'.repeat(46), ['b', 'create_note'])).toBeUndefined();
    expect(longNameNote('notes', [])).toBeUndefined();
  });

  it('titles in both places', () => {
    expect(found({ tools: [tool({ title: undefined })] })).toEqual(['tool-title: tool create_note has no title.']);
    expect(found({ tools: [tool({}, { title: ' ' })] })).toEqual([
      'tool-title: tool create_note has no annotations.title.',
    ]);
    expect(found({ tools: [tool({ title: '', annotations: HINTS })] })).toEqual([
      'tool-title: tool create_note has no title and no annotations.title.',
    ]);
  });

  it('hints', () => {
    expect(found({ tools: [tool({ annotations: { title: 'x' } })] })).toEqual([
      'tool-hints: tool create_note does not say readOnlyHint, destructiveHint, idempotentHint, openWorldHint.',
    ]);
    const contradictions: [string, Result, string | undefined][] = [
      ['mix', { readOnlyHint: true, destructiveHint: true, idempotentHint: true }, 'what only reads destroys nothing'],
      ['mix', { readOnlyHint: true }, 'what only reads can be repeated'],
      [
        'delete_note',
        { readOnlyHint: true, idempotentHint: true },
        'sounds as if it deleted something, but is readOnlyHint',
      ],
      ['delete_note', {}, 'but is not destructiveHint'],
      ['delete_note', { destructiveHint: true }, undefined],
      ['update_note', { readOnlyHint: true, idempotentHint: true }, 'sounds as if it changed something'],
      ['get_note', {}, 'sounds as if it only read'],
      ['getaway_note', {}, undefined],
    ];
    for (const [name, hints, problem] of contradictions) {
      const lines = found({ tools: [tool({ name }, hints)] });
      if (problem === undefined) expect(lines, name).toEqual([]);
      else expect(lines, name).toEqual([expect.stringContaining(problem)]);
    }
  });

  it('descriptions of everything, and of no two tools the same', () => {
    expect(
      found({
        tools: [tool({ description: 'Too short.' }), tool({ name: 'b', description: undefined })],
        resources: [{ uri: 'a://b' }],
        templates: [{ uriTemplate: 'a://{b}' }],
        prompts: [{ name: 'p', arguments: [{ name: 'q' }] }],
      }),
    ).toEqual([
      'tool-description: tool create_note has a description of 10 characters.',
      'tool-description: tool b has no description.',
      'resource-description: resource a://b has no description.',
      'template-description: template a://{b} has no description.',
      'prompt-description: prompt p has no description.',
      'argument-description: prompt p, argument q has no description.',
    ]);
    const same = [
      tool({ name: 'a' }),
      tool({ name: 'b' }),
      tool({ name: 'c', description: 'STORE a new note and return it. ' }),
    ];
    expect(found({ tools: same })).toEqual([
      'tool-description: tool b is described as a is.',
      'tool-description: tool c is described as a is.',
    ]);
  });
});

describe('arguments', () => {
  const text = { type: 'string', description: 'Words' };
  it.each<[string, unknown, readonly string[]]>([
    ['plain', text, []],
    ['optional, as Pydantic writes it', { anyOf: [{ type: 'string' }, { type: 'null' }], description: 'Words' }, []],
    ['described where it is not null', { anyOf: [text, { type: 'null' }] }, []],
    ['undescribed', { type: 'string' }, ['argument-description: tool create_note, argument x has no description.']],
    ['anything', { description: 'What' }, ['schema-type: tool create_note, argument x has no type']],
    ['anything at all', true, ['argument-description', 'schema-type']],
    ['several types', { type: ['string', 'null'], description: 'W' }, ['has a list of types']],
    [
      'untyped alternative',
      { anyOf: [{ type: 'string' }, {}], description: 'W' },
      ['schema-type: tool create_note, argument x has no type'],
    ],
    [
      'a reference',
      { $ref: '#/$defs/x', description: 'W' },
      ['schema-keyword: tool create_note, argument x uses $ref'],
    ],
    ['oneOf', { oneOf: [{ type: 'string' }], description: 'W' }, ['uses oneOf']],
    ['an array of anything', { type: 'array', description: 'W' }, ['schema-items']],
    [
      'within arrays and objects',
      { type: 'array', description: 'W', items: { type: 'object', properties: { y: { type: 'string' } } } },
      ['argument-description: tool create_note, argument x[].y has no description.'],
    ],
  ])('%s', (_, schema, problems) => {
    const lines = found({ tools: [withArgument(schema)] });
    expect(lines).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(lines[index]).toContain(problem);
  });

  it('are one object', () => {
    const inputSchema = { type: 'object', anyOf: [{ required: ['a'] }], $defs: {} };
    expect(found({ tools: [tool({ inputSchema })] })).toEqual([
      expect.stringContaining('schema-root: tool create_note has alternatives at the root'),
      expect.stringContaining('uses $defs'),
    ]);
    const named = tool({ inputSchema: { type: 'object', properties: { 'a b': text } } });
    expect(found({ tools: [named] })).toEqual([
      expect.stringContaining('argument-name: tool create_note, argument a b'),
    ]);
  });

  it('may be very many, and nested very deep', () => {
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`p${at}`, {}]));
    expect(found({ tools: [tool({ inputSchema: { type: 'object', properties: wide } })] })).toHaveLength(50);
    const deep = Array.from({ length: 1000 }).reduce<unknown>(
      (inner) => ({ type: 'object', properties: { x: inner } }),
      {},
    );
    expect(found({ tools: [withArgument(deep)] }).length).toBeLessThan(50);
  });
});

describe('strictness', () => {
  it('makes faults of warnings', () => {
    const bad = offer({ tools: [tool({ title: undefined })] });
    expect(lint(bad, 'notes', false)).toMatchObject({
      ok: true,
      detail: '1 warning in names, hints, descriptions or schemas',
    });
    expect(lint(bad, 'notes', true)).toMatchObject({
      ok: false,
      detail: '1 fault in names, hints, descriptions or schemas',
    });
    expect(lint(offer({ tools: [tool()] }), 'notes', true)).toMatchObject({ ok: true, findings: [] });
  });
});
