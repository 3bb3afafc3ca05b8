import { setTimeout as sleep } from 'node:timers/promises';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { StoreError } from '../src/storage/store.js';
import { defineTool, registerTool } from '../src/tool.js';
import { testApp } from './support/app.js';
import { callFailing, callOk } from './support/connect.js';

const base = {
  name: 'probe',
  title: 'Probe',
  description: 'A tool for tests.',
  input: z.object({ text: z.string().default('').describe('Some text') }),
  output: z.object({ text: z.string().describe('The text') }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  failures: { broken: { when: 'It is broken.', recovery: 'Mend it.', retryable: true } },
};
type Run = Parameters<typeof defineTool<typeof base.input, typeof base.output, typeof base.failures>>[0]['run'];

async function serve(run: Run, overrides: Record<string, string> = {}, timeoutMs?: number): Promise<Client> {
  const server = new McpServer({ name: 'test', version: '1.0.0' });
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  registerTool(server, await testApp(overrides), defineTool({ ...base, ...limit, run }));
  const client = new Client({ name: 'test', version: '1.0.0' });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await server.connect(serverSide);
  await client.connect(clientSide);
  // Listing first makes the client check every result against the output schema.
  await client.listTools();
  onTestFinished(() => client.close());
  return client;
}

describe('a tool', () => {
  test('answers the same as text and as structured content', async () => {
    const client = await serve(async ({ text }) => ({ text }));
    const result = await client.callTool({ name: 'probe', arguments: { text: 'hi' } });
    expect(result.structuredContent).toEqual({ text: 'hi' });
    expect(result.content).toEqual([{ type: 'text', text: '{"text":"hi"}' }]);
  });

  test('tells reason and recovery of a declared failure', async () => {
    const client = await serve(async (_args, { fail }) => {
      throw fail('broken', 'It does not work.');
    });
    const failure = await callFailing(client, 'probe');
    expect(failure).toMatchObject({ reason: 'broken', recovery: 'Mend it.', retryable: true });
    expect(failure.text).toMatch(/It does not work\.\nReason: broken\nRecovery: Mend it\./);
  });

  test('names the argument that is wrong', async () => {
    const client = await serve(async ({ text }) => ({ text }));
    const failure = await callFailing(client, 'probe', { text: 5 });
    expect(failure).toMatchObject({ reason: 'invalid_arguments' });
    expect(failure.text).toContain('text');
  });

  test('keeps the message of an unexpected error to the log', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => stderr.mockRestore());
    const client = await serve(async () => {
      throw new Error('password is hunter2');
    });
    const failure = await callFailing(client, 'probe');
    expect(failure).toMatchObject({ reason: 'internal_error' });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(stderr.mock.calls.join('')).toContain('hunter2');
  });

  test('tells a store that is down from a lost race, and from what no store takes', async () => {
    const codes = ['unavailable', 'conflict', 'too_large'] as const;
    const client = await serve(async ({ text }) => {
      throw new StoreError(codes[Number(text)] ?? 'corrupt', 'no');
    });
    expect(await callFailing(client, 'probe', { text: '0' })).toMatchObject({ reason: 'store_unavailable' });
    expect(await callFailing(client, 'probe', { text: '1' })).toMatchObject({ reason: 'store_conflict' });
    expect(await callFailing(client, 'probe', { text: '2' })).toMatchObject({ reason: 'invalid_arguments' });
  });

  test('ends work that takes too long', async () => {
    let stopped = false;
    const run: Run = async ({ text }, { signal }) => {
      await sleep(60_000, undefined, { signal }).finally(() => {
        stopped = true;
      });
      return { text };
    };
    const client = await serve(run, {}, 50);
    expect(await callFailing(client, 'probe')).toMatchObject({ reason: 'timed_out', retryable: true });
    expect(stopped).toBe(true);
  });

  test('cuts a text that is too long, and says so', async () => {
    const client = await serve(async () => ({ text: 'x'.repeat(500) }), { MAX_RESULT_CHARS: '100' });
    const { content } = await client.callTool({ name: 'probe', arguments: {} });
    expect(JSON.stringify(content)).toMatch(/cut after 100 of 511 characters/);
    expect(await callOk(client, 'probe')).toEqual({ text: 'x'.repeat(500) });
  });
});
