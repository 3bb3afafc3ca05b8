import { Agent, request } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { Child } from '../support/child.ts';
import { rawCall } from '../support/raw-call.ts';
import { BARE_ENV, listen } from '../support/server.ts';
import { rounds } from '../support/tier.ts';
import { useMade } from '../support/use-made.ts';

/** Each is wrong in another way; the last two are requests whose parameters are none. */
const MALFORMED = [
  'not json',
  '[]',
  '{"jsonrpc":"2.0"}',
  '{"jsonrpc":"2.0","id":null,"method":5}',
  '{"jsonrpc":"2.0","id":{},"method":"tools/list"}',
  '{"jsonrpc":"1.0","id":1}',
  '{"jsonrpc":"2.0","id":7,"result":{}}',
  '{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{}}',
  '{"jsonrpc":"2.0","id":9,"method":"completion/complete","params":{"ref":5}}',
];
/** So many that what keeps a few KB of each does not fit into the memory that the server gets here. */
const MANY = rounds({ standard: 9000, full: 27_000 });
const LITTLE_MEMORY = ['--max-old-space-size=56', '--max-semi-space-size=2'];

const HANDSHAKE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };

/** What a server has logged of all that: no warning of Node's, and no line that nobody could read. */
function expectReadable(stderr: string): void {
  expect(stderr).not.toContain('MaxListeners');
  expect(stderr.split('\n').filter((line) => line.length > 500)).toEqual([]);
}

describe('a TypeScript server that is sent what is no message', () => {
  const project = useMade({
    flags: ['--transport', 'both', '--storage', 'memory', '--tools', 'notes', '--runtime', '20'],
  });
  const start = (): readonly [string, ...string[]] => {
    const [program, ...args] = project.start;
    return [program, ...LITTLE_MEMORY, ...args];
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  afterAll(() => agent.destroy());

  it('over stdio goes on in the same memory, and logs a line of each', async () => {
    const [program, ...args] = start();
    const child = new Child(program, [...args, 'stdio'], { cwd: '/', env: BARE_ENV, stdin: 'open' });
    const ask = (id: number, method: string, params: object) => {
      child.type(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      return child.until(({ stdout }) => new RegExp(`^.*"id":${id}\\b.*$`, 'm').exec(stdout)?.[0]);
    };
    try {
      await ask(1001, 'initialize', HANDSHAKE);
      for (let sent = 0, id = 2000; sent < MANY; sent += 900, id++) {
        for (let turn = 0; turn < 900; turn++) child.type(`${MALFORMED[turn % MALFORMED.length]}\n`);
        // Not faster than it reads.
        await ask(id, 'ping', {});
      }
      expect(await ask(5000, 'tools/list', {})).toContain('create_note');
      expectReadable(child.stderr);
    } finally {
      await child.stop();
    }
  });

  it('over HTTP goes on in the same memory', async () => {
    const server = await listen([...start(), 'http'] as const, { LOG_LEVEL: 'warn' });
    const post = (body: string, headers: Readonly<Record<string, string>>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const accept = 'application/json, text/event-stream';
        const options = { agent, method: 'POST', headers: { 'content-type': 'application/json', accept, ...headers } };
        const sending = request(server.url, options, (response) => {
          response.resume().once('end', () => resolve(response.statusCode));
        });
        sending.once('error', reject).end(body);
      });
    try {
      const answers = new Set<number | undefined>();
      const work = async (worker: number): Promise<void> => {
        for (let turn = worker; turn < MANY; turn += 8) {
          const headers = turn % 2 === 0 ? {} : { 'mcp-protocol-version': '2026-07-28' };
          answers.add(await post(MALFORMED[turn % MALFORMED.length] ?? '', headers));
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)));
      expect([...answers].filter((status) => status === undefined || status >= 500)).toEqual([]);
      expect((await rawCall(server.url, 'create_note', { title: 'Still here' })).isError).not.toBe(true);
      expectReadable(server.child.stderr);
      expect(await server.stop()).toBe(0);
    } finally {
      await server.kill();
    }
  });
});
