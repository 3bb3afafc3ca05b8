/**
 * Talks to the server from the shell, without a client program:
 *
 *     call                       what there is
 *     call <tool> '<json>'       call a tool
 *     call <uri>                 read a resource
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { openApp } from '../src/app.js';
import { loadConfig } from '../src/config.js';
import { serverFactory } from '../src/server.js';

const app = await openApp(loadConfig({ LOG_LEVEL: 'warn' }));
const handler = createMcpHandler(serverFactory(app));
const client = new Client({ name: 'call', version: '1.0.0' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
// Nothing listens here: the handler is called directly, so that no port is needed.
const url = new URL('http://localhost/mcp');
await client.connect(
  new StreamableHTTPClientTransport(url, { fetch: (input, init) => handler.fetch(new Request(input, init)) }),
);

const [target, json = '{}'] = process.argv.slice(2);
try {
  const answer = await run(target);
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await client.close();
  await handler.close();
  await app.close();
}

async function run(target: string | undefined): Promise<unknown> {
  if (target === undefined) return inventory();
  if (target.includes('://')) return (await client.readResource({ uri: target })).contents;
  const result = await client.callTool({ name: target, arguments: JSON.parse(json) as Record<string, unknown> });
  if (result.isError) process.exitCode = 1;
  return result.structuredContent ?? result.content;
}

async function inventory() {
  const { tools } = await client.listTools();
  const { resources } = await client.listResources();
  // Asked for prompts that there are none of, the client writes a remark to stdout.
  const { prompts } = client.getServerCapabilities()?.prompts ? await client.listPrompts() : { prompts: [] };
  return {
    tools: Object.fromEntries(tools.map(({ name, description }) => [name, description])),
    resources: Object.fromEntries(resources.map(({ uri, title, name }) => [uri, title ?? name])),
    prompts: Object.fromEntries(prompts.map(({ name, description }) => [name, description])),
  };
}
