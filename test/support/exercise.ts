import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { Connected, ToolResult } from './mcp-clients.ts';

/** Stands in for the services that the example tools talk to. */
export interface Upstream {
  readonly url: string;
  /** The settings that lead a server here. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const ANSWERS: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
  '/v1/search': json({ results: [{ name: 'Berlin', country: 'Germany', latitude: 52.5, longitude: 13.4 }] }),
  '/v1/forecast': json({
    current: { temperature_2m: 21.5, wind_speed_10m: 7, weather_code: 0 },
    daily: { time: ['2026-08-01'], weather_code: [61], temperature_2m_max: [25], temperature_2m_min: [14] },
  }),
  '/page': { type: 'text/html', body: '<html><body><h1>Hello</h1><p>from a page</p></body></html>' },
};

function json(value: unknown): { type: string; body: string } {
  return { type: 'application/json', body: JSON.stringify(value) };
}

export async function startUpstream(): Promise<Upstream> {
  const server = createServer((request, response) => {
    const answer = ANSWERS[request.url?.split('?')[0] ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': answer.type }).end(answer.body);
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
  notes: ['create-note', 'read-note', 'search-notes', 'update-note', 'delete-note'],
  weather: ['get-weather'],
  fetch: ['fetch-url'],
  risk: ['calculate-risk'],
  jobs: ['run-job', 'get-job'],
};
const RESOURCES = ['config://app-settings', 'log://server', 'schema://store'];

/** Uses everything that a server offers, and fails where it is not as it should be. */
export async function exercise(client: Connected, server: string, chosen: readonly string[], upstream: Upstream) {
  expect(client.getServerVersion()).toMatchObject({ name: server, version: '0.1.0' });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(chosen.flatMap((id) => TOOL_NAMES[id] ?? []).sort());
  for (const tool of tools)
    expect(tool, tool.name).toMatchObject({ outputSchema: { type: 'object' }, annotations: {} });
  const { resources } = await client.listResources();
  expect(resources.map(({ uri }) => uri)).toEqual(expect.arrayContaining(RESOURCES));
  for (const uri of RESOURCES) {
    const [content] = (await client.readResource({ uri })).contents;
    // There may be no log lines yet.
    expect(content?.text, uri).toEqual(uri === 'log://server' ? expect.any(String) : expect.stringMatching(/\S/));
  }
  const prompts = chosen.includes('notes') ? ['summarize-notes'] : [];
  // Servers on the TypeScript SDK announce prompts only where there is one; asked all the same, the client writes a
  // remark to stdout.
  const announced = client.getServerCapabilities()?.prompts !== undefined;
  if (prompts.length > 0) expect(announced).toBe(true);
  if (announced) expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(prompts);
  for (const id of chosen) await EXERCISES[id]?.(client, upstream);
}

type Exercise = (client: Connected, upstream: Upstream) => Promise<void>;
const EXERCISES: Readonly<Record<string, Exercise>> = {
  async notes(client) {
    const tag = `tag-${Math.random()}`;
    const made = ok(await client.call('create-note', { title: 'Milk', body: 'Buy *milk*', tags: [tag] }));
    const { id, version } = made as { id: string; version: string };
    const found = ok(await client.call('search-notes', { query: tag })) as { notes: readonly { id: string }[] };
    expect(found.notes.map((note) => note.id)).toEqual([id]);
    const read = await client.readResource({ uri: `note://${id}` });
    expect(read.contents[0]?.text).toContain('Buy *milk*');
    const updated = ok(await client.call('update-note', { id, version, title: 'Oat milk' }));
    expect(updated).toMatchObject({ id, title: 'Oat milk', body: 'Buy *milk*' });
    expectFailure(await client.call('update-note', { id, version, title: 'Soy' }), 'version_conflict');
    expect(ok(await client.call('read-note', { id }))).toMatchObject({ title: 'Oat milk' });
    const prompt = await client.getPrompt({ name: 'summarize-notes', arguments: { tag } });
    expect(JSON.stringify(prompt.messages)).toContain('Oat milk');
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toEqual(
      expect.arrayContaining([expect.objectContaining({ uriTemplate: 'note://{id}' })]),
    );
    // The user is asked in between, and agrees.
    expect(ok(await client.call('delete-note', { id }))).toEqual({ id, title: 'Oat milk' });
    expectFailure(await client.call('read-note', { id }), 'note_not_found');
  },

  async weather(client) {
    const weather = ok(await client.call('get-weather', { location: 'Berlin', days: 1 }));
    expect(weather).toMatchObject({ location: 'Berlin, Germany', temperature: 21.5, conditions: 'clear' });
    expectFailure(await client.call('get-weather', { location: 'B' }), 'invalid_arguments');
  },

  async fetch(client, { url }) {
    const page = ok(await client.call('fetch-url', { url: `${url}/page` }));
    expect(page).toMatchObject({ status: 200, contentType: 'text/html' });
    expect(page.text).toMatch(/Hello\s+from a page/);
  },

  async risk(client) {
    expect(ok(await client.call('calculate-risk', { score: 90 }))).toMatchObject({ level: 'critical' });
    expectFailure(await client.call('calculate-risk', { score: 400 }), 'score_too_high');
  },

  async jobs(client) {
    const seen: number[] = [];
    const job = ok(await client.call('run-job', { steps: 3, stepMs: 20 }, ({ progress }) => seen.push(progress)));
    expect(job).toMatchObject({ state: 'done', done: 3 });
    // A client may drop the last one, when the result is right behind it.
    expect([
      [1, 2],
      [1, 2, 3],
    ]).toContainEqual(seen);
    expect(ok(await client.call('get-job', { id: job.id }))).toEqual(job);
  },
};

/** A success, whose text says the same as its structure. */
function ok(result: ToolResult): Record<string, unknown> {
  expect(result.isError, JSON.stringify(result.content)).toBeFalsy();
  expect(JSON.parse(result.content[0]?.text ?? '')).toEqual(result.structuredContent);
  return result.structuredContent ?? {};
}

/** A failure that tells the model what to do, in its text as well as in its structure. */
function expectFailure(result: ToolResult, reason: string): void {
  expect(result.isError).toBe(true);
  const error = result.structuredContent?.error as Record<string, unknown>;
  expect(error).toMatchObject({ reason, retryable: expect.any(Boolean) });
  expect(result.content[0]?.text).toContain(reason);
  expect(result.content[0]?.text).toContain(error.recovery);
}
