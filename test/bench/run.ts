/**
 * `npm run bench`: the figures of docs/benchmarks.md, as ratios measured side by side in one run.
 *
 *     npm run bench -- [--node <path of another node>] [--rounds 15] [--only package,start,scaffold,server,python,stores]
 *
 * Exits with 1 if a target was missed. Never part of the tests: the figures belong to the machine they are taken on.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { MAX_UNPACKED } from '../../scripts/lib/contract.ts';
import { pythonTools } from '../support/python.ts';
import { compare, judge, printTable } from './measure.ts';
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
  if (sections.includes('scaffold')) measureScaffold(bin, join(installed, 'node_modules/create-vite/index.js'));
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
    met.push(judge(print, `${name} / node -e 0, CPU`, ratio, '<= 1.15', ratio <= 1.15));
  }
}

function measureScaffold(bin: string, vite: string): void {
  const target = join(work, 'scaffolded');
  const flags = ['scaffolded', '--yes', '--no-install', '--no-git', '--no-check'];
  run(work, node, bin, ...flags);
  const bundle = join(work, 'files.json');
  writeFileSync(bundle, JSON.stringify(readTree(target)));
  const prepare = (): void => rmSync(target, { recursive: true, force: true });
  const viteFlags = ['scaffolded', '--template', 'vanilla-ts', '--no-interactive'];
  const floor = join(import.meta.dirname, 'fixtures/write-files.cjs');
  const results = compare(
    [
      { name: 'create-vite, vanilla-ts', command: [node, vite, ...viteFlags], cwd: work, prepare },
      { name: 'create-mcp-mason, default', command: [node, bin, ...flags], cwd: work, prepare },
      { name: 'our files, plain writeFileSync', command: [node, floor, bundle, target], cwd: work, prepare },
      { name: 'node -e 0', command: [node, '-e', '0'] },
    ],
    rounds * 2,
  );
  printTable(print, 'Scaffold without install', results);
  const [theirs, ours, least] = [...results.values()].map(({ cpu }) => cpu) as [number, number, number];
  met.push(judge(print, 'create-mcp-mason / create-vite, CPU', ours / theirs, '<= 1.10', ours / theirs <= 1.1));
  print(`  writing the same files and nothing else / create-vite: ${(least / theirs).toFixed(2)}`);
}

/** Every file below a folder, with its text. */
function readTree(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
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
  const http = scaffold('bench-http', '--transport', 'http', '--tools', 'notes,weather,risk');
  const fixtures = join(work, 'fixtures');
  mkdirSync(fixtures);
  symlinkSync(join(http, 'node_modules'), join(fixtures, 'node_modules'));
  for (const name of ['hello-stdio.mjs', 'bare-http.mjs']) {
    run(work, 'cp', join(import.meta.dirname, 'fixtures', name), fixtures);
  }
  const ratio = 'of averages';
  const own = { command: node, cwd: fixtures };
  const hello = { ...own, name: 'SDK hello world, unbundled', args: ['hello-stdio.mjs'] };
  const bare = { ...own, name: 'bare SDK handler, 1 tool', args: ['bare-http.mjs'] };
  const main = { command: node, args: ['dist/main.js'] };
  const onStdio = { ...main, name: 'generated default', cwd: stdio };
  const onHttp = { ...main, name: 'generated, 7 tools', cwd: http };
  met.push(await compareStart(print, hello, onStdio, rounds * 2, { limit: 0.85, ratio }));
  met.push(await compareRate(print, bare, onHttp, rounds, { limit: 0.9, ratio }));
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
  const http = scaffold('bench-py-http', '--transport', 'http', '--tools', 'notes,weather,risk');
  const python = execFileSync(commandIn(http, 'python'), ['--version'], { encoding: 'utf8' }).trim();
  print(`\n${python}`);
  const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);
  const ratio = 'median of pairs';
  const own = { command: commandIn(http, 'python'), cwd: work };
  const hello = { ...own, name: 'SDK hello world', args: [fixture('hello_stdio.py')] };
  const bare = { ...own, name: 'bare SDK application, 1 tool', args: [fixture('bare_http.py')] };
  const onStdio = { name: 'generated default', command: commandIn(stdio, 'bench-py-stdio'), args: [], cwd: work };
  const onHttp = { name: 'generated, 7 tools', command: commandIn(http, 'bench-py-http'), args: [], cwd: work };
  met.push(await compareStart(print, hello, onStdio, rounds, { limit: 1.25, ratio }));
  met.push(await compareRate(print, bare, onHttp, rounds, { limit: 0.85, ratio }));
}

/** A program of a Python project's environment. */
function commandIn(project: string, name: string): string {
  return join(project, '.venv', 'bin', name);
}
