import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Connected, ToolResult } from './mcp-clients.ts';

/** Stands in for the services that the example tools talk to. */
export interface Upstream {
  readonly url: string;
  /** The settings that lead a server here. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

interface Answer {
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly encoding?: string;
}

/** 9,999 letters, then characters of two units each. */
export const LONG_PAGE = `${'x'.repeat(9999)}${'🥛'.repeat(200)}`;

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/v1/search': json({ results: [{ name: 'Berlin', country: 'Germany', latitude: 52.5, longitude: 13.4 }] }),
  '/v1/forecast': json({
    current: { temperature_2m: 21.5, wind_speed_10m: 7, weather_code: 0 },
    daily: { time: ['2026-08-01'], weather_code: [61], temperature_2m_max: [25], temperature_2m_min: [14] },
  }),
  '/page': { type: 'text/html', body: '<html><body><h1>Hello</h1><p>from a page</p></body></html>' },
  '/packed': { type: 'text/plain', body: gzipSync('packed'), encoding: 'gzip' },
  '/long': { type: 'text/plain; charset=utf-8', body: LONG_PAGE },
};

function json(value: unknown): { type: string; body: string } {
  return { type: 'application/json', body: JSON.stringify(value) };
}

export async function startUpstream(): Promise<Upstream> {
  const server = createServer((request, response) => {
    const answer = ANSWERS[request.url?.split('?')[0] ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else {
      const { type, body, encoding } = answer;
      response.writeHead(200, { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) }).end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: { WEATHER_FORECAST_URL: url, WEATHER_GEOCODING_URL: url, FETCH_ALLOW_PRIVATE: 'true' },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a server with these tools must list. */
export const TOOL_NAMES: Readonly<Record<string, readonly string[]>> = {
  notes: ['create_note', 'read_note', 'search_notes', 'update_note', 'delete_note'],
  weather: ['get_weather'],
  fetch: ['fetch_url'],
  risk: ['calculate_risk'],
  jobs: ['run_job', 'get_job'],
};

/** And one without any. */
const STAND_IN = ['greet'];

export const RESOURCE_URIS: Readonly<Record<string, string>> = {
  settings: 'config://app-settings',
  logs: 'log://server',
  schema: 'schema://store',
};

/** What was chosen for a server. */
export interface Offer {
  readonly tools: readonly string[];
  readonly resources: readonly string[];
}

export function toolNamesOf({ tools }: Pick<Offer, 'tools'>): string[] {
  const names = tools.flatMap((id) => TOOL_NAMES[id] ?? []);
  return (names.length > 0 ? names : STAND_IN).sort();
}

/** Uses everything that a server offers, and fails where it is not as it should be. */
export async function exercise(client: Connected, server: string, offer: Offer, upstream: Upstream) {
  expect(client.getServerVersion()).toMatchObject({ name: server, version: '0.1.0' });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(toolNamesOf(offer));
  for (const tool of tools)
    expect(tool, tool.name).toMatchObject({ outputSchema: { type: 'object' }, annotations: {} });
  const uris = offer.resources.flatMap((id) => RESOURCE_URIS[id] ?? []);
  if (uris.length > 0) {
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(expect.arrayContaining(uris));
  }
  for (const uri of uris) {
    const [content] = (await client.readResource({ uri })).contents;
    // There may be no log lines yet.
    expect(content?.text, uri).toEqual(uri === 'log://server' ? expect.any(String) : expect.stringMatching(/\S/));
  }
  const prompts = offer.tools.includes('notes') ? ['summarize_notes'] : [];
  // Servers on the TypeScript SDK announce prompts only where there is one; asked all the same, the client writes a
  // remark to stdout.
  const announced = client.getServerCapabilities()?.prompts !== undefined;
  if (prompts.length > 0) expect(announced).toBe(true);
  if (announced) expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(prompts);
  const exercises = offer.tools.length > 0 ? offer.tools : STAND_IN;
  for (const id of exercises) await EXERCISES[id]?.(client, upstream);
}

type Exercise = (client: Connected, upstream: Upstream) => Promise<void>;
const EXERCISES: Readonly<Record<string, Exercise>> = {
  async greet(client) {
    // The least that a tool needs: in TypeScript its text is plain.
    const { content, structuredContent } = await client.call('greet', { name: 'Ada' });
    expect(structuredContent).toEqual({ greeting: 'Hello, Ada!' });
    expect(content).toEqual([{ type: 'text', text: expect.stringContaining('Hello, Ada!') }]);
    expectFailure(await client.call('greet', {}), /name/);
  },

  async notes(client) {
    const word = `word${Math.random()}`;
    const { id, version } = ok(await client.call('create_note', { title: `Milk ${word}`, body: 'Buy *milk* 🥛' }));
    const found = ok(await client.call('search_notes', { query: `MILK ${word}` }));
    expect(found.notes).toEqual([{ id, title: `Milk ${word}` }]);
    const read = await client.readResource({ uri: `note://${id}` });
    expect(read.contents[0]?.text).toContain('Buy *milk* 🥛');
    const updated = ok(await client.call('update_note', { id, version, title: `Oat ${word}` }));
    expect(updated).toMatchObject({ id, title: `Oat ${word}`, body: 'Buy *milk* 🥛' });
    expectFailure(await client.call('update_note', { id, version, title: 'Soy' }), /again/);
    expect(ok(await client.call('read_note', { id }))).toEqual(updated);
    const prompt = await client.getPrompt({ name: 'summarize_notes', arguments: { query: word } });
    expect(JSON.stringify(prompt.messages)).toContain(`Oat ${word}`);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toEqual([expect.objectContaining({ uriTemplate: 'note://{id}' })]);
    // The user is asked in between, and agrees.
    expect(ok(await client.call('delete_note', { id }))).toEqual({ deleted: true });
    expectFailure(await client.call('read_note', { id }), /search_notes/);
  },

  async weather(client) {
    const weather = ok(await client.call('get_weather', { location: 'Berlin' }));
    expect(weather).toEqual({ location: expect.stringContaining('Berlin'), temperature: 21.5, wind: 7 });
    expectFailure(await client.call('get_weather', { location: 'B' }), /location/);
  },

  async fetch(client, { url }) {
    const page = ok(await client.call('fetch_url', { url: `${url}/page` }));
    expect(page).toMatchObject({ url: `${url}/page`, type: expect.stringContaining('text/html') });
    expect(page.text).toMatch(/Hello\s+from a page/);
  },

  async risk(client) {
    expect(ok(await client.call('calculate_risk', { score: 90 }))).toMatchObject({ score: 90, level: 'critical' });
    expectFailure(await client.call('calculate_risk', { score: 400 }), /100/);
  },

  async jobs(client) {
    const seen: { progress: number; message?: string }[] = [];
    const job = ok(await client.call('run_job', { steps: 3, delay: 20 }, (progress) => seen.push(progress)));
    expect(job).toMatchObject({ state: 'done', done: 3, total: 3 });
    // Before any work it says which job it is. A client may drop the last one, when the result is right behind it.
    expect(seen[0]).toMatchObject({ progress: 0, message: expect.stringContaining(String(job.id)) });
    expect(seen.map(({ progress }) => progress).slice(0, 3)).toEqual([0, 1, 2]);
    expect(ok(await client.call('get_job', { id: job.id }))).toEqual(job);
  },
};

/** A success, whose text says the same as its structure. Fields of no value are left out: Python says null there. */
export function ok(result: ToolResult): Record<string, unknown> {
  expect(result.isError, JSON.stringify(result.content)).toBeFalsy();
  expect(JSON.parse(result.content[0]?.text ?? '')).toEqual(result.structuredContent);
  return Object.fromEntries(Object.entries(result.structuredContent ?? {}).filter(([, value]) => value !== null));
}

/** A failure that tells the model what to do. */
export function expectFailure(result: ToolResult, words: RegExp): void {
  expect(result.isError, JSON.stringify(result)).toBe(true);
  expect(result.content).toEqual([{ type: 'text', text: expect.stringMatching(words) }]);
}
