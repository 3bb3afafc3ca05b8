import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** CPU seconds from start to the first answer over stdio. Linux only: read from /proc while the process still lives. */
async function startOnce({ command, args, cwd }: Server): Promise<number> {
  const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const cpu = cpuOf(child);
  child.kill('SIGKILL');
  await closed;
  return cpu;
}

/** CPU seconds so far, to the nanosecond. Of threads that still live, as all of these servers' do. */
function cpuOf({ pid }: ChildProcess): number {
  const folder = `/proc/${pid}/task`;
  const onCpu = readdirSync(folder).map((id) =>
    Number(readFileSync(`${folder}/${id}/schedstat`, 'utf8').split(' ')[0]),
  );
  return onCpu.reduce((sum, one) => sum + one, 0) / 1e9;
}

/** From two runs right after another each, since a machine is not as fast in one minute as in the next. */
const ratioOf = (base: readonly number[], ours: readonly number[]): number =>
  median(ours.map((value, round) => value / (base[round] ?? Number.NaN)));

export async function compareStart(print: Print, hello: Server, generated: Server, rounds: number, limit: number) {
  const [base, ours]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    base.push(await startOnce(hello));
    ours.push(await startOnce(generated));
  }
  print(`\nStart to first answer over stdio, CPU`);
  print(
    `  ${hello.name}: ${(median(base) * 1000).toFixed(0)} ms, ${generated.name}: ${(median(ours) * 1000).toFixed(0)} ms`,
  );
  const ratio = ratioOf(base, ours);
  return judge(print, 'generated / hello world', ratio, `<= ${limit.toFixed(2)}`, ratio <= limit);
}

interface Listening {
  readonly child: ChildProcess;
  readonly url: string;
}

async function listen({ command, args, cwd }: Server): Promise<Listening> {
  const env = { ...process.env, PORT: '0', LOG_LEVEL: 'error' };
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
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
  params: { name: 'calculate_risk', arguments: { score: 40 }, _meta: META },
});
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'calculate_risk',
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

interface Rate {
  readonly wall: number;
  /** By the server's own CPU, which is not what a client sees, but does not depend on what else the machine does. */
  readonly cpu: number;
}

/** Requests a second, with 16 callers on kept-alive connections. */
async function rate({ url, child }: Listening, requests: number): Promise<Rate> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let left = requests;
  const [started, used] = [performance.now(), cpuOf(child)];
  const caller = async () => {
    while (left-- > 0) await call(url, agent);
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  agent.destroy();
  return { wall: requests / ((performance.now() - started) / 1000), cpu: requests / (cpuOf(child) - used) };
}

/** Of each server: where its memory lies makes one process a tenth faster than another that runs the same. */
const PROCESSES = 4;

export async function compareRate(print: Print, bare: Server, generated: Server, rounds: number, limit: number) {
  const rates: [Rate[], Rate[]] = [[], []];
  for (let pair = 0; pair < PROCESSES; pair++) {
    const servers = [await listen(bare), await listen(generated)] as const;
    try {
      // Compilers need that many to be done with what both run.
      for (const server of servers) await rate(server, 6000);
      for (let round = 0; round < rounds / 2; round++) {
        rates[0].push(await rate(servers[0], 1500));
        rates[1].push(await rate(servers[1], 1500));
      }
    } finally {
      for (const { child } of servers) child.kill('SIGKILL');
    }
  }
  const [base, ours] = rates.map((all) => all.map(({ wall }) => wall)) as [number[], number[]];
  const [baseCpu, oursCpu] = rates.map((all) => all.map(({ cpu }) => cpu)) as [number[], number[]];
  print(`\ntools/call over HTTP, requests a second`);
  print(`  ${bare.name}: ${median(base).toFixed(0)}, ${generated.name}: ${median(ours).toFixed(0)}`);
  print(`  by the server's CPU, generated / bare: ${ratioOf(baseCpu, oursCpu).toFixed(2)}`);
  const ratio = ratioOf(base, ours);
  return judge(print, 'generated / bare SDK handler', ratio, `>= ${limit.toFixed(2)}`, ratio >= limit);
}
