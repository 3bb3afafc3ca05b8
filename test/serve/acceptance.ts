import { expect } from 'vitest';
import { expectFailure, LONG_PAGE, ok } from '../support/exercise.ts';
import type { ClientKind, Connected, ToolResult } from '../support/mcp-clients.ts';

/**
 * What a server with every example tool is to a client, whatever language it is written in: the same tools and fields, the
 * same results, and the same refusals in meaning. The words of a refused argument are each SDK's own.
 *
 * @param upstream stands in for the services behind the tools
 */
export async function accept(client: Connected, kind: ClientKind, upstream: string): Promise<void> {
  await acceptNotes(client);
  await acceptArguments(client);
  await acceptOthers(client, upstream);
  await acceptContents(client, kind);
}

async function acceptNotes(client: Connected): Promise<void> {
  const made = ok(await client.call('create_note', { title: 'Milk', body: 'Zwölf „Liter“ 🥛\n' }));
  expect(made).toEqual({
    id: expect.stringMatching(/^[\w-]{1,64}$/),
    version: expect.any(String),
    title: 'Milk',
    body: 'Zwölf „Liter“ 🥛\n',
  });
  const { id, version } = made;
  expect(ok(await client.call('create_note', { title: 'Other' }))).toMatchObject({ title: 'Other', body: '' });
  expect(ok(await client.call('read_note', { id }))).toEqual(made);
  expectFailure(await client.call('read_note', { id: 'nothing' }), /"nothing".*search_notes/s);

  expect(ok(await client.call('search_notes', { query: 'MILK liter' }))).toEqual({ notes: [{ id, title: 'Milk' }] });
  expect(ok(await client.call('search_notes', { query: 'beer' }))).toEqual({ notes: [] });

  const updated = ok(await client.call('update_note', { id, version, body: 'new' }));
  expect(updated).toEqual({ id, version: expect.any(String), title: 'Milk', body: 'new' });
  expect(updated.version).not.toBe(version);
  expectFailure(await client.call('update_note', { id, version, title: 'Late' }), /again/);
  expectFailure(await client.call('update_note', { id: 'nothing', version, title: 'x' }), /search_notes/);

  expect(ok(await client.call('delete_note', { id }))).toEqual({ deleted: true });
  expectFailure(await client.call('delete_note', { id }), /search_notes/);
}

/** Wrong arguments are refused by name; what clients send for right ones is taken. */
async function acceptArguments(client: Connected): Promise<void> {
  const refused: readonly [tool: string, args: object, names: RegExp][] = [
    ['create_note', {}, /title/],
    ['create_note', { title: '' }, /title/],
    ['create_note', { title: ['a'] }, /title/],
    ['create_note', { title: 'x'.repeat(121) }, /title/],
    ['create_note', { title: 'x', colour: 'red' }, /colour/],
    ['create_note', { title: 'x', toString: 'y' }, /toString/],
    ['update_note', { id: 'a', version: 'b', titel: 'c' }, /titel.*title/s],
    ['update_note', { id: 'a' }, /version/],
    ['read_note', { id: '../etc' }, /id/],
    ['get_weather', { location: 'B' }, /location/],
    ['fetch_url', { url: 'file:///etc/passwd' }, /url/],
    ['fetch_url', { url: 'http://127.0.0.1:9/', start: 1.5 }, /start/],
    ['calculate_risk', { score: 'much' }, /score/],
    ['calculate_risk', { score: -0.5 }, /0/],
    ['calculate_risk', { score: 1e6 }, /100/],
    ['run_job', { steps: 0 }, /steps/],
    ['get_job', { id: 'no such job' }, /id/],
  ];
  for (const [tool, args, names] of refused) expectFailure(await client.call(tool, args), names);
  expect(ok(await client.call('calculate_risk', { score: '60' }))).toMatchObject({ score: 60, level: 'high' });
  expect(ok(await client.call('search_notes', { query: 'beer', cursor: null }))).toEqual({ notes: [] });
}

async function acceptOthers(client: Connected, upstream: string): Promise<void> {
  const weather = ok(await client.call('get_weather', { location: 'Berlin' }));
  expect(weather).toEqual({ location: expect.stringContaining('Berlin'), temperature: 21.5, wind: 7 });

  const page = ok(await client.call('fetch_url', { url: `${upstream}/page` }));
  expect(page).toEqual({
    url: `${upstream}/page`,
    type: expect.stringContaining('text/html'),
    text: expect.any(String),
  });
  expect(page.text).toMatch(/^Hello\s+from a page$/);
  expect(ok(await client.call('fetch_url', { url: `${upstream}/page`, start: 2 })).text).toBe(
    String(page.text).slice(2),
  );
  const packed = ok(await client.call('fetch_url', { url: `${upstream}/packed` }));
  expect(packed.text).toBe('packed');
  const long = ok(await client.call('fetch_url', { url: `${upstream}/long` }));
  // Cut between characters: the 10,000th unit is half of one.
  expect(String(long.text)).not.toMatch(/\p{Cs}/u);
  const rest = ok(await client.call('fetch_url', { url: `${upstream}/long`, start: long.next }));
  expect(`${long.text}${rest.text}`).toBe(LONG_PAGE);
  expectFailure(await client.call('fetch_url', { url: 'http://127.0.0.1:9/' }), /./);

  const levels = await Promise.all(
    [0, 24.9, 25, 60, 85, 100].map(async (score) => ok(await client.call('calculate_risk', { score })).level),
  );
  expect(levels).toEqual(['low', 'low', 'medium', 'high', 'critical', 'critical']);

  const job = ok(await client.call('run_job', { steps: 2, delay: 1, id: 'my-job' }));
  expect(job).toEqual({ id: 'my-job', state: 'done', done: 2, total: 2 });
  expect(ok(await client.call('get_job', { id: 'my-job' }))).toEqual(job);
  expectFailure(await client.call('get_job', { id: 'nothing' }), /"nothing"/);
}

