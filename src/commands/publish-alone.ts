import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../base/context.ts';
import { makeFolders } from '../base/folders.ts';
import { isObject } from '../base/json.ts';
import { machineOf } from '../languages/launch.ts';
import { checkServer } from '../probe/check.ts';
import { capture } from '../project/run.ts';
import { binsOf } from '../publish/npm.ts';
import { fault, isText, objectAt, type Packed, type PublishFinding, type Subject, textAt } from '../publish/subject.ts';

/** How the copy of a package or a bundle is started. */
interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** It is installed where it is unpacked. */
  readonly isUv: boolean;
}

/** What came of a start in a place where nothing else of the project is. */
export interface Alone {
  readonly findings: readonly PublishFinding[];
  /** Why it was not tried. */
  readonly note?: string;
}

/** What tools put beside a server without its doing. */
const NOT_ITS_OWN = /(?:^|\/)(?:\.venv|__pycache__|uv\.lock|[^/]+\.egg-info|node_modules)(?:\/|$)/;
const HOME = ['HOME', 'USERPROFILE', 'XDG_DATA_HOME', 'LOCALAPPDATA', 'APPDATA'];

/**
 * Starts what would be published from a copy in an empty folder, with an empty home: an MCPB as its manifest says, else the
 * package as npx would, with its dependencies beside it.
 *
 * @param settings what the server needs, by name of the variable
 * @throws CliError `cancelled`
 */
export async function startAlone(
  dir: string,
  subject: Subject,
  settings: Readonly<Record<string, string>>,
  context: Context,
): Promise<Alone> {
  const root = realpathSync(mkdtempSync(join(context.env.tmp, 'mason-publish-')));
  try {
    const home = join(root, 'home');
    mkdirSync(home);
    const { manifest, bundle, npm, packed } = subject;
    if (manifest !== undefined && bundle !== undefined) {
      const place = join(root, 'bundle');
      const start = bundleStart(manifest, place, home, settings, context);
      return typeof start === 'string'
        ? { findings: [], note: start }
        : await tryIt(dir, place, bundle, home, start, 'the bundle', context);
    }
    const [bin] = npm === undefined ? [] : binsOf(npm);
    if (npm === undefined || packed === undefined || bin === undefined) return { findings: [] };
    const place = join(root, 'node_modules', textAt(npm, 'name'));
    linkDependencies(dir, join(root, 'node_modules'), Object.keys(objectAt(npm, 'dependencies')));
    const start = { command: machineOf(context.env).nodePath, args: [join(place, bin)], env: settings, isUv: false };
    return await tryIt(dir, place, packed, home, start, 'the package', context);
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function tryIt(
  dir: string,
  place: string,
  files: readonly Packed[],
  home: string,
  start: Start,
  where: string,
  context: Context,
): Promise<Alone> {
  const { command, args, env, isUv } = start;
  const { env: surroundings, signal, version } = context;
  for (const { path } of files) {
    makeFolders(dirname(join(place, path)));
    cpSync(join(dir, path), join(place, path));
  }
  const note = isUv ? await installed(place, start, context) : undefined;
  if (note !== undefined) return { findings: [], note };
  const homes = Object.fromEntries(HOME.map((name) => [name, home]));
  const target = {
    transport: 'stdio',
    command,
    args,
    env: { ...homes, ...env, ...(isUv && { UV_NO_SYNC: '1' }) },
  } as const;
  const { steps } = await checkServer(target, { env: { ...surroundings, home }, signal, version });
  const bad = steps.find(({ ok }) => !ok);
  if (bad !== undefined) {
    const fix = 'See that all that it needs is packed, and that it reads nothing from outside.';
    const what = `does not start in an empty folder: ${bad.name}: ${bad.detail}`;
    return { findings: [fault('start-alone', where, what, fix)] };
  }
  const known = new Set(files.map(({ path }) => path));
  const fresh = filesIn(place).filter((path) => !known.has(path) && !NOT_ITS_OWN.test(path));
  if (fresh.length === 0) return { findings: [] };
  const what = `writes ${fresh[0]} into its own folder, which the next update deletes.`;
  const fix = 'Keep data in the folder of the system for it, or in one that a setting names.';
  return { findings: [fault('data-in-package', where, what, fix)] };
}

/** What its manifest says, with the values that a host would put in; a text where one is missing. */
function bundleStart(
  manifest: NonNullable<Subject['manifest']>,
  place: string,
  home: string,
  settings: Readonly<Record<string, string>>,
  { env }: Context,
): Start | string {
  const config = objectAt(objectAt(manifest, 'server'), 'mcp_config');
  const missing: string[] = [];
  const filled = (text: string): string =>
    text.replace(/\$\{([^}]+)\}/g, (whole, key: string) => {
      if (key === '__dirname') return place;
      if (key === '/' || key === 'pathSeparator') return env.platform === 'win32' ? '\\' : '/';
      if (['HOME', 'DESKTOP', 'DOCUMENTS', 'DOWNLOADS'].includes(key)) return home;
      const name = key.replace(/^user_config\./, '');
      const option = objectAt(objectAt(manifest, 'user_config'), name);
      const value = settings[name] ?? settings[name.toUpperCase()] ?? option.default;
      if (value === undefined && option.required === true) missing.push(name);
      return value === undefined ? (option.required === true ? whole : '') : String(value);
    });
  const args = Array.isArray(config.args) ? config.args.filter(isText).map(filled) : [];
  const given = Object.entries(isObject(config.env) ? config.env : {});
  const variables = Object.fromEntries(
    given.flatMap(([name, value]) => (isText(value) ? [[name, filled(value)]] : [])),
  );
  if (missing.length > 0) return `The bundle was not started: it needs ${missing.join(', ')}, which is not set here.`;
  const { nodePath, uvPath } = machineOf(env);
  const named = textAt(config, 'command');
  const runtimes: Readonly<Record<string, string | undefined>> = { node: nodePath, uv: uvPath };
  const command = Object.hasOwn(runtimes, named) ? runtimes[named] : filled(named);
  if (command === undefined) return `The bundle was not started: ${named} is not here.`;
  return { command, args, env: variables, isUv: named === 'uv' };
}

/** What uv does where an extension is installed, with what this machine needs to reach its index. Undefined when it is done. */
async function installed(place: string, { command }: Start, { env, signal }: Context): Promise<string | undefined> {
  const { ok, stderr } = await capture(command, ['sync', '--no-dev'], '', { cwd: place, env, signal });
  if (ok) return undefined;
  const reason =
    stderr
      .trim()
      .split('\n')
      .find((line) => line.startsWith('error')) ?? 'uv sync failed';
  return `The bundle was not started, since uv could not install it: ${reason}`;
}

function linkDependencies(dir: string, modules: string, names: readonly string[]): void {
  makeFolders(modules);
  for (const name of names) {
    const source = join(dir, 'node_modules', name);
    if (!existsSync(source)) continue;
    makeFolders(dirname(join(modules, name)));
    symlinkSync(realpathSync(source), join(modules, name), 'junction');
  }
}

const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    );
