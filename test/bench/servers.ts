import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { judge, median, type Print } from './measure.ts';

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } },
};

export interface Server {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** CPU seconds from start to the first answer over stdio. Linux only: read from /proc while the process still lives. */
async function startOnce(node: string, { args, cwd }: Server): Promise<number> {
  const child = spawn(node, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const cpu = cpuOf(child);
  child.kill('SIGKILL');
  await closed;
  return cpu;
}

function cpuOf({ pid }: ChildProcess): number {
  // Fields 14 and 15, in clock ticks of 10 ms; counted from behind the process name, which may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export async function compareStart(print: Print, node: string, hello: Server, generated: Server, rounds: number) {
  const runs: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    runs[0].push(await startOnce(node, hello));
    runs[1].push(await startOnce(node, generated));
  }
  // Ticks are coarse, so the mean says more than the median.
  const [base, ours] = runs.map((all) => all.reduce((a, b) => a + b, 0) / all.length) as [number, number];
  print(`\nStart to first answer over stdio, CPU`);
  print(`  ${hello.name}: ${(base * 1000).toFixed(0)} ms, ${generated.name}: ${(ours * 1000).toFixed(0)} ms`);
  return judge(print, 'generated / hello world', ours / base, '<= 0.85', ours / base <= 0.85);
}

async function listen(node: string, { args, cwd }: Server): Promise<{ child: ChildProcess; url: string }> {
  const env = { ...process.env, PORT: '0', LOG_LEVEL: 'error' };
  const child = spawn(node, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface(child.stderr)) {
    const url = /^Listening on (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error('The server did not start.');
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'calculate-risk', arguments: { score: 40 }, _meta: META },
});
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'calculate-risk',
  'content-length': Buffer.byteLength(BODY),
};

function call(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const req = request(url, { method: 'POST', headers: HEADERS, agent }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => (text.includes('"structuredContent"') ? resolve() : reject(new Error(text))));
    });
    req.once('error', reject).end(BODY);
  });
}

/** Requests a second, with 16 callers on kept-alive connections. */
async function rate(url: string, requests: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let left = requests;
  const started = performance.now();
  const caller = async () => {
    while (left-- > 0) await call(url, agent);
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  agent.destroy();
  return requests / ((performance.now() - started) / 1000);
}

export async function compareRate(print: Print, node: string, bare: Server, generated: Server, rounds: number) {
  const servers = [await listen(node, bare), await listen(node, generated)] as const;
  try {
    for (const { url } of servers) await rate(url, 1500);
    const rates: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      rates[0].push(await rate(servers[0].url, 1500));
      rates[1].push(await rate(servers[1].url, 1500));
    }
    const [base, ours] = rates.map(median) as [number, number];
    print(`\ntools/call over HTTP, requests a second`);
    print(`  ${bare.name}: ${base.toFixed(0)}, ${generated.name}: ${ours.toFixed(0)}`);
    return judge(print, 'generated / bare SDK handler', ours / base, '>= 0.90', ours / base >= 0.9);
  } finally {
    for (const { child } of servers) child.kill('SIGKILL');
  }
}