async function acceptContents(client: Connected, kind: ClientKind): Promise<void> {
  const { id } = ok(await client.call('create_note', { title: 'Kept', body: 'Some text' }));
  const read = async (uri: string) => (await client.readResource({ uri })).contents[0]?.text ?? '';
  expect(JSON.parse((await read('config://app-settings')).toLowerCase())).toMatchObject({
    log_level: expect.any(String),
  });
  expect(await read('schema://store')).toMatch(/\S/);
  expect(await read(`note://${id}`)).toMatch(/Kept.*Some text/s);

  const template = { type: 'ref/resource', uri: 'note://{id}' };
  const complete = async (value: string) =>
    (await client.complete({ ref: template, argument: { name: 'id', value } })).completion.values;
  expect(await complete(String(id).slice(0, 6))).toContain(id);
  for (const value of ['zz', '\u0007', '\u0000']) expect(await complete(value)).toEqual([]);

  const { messages } = await client.getPrompt({ name: 'summarize_notes', arguments: { query: 'kept' } });
  expect(JSON.stringify(messages)).toContain('Some text');

  const codeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'none',
      (error: { code?: unknown }) => error.code,
    );
  const invalid = -32602;
  // A result that failed is what the Python SDK makes of it.
  const unknown = await client.call('nothing', {}).catch(({ code }) => ({ isError: code === invalid }));
  expect(unknown.isError).toBe(true);
  expect(await codeOf(client.getPrompt({ name: 'nothing', arguments: {} }))).toBe(invalid);
  expect(
    await codeOf(client.complete({ ref: { type: 'ref/prompt', name: 'nothing' }, argument: { name: 'x', value: '' } })),
  ).toBe(invalid);
  // 2025 servers say that a resource is not there by a code of its own.
  const absent = kind === 'v2 2026-07-28' ? [invalid] : [invalid, -32002];
  for (const uri of ['config://nothing', 'note://nothing'])
    expect(absent).toContain(await codeOf(client.readResource({ uri })));
}

/** What must be the same in both languages of all that is listed: names and fields, and what they mean. */
export async function surfaceOf(client: Connected): Promise<unknown> {
  const { tools } = await client.listTools();
  return {
    instructions: client.getInstructions(),
    tools: sorted(tools).map(({ name, title, description, annotations, inputSchema, outputSchema }) => ({
      ...{ name, title, description, annotations },
      input: fieldsOf(inputSchema),
      output: fieldsOf(outputSchema),
    })),
    resources: sorted((await client.listResources()).resources).map(({ uri, title, description, mimeType }) => ({
      ...{ uri, title, description, mimeType },
    })),
    templates: sorted((await client.listResourceTemplates()).resourceTemplates).map(
      ({ uriTemplate, title, description, mimeType }) => ({
        ...{ uriTemplate, title, description, mimeType },
      }),
    ),
    prompts: sorted((await client.listPrompts()).prompts).map((prompt) => ({
      ...{ name: prompt.name, title: prompt.title, description: prompt.description },
      arguments: (prompt.arguments as readonly object[] | undefined) ?? [],
    })),
  };
}

const sorted = <T extends { readonly name: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

/** Names, descriptions, which are required, and defaults; how a type is written is each library's own. */
function fieldsOf(schema: unknown): unknown {
  const { properties = {}, required = [] } = schema as Schema;
  const fields = Object.entries(properties).map(([name, { description, default: fallback = null }]) => [
    name,
    { description, required: required.includes(name), fallback },
  ]);
  return Object.fromEntries(fields);
}

/** What the user says decides whether a note goes. */
export async function acceptRefusal(client: Connected, user: 'decline' | 'cancel' | 'unasked'): Promise<void> {
  const { id } = ok(await client.call('create_note', { title: 'Stays' }));
  const result: ToolResult = await client.call('delete_note', { id });
  if (user === 'unasked') expectFailure(result, /ask/);
  else expect(ok(result)).toEqual({ deleted: false });
  expect(ok(await client.call('read_note', { id }))).toMatchObject({ title: 'Stays' });
}
