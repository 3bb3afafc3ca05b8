import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { CACHE, once } from './cache.ts';
import { childEnv, NPM, runOk } from './child.ts';
import { CUT_OFF } from './cut-off.ts';
import { programsOf, pythonTools } from './python.ts';
import { installPackages } from './tools.ts';

/** A project to be made. */
export interface Recipe {
  /** Of the folder and, without a scope, of the package. */
  readonly name?: string;
  readonly language?: string;
  readonly flags: readonly string[];
}

/** A project of the packed command: with all that it depends on, built, and ready to be started. */
export interface Made {
  /** Absolute. */
  readonly dir: string;
  /** What starts its server: a program, absolute, and its arguments, to which a transport may be added. */
  readonly start: readonly [program: string, ...args: string[]];
}

/**
 * A project that all tests of a run share: whichever asks first has it made. Nobody may write into it.
 *
 * Its dependencies are not installed but linked, from one installation of all that any project may depend on; that what a
 * project installs by itself is enough, test/install shows.
 *
 * @throws Error when its language is missing on this machine
 */
export async function made(recipe: Recipe): Promise<Made> {
  const { name = 'web', language = 'typescript', flags } = recipe;
  const key = createHash('sha256')
    .update(JSON.stringify([name, language, flags]))
    .digest('hex')
    .slice(0, 12);
  const parent = join(inject('shared'), key);
  const dir = join(parent, bareName(name));
  await once(parent, async () => {
    await make(parent, recipe);
    await link(language, dir);
    await build(language, dir);
  });
  return { dir, start: startOf(language, dir) };
}

/** A copy for tests that write into it, removed by whoever has given the folder. */
export async function copyOf(recipe: Recipe, parent: string): Promise<Made> {
  const { language = 'typescript' } = recipe;
  const original = await made(recipe);
  const dir = join(parent, bareName(recipe.name ?? 'web'));
  const isOwn = (path: string): boolean => !/[\\/](node_modules|\.venv)$/.test(path);
  // Python believes what is compiled only for the time that its source has.
  cpSync(original.dir, dir, { recursive: true, preserveTimestamps: true, filter: isOwn });
  await link(language, dir);
  return { dir, start: startOf(language, dir) };
}

export const bareName = (name: string): string => name.replace(/^@[^/]*\//, '');

/** Has the packed command make the files. */
async function make(cwd: string, { name = 'web', language = 'typescript', flags }: Recipe): Promise<void> {
  const path = language === 'python' ? [(await pythonTools()).bin] : [];
  const own = language === 'python' ? ['--runtime', (await pythonTools()).version] : ['--pm', 'npm'];
  const target = [bareName(name), '--name', name, '--language', language];
  const steps = ['--no-install', '--no-git', '--no-check', '--yes'];
  // What is said later counts.
  const args = [inject('bin'), ...target, ...(flags.includes(own[0] ?? '') ? [] : own), ...flags, ...steps];
  await runOk(process.execPath, args, { cwd, env: childEnv({}, path) });
}

/** Gives a project, made or planned, what it depends on, as an installation would. */
export const link = (language: string, dir: string): Promise<void> =>
  language === 'python' ? linkPython(dir) : linkNode(dir);

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Only what its manifest names can be imported. */
async function linkNode(dir: string): Promise<void> {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest;
  const all = { ...dependencies, ...devDependencies };
  const modules = join(dir, 'node_modules');
  mkdirSync(modules);
  const shared = await warmModules();
  for (const [name, range] of Object.entries(all)) {
    const source = name === TYPES ? await warmTypes(range) : shared;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(source, name), join(modules, name), 'junction');
  }
  cpSync(join(shared, '.bin'), join(modules, '.bin'), { recursive: true, dereference: false });
}

const TYPES = '@types/node';

/** One installation of all that any project in TypeScript may depend on. @returns its `node_modules` */
async function warmModules(): Promise<string> {
  const versions = new URL('../../templates/typescript/versions.json', import.meta.url);
  const { [TYPES]: _, ...needed } = JSON.parse(readFileSync(versions, 'utf8')) as Record<string, string>;
  return warm(needed);
}

/** Each runtime has types of its own. */
const warmTypes = (range: string): Promise<string> => warm({ [TYPES]: range });

/** One installation for all that depend on the same. @returns its `node_modules` */
export async function warm(dependencies: Readonly<Record<string, string>>): Promise<string> {
  const what = [process.platform, process.arch, process.versions.modules, CUT_OFF.toISOString(), dependencies];
  const key = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 12);
  const dir = join(CACHE, 'warm', `node-${key}`);
  await once(dir, () => installPackages(dir, dependencies));
  return join(dir, 'node_modules');
}

/** An environment of its own, which leads to the one that has everything, and in which the project is installed. */
async function linkPython(dir: string): Promise<void> {
  const { bin, python, env } = await pythonTools();
  const uv = join(bin, 'uv');
  await runOk(uv, ['venv', '--quiet', '--python', python, '.venv'], { cwd: dir, env });
  const own = join(programsOf(join(dir, '.venv')), 'python');
  const placeOf = ['-c', "import sysconfig; print(sysconfig.get_path('purelib'))"];
  const [shared = '', place = ''] = await Promise.all(
    [python, own].map(async (each) => (await runOk(each, placeOf, { cwd: dir, env })).trim()),
  );
  writeFileSync(join(place, 'shared.pth'), `${shared}\n`);
  await runOk(uv, ['pip', 'install', '--quiet', '--no-deps', '--python', own, '--editable', '.'], { cwd: dir, env });
}

/** What its start would take time for. Types are looked at by those who build as its owner does. */
async function build(language: string, dir: string): Promise<void> {
  const [program, ...args] =
    language === 'python'
      ? [(await pythonTools()).python, '-m', 'compileall', '-q', 'src']
      : [NPM, 'run', '--silent', 'bundle'];
  await runOk(program, args, { cwd: dir, env: childEnv() });
}

function startOf(language: string, dir: string): Made['start'] {
  if (language !== 'python') return [process.execPath, join(dir, 'dist', 'main.mjs')];
  return [join(programsOf(join(dir, '.venv')), bareName(dir.split(/[\\/]/).at(-1) ?? ''))];
}
