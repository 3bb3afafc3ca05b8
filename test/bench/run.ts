/**
 * `npm run bench`: the figures of docs/benchmarks.md, as ratios measured side by side in one run.
 *
 *     npm run bench -- [--node <path of another node>] [--rounds 15] [--only package,start,scaffold,server,python,stores]
 *
 * Exits with 1 if a target was missed. Never part of the tests: the figures belong to the machine they are taken on.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { MAX_UNPACKED } from '../../scripts/lib/contract.ts';
import { pythonTools } from '../support/python.ts';
import { type Case, compare, judge, printTable } from './measure.ts';
import { compareRate, compareStart } from './servers.ts';
import { compareStores } from './stores.ts';

const { values } = parseArgs({
  options: {
    node: { type: 'string', default: process.execPath },
    rounds: { type: 'string', default: '15' },
    only: { type: 'string', default: 'package,start,scaffold,server,python,stores' },
  },
});
const node = values.node;
const rounds = Number(values.rounds);
const sections = values.only.split(',');
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const root = join(import.meta.dirname, '..', '..');
const work = mkdtempSync(join(tmpdir(), 'mason-bench-'));
const run = (cwd: string, file: string, ...args: string[]): string =>
  execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const install = (cwd: string, ...packages: string[]): string =>
  run(cwd, 'npm', 'install', '--no-audit', '--no-fund', ...packages);
const met: boolean[] = [];
/** A run that says something and ends, by one that does nothing. */
const MOST_AT_START = 1.1;

try {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  print(`Node ${version}, ${rounds} rounds, everything interleaved`);
  const installed = join(work, 'installed');
  mkdirSync(installed);
  writeFileSync(join(installed, 'package.json'), '{"private":true}');
  const [packed] = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', work)) as [Packed];
  install(installed, join(work, packed.filename), 'create-vite');
  const bin = join(installed, 'node_modules/create-mcp-mason/bin/create-mcp-mason.js');
  if (sections.includes('package')) measurePackage(packed);
  if (sections.includes('start')) measureStart(bin);
  if (sections.includes('scaffold')) await measureScaffold(bin, join(installed, 'node_modules/create-vite/index.js'));
  if (sections.includes('server')) await measureServers(bin);
  if (sections.includes('python')) await measurePython(bin);
  if (sections.includes('stores')) met.push(...(await compareStores(print, node, scaffolder(bin), rounds)));
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = met.every(Boolean) ? 0 : 1;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

function measurePackage({ size, unpackedSize, entryCount }: Packed): void {
  print(`\nPackage: ${entryCount} files, ${Math.round(size / 1000)} KB packed`);
  met.push(
    judge(print, 'unpacked, KB', unpackedSize / 1000, `<= ${MAX_UNPACKED / 1000}`, unpackedSize <= MAX_UNPACKED),
  );
}

function measureStart(bin: string): void {
  const results = compare(
    [
      { name: 'node -e 0', command: [node, '-e', '0'] },
      { name: '--version', command: [node, bin, '--version'] },
      { name: '--help', command: [node, bin, '--help'] },
    ],
    rounds * 3,
  );
  printTable(print, 'Start-up', results);
  const cpu = (name: string): number => results.get(name)?.cpu ?? Number.NaN;
  for (const name of ['--version', '--help']) {
    const ratio = cpu(name) / cpu('node -e 0');
    met.push(judge(print, `${name} / node -e 0, CPU`, ratio, `<= ${MOST_AT_START}`, ratio <= MOST_AT_START));
  }
}

async function measureScaffold(bin: string, vite: string): Promise<void> {
  const target = join(work, 'scaffolded');
  const flags = ['scaffolded', '--yes', '--no-install', '--no-git', '--no-check'];
  const prepare = (): void => rmSync(target, { recursive: true, force: true });
  run(work, node, bin, ...flags);
  const floor = await bundleFloor(target);
  const ours = (name: string, ...more: string[]) => ({
    name,
    command: [node, bin, ...flags, ...more],
    cwd: work,
    prepare,
  });
  const viteFlags = ['scaffolded', '--template', 'vanilla-ts', '--no-interactive'];
  const results = compare(
    [
      { name: 'create-vite, vanilla-ts', command: [node, vite, ...viteFlags], cwd: work, prepare },
      ours('create-mcp-mason, default'),
      ours('create-mcp-mason, minimal', '--preset', 'minimal'),
      { name: 'its libraries and files alone', command: floor, cwd: work, prepare },
      { name: 'node -e 0', command: [node, '-e', '0'] },
    ] as Case[],
    rounds * 2,
  );
  printTable(print, 'Scaffold without install', results);
  const cpu = (name: string): number => results.get(name)?.cpu ?? Number.NaN;
  const theirs = cpu('create-vite, vanilla-ts');
  for (const [preset, most] of [
    ['default', 1.0],
    ['minimal', 0.8],
  ] as const) {
    const ratio = cpu(`create-mcp-mason, ${preset}`) / theirs;
    met.push(judge(print, `${preset} / create-vite, CPU`, ratio, `<= ${most.toFixed(2)}`, ratio <= most));
  }
}

/** The command that writes the same files with the libraries alone: floor.ts. */
async function bundleFloor(project: string): Promise<[string, ...string[]]> {
  const names = readdirSync(project, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name));
  const files = Object.fromEntries(paths.map((path) => [relative(project, path), readFileSync(path, 'utf8')]));
  const [packed, outfile] = [join(work, 'floor.br'), join(work, 'floor.cjs')];
  writeFileSync(packed, brotliCompressSync(JSON.stringify(files)));
  const entryPoints = [join(import.meta.dirname, 'floor.ts')];
  await build({ entryPoints, bundle: true, minify: true, platform: 'node', target: 'node20', format: 'cjs', outfile });
  return [node, outfile, 'scaffolded', '--files', packed, '--yes', '--no-install', '--no-git', '--no-check'];
}

