import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, onTestFinished, test } from 'vitest';
import { testEnvironment } from './support/app.js';
import { createClient, ERAS } from './support/connect.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

describe.each(ERAS)('the built server over stdio for clients of %s', (era) => {
  test('answers from any folder, with nothing but its own settings', async () => {
    const client = createClient(era);
    onTestFinished(() => client.close());
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [MAIN],
        cwd: '/',
        env: testEnvironment(),
        stderr: 'ignore',
      }),
    );
    expect((await client.listTools()).tools).toEqual(expect.any(Array));
    const { contents } = await client.readResource({ uri: 'config://app-settings' });
    expect(JSON.stringify(contents)).toContain('LOG_LEVEL');
  });
});

function start(variables: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN], { env: { ...testEnvironment(), ...variables } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += String(chunk);
  });
  return { child, output, exit: once(child, 'close') };
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1.0.0' } },
};

describe('the process', () => {
  test('writes nothing but protocol to stdout, and ends when the client hangs up', async () => {
    const { child, output, exit } = start({ LOG_LEVEL: 'debug' });
    child.stdin.write(`${JSON.stringify(initialize)}\n`);
    await once(child.stdout, 'data');
    child.stdin.end();
    expect((await exit)[0]).toBe(0);
    const lines = output.stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ jsonrpc: '2.0', id: 1 })]);
  });

  test.skipIf(process.platform === 'win32')('ends on SIGTERM', async () => {
    const { child, exit } = start();
    child.stdin.write(`${JSON.stringify(initialize)}\n`);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  test('names a setting that is wrong and does not start', async () => {
    const { output, exit } = start({ TOOL_TIMEOUT_MS: 'soon' });
    expect((await exit)[0]).toBe(1);
    expect(output.stderr).toContain('TOOL_TIMEOUT_MS');
    expect(output.stdout).toBe('');
  });
});
