import type { Connected } from '../support/mcp-clients.ts';

/** What a server is to a client, without what differs from run to run. */
export interface Probe {
  readonly server: unknown;
  readonly capabilities: unknown;
  readonly instructions: unknown;
  readonly tools: unknown;
  readonly resources: unknown;
  readonly templates: unknown;
  readonly prompts: unknown;
  readonly contents: unknown;
  readonly completions: unknown;
  readonly rendered: unknown;
  readonly calls: Readonly<Record<string, unknown>>;
  readonly refusals: Readonly<Record<string, unknown>>;
}

type Items = readonly Readonly<Record<string, unknown>>[];

/** More of what both generations of the client have. */
interface Full extends Connected {
  getInstructions(): string | undefined;
  complete(params: object): Promise<{ completion: { values: readonly string[] } }>;
}

/** Uses all that a server with every example tool offers. `url` stands in for the services behind the tools. */
export async function probeServer(connected: Connected, url: string): Promise<Probe> {
  const client = connected as Full;
  const { name, version, ...info } = client.getServerVersion() as Readonly<Record<string, unknown>>;
  const notes = await noteCalls(client);
  const resources = (await client.listResources()).resources.filter(({ uri }) => !uri.startsWith('note:'));
  return {
    server: { name, version, ...info },
    capabilities: comparable(client.getServerCapabilities()),
    instructions: client.getInstructions(),
    tools: byName((await client.listTools()).tools),
    resources: byName(resources),
    templates: byName((await client.listResourceTemplates()).resourceTemplates as unknown as Items),
    prompts: byName((await client.listPrompts()).prompts),
    contents: await contentsOf(client),
    completions: await completionsOf(client),
    rendered: steady((await client.getPrompt({ name: 'summarize-notes', arguments: { tag: 'kept' } })).messages),
    calls: { ...notes, ...(await otherCalls(client, url)) },
    refusals: await refusalsOf(client),
  };
}

/** What a server announces, without what docs/python.md says is announced in another way. */
function comparable(announced: Readonly<Record<string, unknown>> = {}): unknown {
  const { logging: _, ...others } = announced;
  const unchanging = { listChanged: 'only with a release' };
  return { ...others, tools: unchanging, ...(others.prompts !== undefined && { prompts: unchanging }) };
}

const byName = (items: Items): Items => [...items].sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));

