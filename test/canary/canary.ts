/**
 * `npm run canary`: whether projects work with what was published since the cut-off date, and with the newest package
 * managers. It says what new users meet today and what will break when the date is moved, so it is no part of the tests.
 *
 * Exits with 1 if anything broke.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandsOf } from '../../src/languages/package-managers.ts';
import { childEnv, download, NPM, run, runOk } from '../support/child.ts';
import { CUT_OFF, undated } from '../support/cut-off.ts';
import { pythonTools } from '../support/python.ts';
import { envTo, ownRegistry } from '../support/registry.ts';
import { binaryPackage } from '../support/tools.ts';
import { type Locked, newIn, readNpmLock, readUvLock } from './locks.ts';

interface Row {
  readonly language: string;
  readonly pm: string;
  /** The package that brings the package manager; npm comes with Node. */
  readonly from?: string;
}

const ROWS: readonly Row[] = [
  { language: 'typescript', pm: 'npm' },
  { language: 'typescript', pm: 'pnpm', from: 'pnpm' },
  { language: 'typescript', pm: 'yarn', from: 'yarn' },
  { language: 'typescript', pm: 'yarn', from: '@yarnpkg/cli-dist' },
  { language: 'typescript', pm: 'bun', from: binaryPackage('bun') },
  { language: 'python', pm: 'uv', from: 'uv' },
];

/** What resolves a project's dependencies and installs nothing. */
const LOCKS: Readonly<Record<string, { command: string; file: string; read: (text: string) => Locked }>> = {
  typescript: { command: 'npm install --package-lock-only', file: 'package-lock.json', read: readNpmLock },
  python: { command: 'uv lock', file: 'uv.lock', read: readUvLock },
};

type Env = Readonly<Record<string, string>>;

interface Broken {
  readonly row: string;
  readonly command: string;
  readonly output: string;
}

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'create-mcp-mason.js');
const NAME = 'hello-mcp';
const print = (text: string): boolean => process.stdout.write(`${text}\n`);