/** Makes projects that are installed and built. */
function scaffolder(bin: string): (dir: string, ...flags: string[]) => string {
  const major = execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).trim();
  return (dir, ...flags) => {
    run(work, process.execPath, bin, dir, '--yes', '--no-git', '--no-install', '--runtime', major, ...flags);
    const project = join(work, dir);
    install(project);
    run(project, 'npm', 'run', 'build');
    return project;
  };
}

async function measureServers(bin: string): Promise<void> {
  const scaffold = scaffolder(bin);
  const stdio = scaffold('bench-stdio');
  const small = scaffold('bench-minimal', '--preset', 'minimal');
  const http = scaffold('bench-http', '--transport', 'http', '--tools', 'notes,weather,risk');
  const fixtures = join(work, 'fixtures');
  mkdirSync(fixtures);
  writeFileSync(join(fixtures, 'package.json'), '{"private":true}');
  install(fixtures, '@modelcontextprotocol/node', '@modelcontextprotocol/server', 'zod');
  for (const name of ['hello-stdio.mjs', 'bare-http.mjs']) {
    run(work, 'cp', join(import.meta.dirname, 'fixtures', name), fixtures);
  }
  const own = { command: node, cwd: fixtures };
  const hello = { ...own, name: 'SDK hello world, unbundled', args: ['hello-stdio.mjs'] };
  const bare = { ...own, name: 'bare SDK handler, 1 tool', args: ['bare-http.mjs'] };
  const main = { command: node, args: ['dist/main.mjs'] };
  const onStdio = { ...main, name: 'generated default', cwd: stdio };
  const least = { ...main, name: 'generated minimal', cwd: small };
  const onHttp = { ...main, name: 'generated, 7 tools', cwd: http };
  met.push(await compareStart(print, hello, least, rounds * 2, 0.75));
  met.push(await compareStart(print, hello, onStdio, rounds * 2, 0.8));
  met.push(await compareRate(print, bare, onHttp, rounds, 0.95));
}

/** The same for Python: the server's own process, without uv in front of it, which costs both alike. */
async function measurePython(bin: string): Promise<void> {
  const tools = await pythonTools();
  const scaffold = (dir: string, ...flags: string[]): string => {
    const args = [bin, dir, '--language', 'python', '--yes', '--no-git', '--no-check', ...flags];
    execFileSync(process.execPath, args, { cwd: work, stdio: 'ignore', env: tools.env });
    return join(work, dir);
  };
  const stdio = scaffold('bench-py-stdio');
  const small = scaffold('bench-py-minimal', '--preset', 'minimal');
  const http = scaffold('bench-py-http', '--transport', 'http', '--tools', 'notes,weather,risk');
  const python = execFileSync(commandIn(http, 'python'), ['--version'], { encoding: 'utf8' }).trim();
  print(`\n${python}`);
  const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);
  const own = { command: commandIn(http, 'python'), cwd: work };
  const hello = { ...own, name: 'SDK hello world', args: [fixture('hello_stdio.py')] };
  const bare = { ...own, name: 'bare SDK application, 1 tool', args: [fixture('bare_http.py')] };
  const onStdio = { name: 'generated default', command: commandIn(stdio, 'bench-py-stdio'), args: [], cwd: work };
  const least = { name: 'generated minimal', command: commandIn(small, 'bench-py-minimal'), args: [], cwd: work };
  const onHttp = { name: 'generated, 7 tools', command: commandIn(http, 'bench-py-http'), args: [], cwd: work };
  met.push(await compareStart(print, hello, least, rounds, 1.02));
  met.push(await compareStart(print, hello, onStdio, rounds, 1.12));
  met.push(await compareRate(print, bare, onHttp, rounds, 0.95));
}

/** A program of a Python project's environment. */
function commandIn(project: string, name: string): string {
  return join(project, '.venv', 'bin', name);
}