/** Ids, cursors, versions, times, ports and folders are each server's own. */
function steady(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}\b/g, '<id>')
    .replace(/\bbm90ZXMv[\w-]+/g, '<cursor>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replace(/127\.0\.0\.1:\d{4,5}/g, '<address>')
    .replace(/\/[^" ]*\/(typescript|python)\//g, '<folder>/');
  return JSON.parse(text);
}

type Call = readonly [title: string, tool: string, args: object];

/** Results as a client gets them; of a refused argument what does not come from the validation library. */
async function callAll(client: Connected, calls: readonly Call[]): Promise<Record<string, unknown>> {
  const results: Record<string, unknown> = {};
  for (const [title, tool, args] of calls) {
    const { content, structuredContent, isError = false } = await client.call(tool, args);
    const error = structuredContent?.error as Readonly<Record<string, unknown>> | undefined;
    if (error?.reason === 'invalid_arguments') {
      const named = [...String(error.message).matchAll(/→ at ([\w.]+)/g)].map(([, path]) => path);
      results[title] = { isError, ...error, message: named };
    } else results[title] = steady({ content, structuredContent, isError });
  }
  return results;
}

async function noteCalls(client: Connected): Promise<Record<string, unknown>> {
  const made = await client.call('create-note', { title: ' Milk ', body: 'Zwölf „Liter“ 🥛\n', tags: ['kept', 'b'] });
  const { id, version } = made.structuredContent as { id: string; version: string };
  const gone = await client.call('create-note', { title: 'Gone' });
  const old = gone.structuredContent as { id: string };
  return callAll(client, [
    ['create', 'create-note', { title: 'Other', tags: ['x'] }],
    ['create without a title', 'create-note', {}],
    ['create with wrong types', 'create-note', { title: 5, tags: 'a', body: null }],
    ['create with an empty title', 'create-note', { title: '   ' }],
    ['create with too many tags', 'create-note', { title: 'x', tags: new Array(21).fill('t') }],
    ['create with more than is asked', 'create-note', { title: 'x', colour: 'red' }],
    ['read', 'read-note', { id }],
    ['read nothing', 'read-note', { id: 'nothing' }],
    ['read a bad id', 'read-note', { id: '../etc' }],
    ['search', 'search-notes', { query: 'MILK liter' }],
    ['search in vain', 'search-notes', { query: 'beer' }],
    ['search with a limit', 'search-notes', { query: 'milk', limit: 1 }],
    ['search with a bad limit', 'search-notes', { limit: 51 }],
    ['search with a text for a number', 'search-notes', { limit: '5' }],
    ['update', 'update-note', { id, version, body: 'new' }],
    ['update again', 'update-note', { id, version, title: 'Late' }],
    ['update without a version', 'update-note', { id }],
    ['delete, the user agrees', 'delete-note', { id: old.id }],
    ['delete nothing', 'delete-note', { id: old.id }],
  ]);
}

const otherCalls = (client: Connected, url: string): Promise<Record<string, unknown>> =>
  callAll(client, [
    ['weather', 'get-weather', { location: 'Berlin' }],
    ['weather of a short name', 'get-weather', { location: ' B ' }],
    ['weather for no day', 'get-weather', { location: 'Berlin', days: 0 }],
    ['weather for half a day', 'get-weather', { location: 'Berlin', days: 1.5 }],
    ['fetch', 'fetch-url', { url: `${url}/page` }],
    ['fetch a part', 'fetch-url', { url: `${url}/page`, offset: 2, maxChars: 100 }],
    ['fetch what is not there', 'fetch-url', { url: `${url}/nothing` }],
    ['fetch a file', 'fetch-url', { url: 'file:///etc/passwd' }],
    ['fetch from nobody', 'fetch-url', { url: 'http://127.0.0.1:9/' }],
    ['risk', 'calculate-risk', { score: 60 }],
    ['risk with a fraction', 'calculate-risk', { score: 24.9 }],
    ['risk below', 'calculate-risk', { score: -0.5 }],
    ['risk above', 'calculate-risk', { score: 1e6 }],
    ['risk in words', 'calculate-risk', { score: 'much' }],
    ['risk as a flag', 'calculate-risk', { score: true }],
    ['job', 'run-job', { steps: 2, stepMs: 1 }],
    ['job of no steps', 'run-job', { steps: 0 }],
    ['job that is not there', 'get-job', { id: '00000000-0000-4000-8000-000000000000' }],
    ['job of a bad id', 'get-job', { id: 'first' }],
  ]);

async function contentsOf(client: Connected): Promise<unknown> {
  const read = async (uri: string): Promise<unknown> => steady((await client.readResource({ uri })).contents);
  const { resources } = await client.listResources();
  const note = resources.find(({ uri, title }) => uri.startsWith('note:') && title === 'Other');
  return {
    settings: await read('config://app-settings'),
    schema: await read('schema://store'),
    listed: steady(note),
    note: await read(String(note?.uri)),
  };
}

async function completionsOf(client: Full): Promise<unknown> {
  const prompt = { type: 'ref/prompt', name: 'summarize-notes' };
  const template = { type: 'ref/resource', uri: 'note://{id}' };
  const complete = async (ref: object, name: string, value: string): Promise<unknown> =>
    (await client.complete({ ref, argument: { name, value } })).completion;
  return {
    tag: await complete(prompt, 'tag', 'ke'),
    noTag: await complete(prompt, 'tag', 'zz'),
    noId: await complete(template, 'id', 'zz'),
  };
}

/** What is no result but an error of the protocol, by its code: the words are the SDK's. */
async function refusalsOf(client: Connected): Promise<Record<string, unknown>> {
  const codeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'none',
      (error: { code?: unknown }) => error.code,
    );
  return {
    tool: await codeOf(client.call('nothing', {})),
    resource: await codeOf(client.readResource({ uri: 'config://nothing' })),
    note: await codeOf(client.readResource({ uri: 'note://nothing' })),
    prompt: await codeOf(client.getPrompt({ name: 'nothing', arguments: {} })),
  };
}
