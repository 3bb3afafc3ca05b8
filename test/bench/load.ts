/**
 * Many clients at once against two instances of a generated HTTP server that share a store:
 *
 *     npx tsx test/bench/load.ts [--storage postgres] [--callers 1000] [--seconds 60] [--node <path>] [--rate-limit 0]
 *
 * Needs `npm run build` before. Everything stays on this machine. Exits with 1 if a call failed, or if memory has grown.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Child, childEnv, NPM } from '../support/child.ts';
import { needsService, startService } from '../support/services.ts';
import { judge } from './measure.ts';

const { values } = parseArgs({
  options: {
    storage: { type: 'string', default: 'postgres' },
    callers: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    'rate-limit': { type: 'string', default: '0' },
    node: { type: 'string', default: process.execPath },
  },
});
/** Bounds for what somebody may type. */
const callers = Math.min(Number(values.callers), 5000);
const seconds = Math.min(Number(values.seconds), 600);
/** Caches fill, code is compiled, connections are opened. */
const WARM_UP = 15;
const NOTES = 500;
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'load', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

interface Answer {
  readonly ms: number;
  readonly error: string | undefined;
  readonly id: string | undefined;
}

function call(url: string, agent: Agent, name: string, args: object): Promise<Answer> {
  const params = { name, arguments: args, _meta: META };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': name,
    'content-length': Buffer.byteLength(body),
  };
  const started = performance.now();
  return new Promise((resolve) => {
    const done = (error: string | undefined, id?: string): void =>
      resolve({ ms: performance.now() - started, error, id });
    const req = request(url, { method: 'POST', headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.once('error', (error) => done(error.message));
      response.once('end', () => {
        const isGood =
          response.statusCode === 200 && text.includes('"structuredContent"') && !text.includes('"isError":true');
        if (isGood) done(undefined, /"id":"([^"]+)","?/.exec(text.slice(text.indexOf('structuredContent')))?.[1]);
        else done(`${response.statusCode} ${text.slice(0, 300)}`);
      });
    });
    req.once('error', (error) => done(error.message)).end(body);
  });
}

const HEAP = join(import.meta.dirname, 'fixtures/heap.mjs');

async function start(dir: string, env: Readonly<Record<string, string>>) {
  const settings = { ...env, PORT: '0', LOG_LEVEL: 'error', RATE_LIMIT_PER_MINUTE: values['rate-limit'] };
  const args = ['--expose-gc', '--import', pathToFileURL(HEAP).href, join(dir, 'dist/main.mjs')];
  const child = new Child(values.node, args, { cwd: dir, env: childEnv(settings) });
  const url = await child.until(({ stderr }) => /http:\/\/\S+\/mcp/.exec(stderr)?.[0]);
  return { child, url };
}
type Server = Awaited<ReturnType<typeof start>>;

/** What a server keeps when nothing is left to do, in MB: what a leak would make grow. */
async function keptBy({ child }: Server): Promise<number> {
  // Connections that are not used any more are closed, and timers run out.
  await sleep(2000);
  const before = child.stderr.length;
  child.kill('SIGUSR2');
  const bytes = await child.until(({ stderr }) => /^HEAP (\d+)$/m.exec(stderr.slice(before))?.[1]);
  return Number(bytes) / 1e6;
}

interface Outcome {
  readonly times: number[];
  readonly errors: Map<string, number>;
}

/** All callers, for some seconds. One call in ten writes. */
async function load(servers: readonly Server[], notes: readonly string[], forSeconds: number): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: Math.ceil(callers / 2) });
  const outcome: Outcome = { times: [], errors: new Map() };
  const end = performance.now() + forSeconds * 1000;
  const caller = async (n: number): Promise<void> => {
    for (let sent = n; performance.now() < end; sent++) {
      const url = servers[sent % servers.length]?.url ?? '';
      const { ms, error } =
        sent % 10 === 0
          ? await call(url, agent, 'create_note', { title: 'Made under load', body: 'y'.repeat(500) })
          : await call(url, agent, 'read_note', { id: notes[sent % notes.length] });
      outcome.times.push(ms);
      if (error !== undefined) outcome.errors.set(error, (outcome.errors.get(error) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, n) => caller(n)));
  agent.destroy();
  return outcome;
}

async function measure(dir: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  const servers = [await start(dir, env), await start(dir, env)];
  try {
    const notes: string[] = [];
    const agent = new Agent({ keepAlive: true });
    for (let n = 0; n < NOTES; n++) {
      const url = servers[0]?.url ?? '';
      const { id, error } = await call(url, agent, 'create_note', { title: `Note ${n}`, body: 'x'.repeat(500) });
      if (id === undefined) throw new Error(`no note was made: ${error}`);
      notes.push(id);
    }
    agent.destroy();
    await load(servers, notes, WARM_UP);
    const before = await Promise.all(servers.map(keptBy));
    const outcome = await load(servers, notes, seconds);
    const after = await Promise.all(servers.map(keptBy));
    return report(outcome, before, after);
  } finally {
    for (const { child } of servers) await child.stop();
  }
}

function report({ times, errors }: Outcome, before: readonly number[], after: readonly number[]): boolean {
  times.sort((a, b) => a - b);
  const at = (share: number): string => `${times[Math.floor(times.length * share)]?.toFixed(0)} ms`;
  print(`\n${callers} callers, two instances on ${values.storage}, ${seconds} s after ${WARM_UP} s to warm up`);
  print(
    `  ${(times.length / seconds).toFixed(0)} calls a second; p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(0.999999)}`,
  );
  for (const [error, count] of errors) print(`  ${count} × ${error}`);
  const failed = [...errors.values()].reduce((sum, count) => sum + count, 0);
  const good = [judge(print, 'calls that failed', failed, '0', failed === 0)];
  for (const [n, kept] of after.entries()) {
    const first = before[n] ?? Number.NaN;
    print(`  instance ${n + 1} keeps ${first.toFixed(1)} MB after warm-up, ${kept.toFixed(1)} MB at the end`);
    good.push(judge(print, `growth of instance ${n + 1}, MB`, kept - first, '<= 5', kept - first <= 5));
  }
  return good.every(Boolean);
}

const service = needsService(values.storage) ? await startService(values.storage) : undefined;
const work = mkdtempSync(join(tmpdir(), 'mason-load-'));
try {
  const dir = join(work, 'web');
  const bin = join(import.meta.dirname, '../../bin/create-mcp-mason.js');
  const major = execFileSync(values.node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).trim();
  const flags = ['--transport', 'http', '--storage', values.storage, '--tools', 'notes'];
  flags.push('--extras', 'rate-limit', '--runtime', major);
  execFileSync(process.execPath, [bin, dir, '--yes', '--no-git', '--no-install', ...flags], { stdio: 'pipe' });
  execFileSync(NPM, ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: dir, stdio: 'pipe' });
  execFileSync(NPM, ['run', 'bundle'], { cwd: dir, stdio: 'pipe' });
  process.exitCode = (await measure(dir, service?.env ?? {})) ? 0 : 1;
} finally {
  await service?.stop();
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