/** Does with a new project what its own workflow does, and checks it. */
async function tryRow(row: Row, parent: string, registry: Env): Promise<Broken[]> {
  const path = await newestOf(row, parent);
  // Nothing of this machine's caches.
  const home = join(parent, 'home');
  const homes = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), XDG_DATA_HOME: join(home, 'data') };
  mkdirSync(home);
  const env = undated({ ...(await envOf(row.language, path)), ...homes, ...registry });
  const version = await runOk(row.pm, ['--version'], { cwd: home, env });
  const title = `${row.language} with ${row.pm} ${/\d[\d.]*/.exec(version)?.[0]}`;
  print(`\n${title}`);
  const dir = await create(row, parent, env);
  const tryAll = async (commands: readonly string[]): Promise<Broken[]> => {
    const broken: Broken[] = [];
    for (const command of commands) {
      const output = await outputIfBroken(command, dir, env);
      print(`  ${output === undefined ? 'works ' : 'BROKEN'}  ${command}`);
      if (output !== undefined) broken.push({ row: title, command, output });
    }
    return broken;
  };
  const uninstalled = await tryAll([commandsOf(row.pm, NAME).install]);
  if (uninstalled.length > 0) return uninstalled;
  const workflow = readFileSync(join(dir, '.github', 'workflows', 'ci.yml'), 'utf8');
  // Without what depends on the runner of the workflow.
  const steps = [...workflow.matchAll(/^ +- run: (.+?)(?: \$\{\{.*)?$/gm)].map(([, command = '']) => command);
  return tryAll([...steps, 'create-mcp-mason check']);
}

/** Installs the newest version of a package manager. @returns the folder of its command, for the front of PATH */
async function newestOf({ language, from }: Row, parent: string): Promise<string[]> {
  if (from === undefined) return [];
  const dir = join(parent, 'manager');
  mkdirSync(dir);
  const env = undated(await envOf(language, []));
  if (language === 'python') {
    await runOk((await pythonTools()).python, ['-m', 'venv', dir], { cwd: parent, env });
    await download(join(dir, 'bin', 'pip'), ['install', '--quiet', from], { cwd: parent, env });
    return [join(dir, 'bin')];
  }
  await download(NPM, ['install', '--ignore-scripts', '--prefix', dir, `${from}@latest`], { cwd: parent, env });
  const modules = join(dir, 'node_modules');
  return from.startsWith('@oven/') ? [join(modules, from, 'bin')] : [join(modules, '.bin')];
}

/** The environment of a user who has what a language needs. */
async function envOf(language: string, path: readonly string[]): Promise<Env> {
  if (language !== 'python') return childEnv({}, path);
  const { bin, env } = await pythonTools();
  return { ...env, ...childEnv({}, [...path, bin]) };
}

/** Writes the files of the default project. @returns where */
async function create({ language, pm }: Row, parent: string, env: Env): Promise<string> {
  const runtime = language === 'python' ? ['--runtime', (await pythonTools()).version] : [];
  const filesOnly = ['--no-install', '--no-git', '--no-check', '--yes'];
  const args = [NAME, '--language', language, '--pm', pm, ...runtime, ...filesOnly];
  await runOk(process.execPath, [BIN, ...args], { cwd: parent, env });
  return join(parent, NAME);
}

async function outputIfBroken(line: string, cwd: string, env: Env): Promise<string | undefined> {
  const words = line.split(' ');
  const [command = '', ...args] = words[0] === 'create-mcp-mason' ? [process.execPath, BIN, ...words.slice(1)] : words;
  const { code, signal, stdout, stderr } = await run(command, args, { cwd, env });
  return code === 0 ? undefined : `${stdout}${stderr}ended with ${code ?? signal}`;
}

/** Some say at first what is wrong, others at last. */
function shortened(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const kept = lines.length > 24 ? [...lines.slice(0, 12), '…', ...lines.slice(-12)] : lines;
  return kept.map((line) => `    ${line.slice(0, 200)}`).join('\n');
}

/** The packages of a language's default project that are newer than at the cut-off date. */
async function newerIn(row: Row, parent: string): Promise<string[]> {
  const { language } = row;
  const lock = LOCKS[language];
  if (lock === undefined) return [];
  const env = await envOf(language, []);
  const [today, then] = await Promise.all(
    [undated(env), env].map(async (each) => {
      const dir = await create(row, mkdtempSync(join(parent, 'lock-')), each);
      const output = await outputIfBroken(lock.command, dir, each);
      if (output !== undefined) throw new Error(`${lock.command}: ${output}`);
      return lock.read(readFileSync(join(dir, lock.file), 'utf8'));
    }),
  );
  return today && then ? newIn(today, then) : [];
}

/** Runs something in a folder of its own, which is removed; what it throws is broken, too. */
async function inFolder(row: Row, work: (dir: string) => Promise<Broken[]>): Promise<Broken[]> {
  const dir = mkdtempSync(join(tmpdir(), 'mason-canary-'));
  try {
    return await work(dir);
  } catch (error) {
    print('  BROKEN');
    return [{ row: `${row.language} with ${row.pm}`, command: 'the preparation', output: String(error) }];
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

const broken: Broken[] = [];
const registry = envTo(await ownRegistry());
for (const row of ROWS) broken.push(...(await inFolder(row, (dir) => tryRow(row, dir, registry))));
print(broken.length === 0 ? '\nNothing is broken.' : '\nWhat broke:');
for (const { row, command, output } of broken) print(`\n${row}: ${command}\n${shortened(output)}`);
for (const language of Object.keys(LOCKS)) {
  const row = ROWS.find((one) => one.language === language);
  if (row === undefined) continue;
  const uncompared = await inFolder(row, async (dir) => {
    const newer = (await newerIn(row, dir)).join(', ') || 'nothing';
    print(`\nNewer in ${language} than at the cut-off date, ${CUT_OFF.toISOString()}: ${newer}`);
    return [];
  });
  for (const { output } of uncompared) print(`\nWhat is newer in ${language} is not known: ${output}`);
}
if (broken.length > 0) process.exitCode = 1;
