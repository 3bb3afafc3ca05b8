import {
  Client,
  type ClientOptions,
  type ElicitResult,
  InMemoryTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { onTestFinished } from 'vitest';
import type { App } from '../../src/app.js';
import { forwardChanges } from '../../src/changes.js';
import { serverFactory } from '../../src/server.js';

/** The two protocol eras: the 2025 versions with a handshake, and 2026-07-28 without one. */
export const ERAS = ['2025', '2026'] as const;
export type Era = (typeof ERAS)[number];

/** Answers a question of the server in place of a user. */
export type Answer = () => ElicitResult;

/** A client of the server, in this process and without a port, closed when the test is over. */
export async function connect(app: App, era: Era, answer?: Answer): Promise<Client> {
  const client = createClient(era, answer);
  const createServer = serverFactory(app);
  if (era === '2025') {
    const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
    const server = createServer();
    forwardChanges(server, app.changes, 'legacy');
    await server.connect(serverSide);
    await client.connect(clientSide);
    onTestFinished(() => client.close());
  } else {
    const handler = createMcpHandler(createServer, { legacy: 'reject', bus: app.changes });
    const url = new URL('http://localhost/mcp');
    await client.connect(
      new StreamableHTTPClientTransport(url, { fetch: (input, init) => handler.fetch(new Request(input, init)) }),
    );
    onTestFinished(async () => {
      await client.close();
      await handler.close();
    });
  }
  return client;
}

export function createClient(era: Era, answer?: Answer): Client {
  const options: ClientOptions = {
    capabilities: answer ? { elicitation: { form: {} } } : {},
    versionNegotiation: { mode: era === '2025' ? 'legacy' : { pin: '2026-07-28' } },
  };
  const client = new Client({ name: 'test', version: '1.0.0' }, options);
  if (answer) client.setRequestHandler('elicitation/create', async () => answer());
  return client;
}

/** Calls a tool and returns its structured content; fails the test when the call fails. */
export async function callOk(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args });
  if (result.isError) throw new Error(`${name} failed: ${JSON.stringify(result.content)}`);
  return result.structuredContent as Record<string, unknown>;
}

/** Calls a tool that must fail, and returns the failure. */
export async function callFailing(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args });
  if (!result.isError) throw new Error(`${name} did not fail: ${JSON.stringify(result.structuredContent)}`);
  const [first] = result.content;
  const { error } = result.structuredContent as { error: Record<string, unknown> };
  return { ...error, text: first?.type === 'text' ? first.text : '' };
}
