import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toolOf } from './tools.ts';

/** The official clients: v2 in both protocol eras, and v1, which most applications still ship. */
export const CLIENTS = ['v2 2026-07-28', 'v2 2025', 'v1'] as const;
export type ClientKind = (typeof CLIENTS)[number];

export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: Record<string, unknown>;
}

interface Listed {
  readonly name: string;
  readonly uri: string;
  readonly [key: string]: unknown;
}

/** What both generations of the client have in common. */
export interface McpClient {
  connect(transport: unknown): Promise<void>;
  close(): Promise<void>;
  getServerVersion(): { readonly name: string; readonly version: string } | undefined;
  getServerCapabilities(): Readonly<Record<string, unknown>> | undefined;
  getInstructions(): string | undefined;
  complete(params: object): Promise<{ readonly completion: { readonly values: readonly string[] } }>;
  listTools(): Promise<{ readonly tools: readonly Listed[] }>;
  listResources(): Promise<{ readonly resources: readonly Listed[] }>;
  listResourceTemplates(): Promise<{ readonly resourceTemplates: readonly Listed[] }>;
  listPrompts(): Promise<{ readonly prompts: readonly Listed[] }>;
  readResource(params: { uri: string }): Promise<{ readonly contents: readonly { readonly text?: string }[] }>;
  getPrompt(params: {
    name: string;
    arguments: Record<string, string>;
  }): Promise<{ readonly messages: readonly unknown[] }>;
}

/** What the user of a client says to every question; `unasked`: the client cannot ask. */
export type UserAnswer = 'agree' | 'decline' | 'cancel' | 'unasked';

/** A connected client. */
export interface Connected extends McpClient {
  call(
    name: string,
    args: object,
    onprogress?: (progress: { progress: number; message?: string }) => void,
  ): Promise<ToolResult>;
}

/** How to reach a server. */
export type Target =
  | { readonly command: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }
  | { readonly url: string; readonly headers?: Readonly<Record<string, string>> };

/** How to reach it over the transport that Streamable HTTP has replaced. */
export interface LegacyTarget {
  readonly sseUrl: string;
}

type New<T> = new (...args: readonly unknown[]) => T;
interface Generation {
  readonly Client: New<McpClient & { setRequestHandler(what: unknown, answer: unknown): void; callTool: CallTool }>;
  readonly Stdio: New<unknown>;
  readonly Http: New<unknown>;
  readonly Sse: New<unknown>;
}
type CallTool = (...args: readonly unknown[]) => Promise<ToolResult>;
interface Libraries {
  readonly v1: Generation & { readonly ElicitRequestSchema: unknown };
  readonly v2: Generation;
}

const ENTRY = `
import { Client as Client2, SSEClientTransport as Sse2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as Sse1 } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
export const v1 = { Client: Client1, Stdio: Stdio1, Http: Http1, Sse: Sse1, ElicitRequestSchema };
export const v2 = { Client: Client2, Stdio: Stdio2, Http: Http2, Sse: Sse2 };
`;

let libraries: Promise<Libraries> | undefined;

async function loadLibraries(): Promise<Libraries> {
  const modules = await toolOf('clients');
  // Beside their packages, so that both generations are found with what each of them needs.
  const entry = join(dirname(modules), 'entry.mjs');
  writeFileSync(entry, ENTRY);
  return (await import(/* @vite-ignore */ pathToFileURL(entry).href)) as Libraries;
}

/** Connects a client to a server, which it starts, in `/`, unless it has an address. */
export async function connectClient(
  kind: ClientKind,
  target: Target | LegacyTarget,
  user: UserAnswer = 'agree',
): Promise<Connected> {
  libraries ??= loadLibraries();
  const { v1, v2 } = await libraries;
  const isOld = kind === 'v1';
  const { Client, Stdio, Http, Sse } = isOld ? v1 : v2;
  const versionNegotiation = { mode: kind === 'v2 2025' ? 'legacy' : { pin: '2026-07-28' } };
  const capabilities = user === 'unasked' ? {} : { elicitation: isOld ? {} : { form: {} } };
  const client = new Client(
    { name: 'e2e', version: '1.0.0' },
    { capabilities, ...(isOld ? {} : { versionNegotiation }) },
  );
  const answer = async () => (user === 'agree' ? { action: 'accept', content: { confirm: true } } : { action: user });
  if (user !== 'unasked') client.setRequestHandler(isOld ? v1.ElicitRequestSchema : 'elicitation/create', answer);
  const connection = (): unknown => {
    if ('url' in target) return new Http(new URL(target.url), { requestInit: { headers: target.headers ?? {} } });
    if ('sseUrl' in target) return new Sse(new URL(target.sseUrl));
    return new Stdio({ ...target, cwd: '/', stderr: 'ignore' });
  };
  await client.connect(connection());
  const call = (name: string, args: object, onprogress?: unknown): Promise<ToolResult> => {
    const request = { name, arguments: args };
    return isOld ? client.callTool(request, undefined, { onprogress }) : client.callTool(request, { onprogress });
  };
  return Object.assign(client, { call });
}
