import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ignore } from 'ignore';
import type { Context } from '../base/context.ts';
import { CliError, EXIT, failure, messageOf } from '../base/errors.ts';
import { readRegular, textIn } from '../base/inside.ts';
import { isObject } from '../base/json.ts';
import { capture } from '../project/run.ts';
import { isText, type Members, objectAt, type Packed, type Subject } from '../publish/subject.ts';

/** What is read of a project that is to be published. Nothing of it is run: npm only lists what it would pack. */

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_FILES = 20_000;
/** What the official tool leaves out of an MCPB before it reads `.mcpbignore`. */
const NEVER_BUNDLED =
  '.DS_Store Thumbs.db .gitignore .git .mcpbignore *.log .env* .npm .npmrc .yarnrc .yarn .eslintrc .editorconfig .prettierrc ' +
  '.prettierignore .eslintignore .nycrc .babelrc .pnp.* node_modules/.cache node_modules/.bin *.map package-lock.json ' +
  'yarn.lock *.mcpb *.d.ts *.tsbuildinfo tsconfig.json';

type Files = Omit<Subject, 'offer' | 'name'>;

/** @throws CliError (failed) `bad-file` for a manifest that cannot be understood; `cancelled` */
export async function filesOf(dir: string, context: Pick<Context, 'env' | 'signal'>): Promise<Files> {
  const npm = jsonAt(dir, 'package.json');
  const python = await pythonAt(dir);
  const manifest = jsonAt(dir, 'manifest.json');
  const isBundle = manifest !== undefined && isObject(manifest.server);
  return {
    npm: python === undefined ? npm : undefined,
    python,
    server: jsonAt(dir, 'server.json'),
    manifest: isBundle ? manifest : undefined,
    readme: bytesAt(dir, 'README.md')?.toString('utf8') ?? '',
    packed: python === undefined ? await packedByNpm(dir, npm, context) : packedByUv(dir),
    bundle: isBundle ? await bundled(dir) : undefined,
    icon: isBundle ? iconOf(dir, manifest) : undefined,
  };
}

function bytesAt(dir: string, path: string): Buffer | undefined {
  try {
    return readRegular(join(dir, path), MOST_BYTES);
  } catch {
    return undefined;
  }
}

/** A file that is there and cannot be understood would be refused by everybody. */
function jsonAt(dir: string, path: string): Members | undefined {
  try {
    const bytes = readRegular(join(dir, path), MOST_BYTES);
    if (bytes === undefined) return undefined;
    const value: unknown = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
    if (isObject(value)) return value;
    throw new Error('it is no object.');
  } catch (error) {
    throw badFile(join(dir, path), error);
  }
}

async function pythonAt(dir: string): Promise<Members | undefined> {
  const bytes = bytesAt(dir, 'pyproject.toml');
  if (bytes === undefined) return undefined;
  const { parse } = await import('smol-toml');
  try {
    return objectAt(parse(bytes.toString('utf8')), 'project');
  } catch (error) {
    throw badFile(join(dir, 'pyproject.toml'), error);
  }
}

const badFile = (path: string, error: unknown): CliError =>
  failure('bad-file', `${path} cannot be read: ${messageOf(error)}`, { hint: 'Correct it.', cause: error });

/** What npm would pack; undefined where there is no package, or no npm. No script of the package is run. */
async function packedByNpm(
  dir: string,
  npm: Members | undefined,
  context: Pick<Context, 'env' | 'signal'>,
): Promise<Packed[] | undefined> {
  if (npm === undefined) return undefined;
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'];
  try {
    const { ok, stdout } = await capture('npm', args, '', { cwd: dir, ...context });
    const listed: unknown = ok ? JSON.parse(stdout.toString('utf8')) : undefined;
    // A list, or since npm 12 an object by name.
    const [first] = isObject(listed) || Array.isArray(listed) ? Object.values(listed) : [];
    const files: unknown = isObject(first) ? first.files : undefined;
    if (!Array.isArray(files)) return undefined;
    return files.filter(isObject).flatMap(({ path }) => (isText(path) ? [packedAt(dir, path)] : []));
  } catch (error) {
    if (error instanceof CliError && error.exit === EXIT.cancelled) throw error;
    return undefined;
  }
}

/** What uv's build backend takes: the sources, and what describes them. */
function packedByUv(dir: string): Packed[] {
  const paths = [...walk(dir, 'src', (path) => /(?:^|\/)__pycache__$|\.pyc$/.test(path))];
  const others = ['pyproject.toml', 'README.md', 'LICENSE'].filter((path) => existsSync(join(dir, path)));
  return [...others, ...paths].map((path) => packedAt(dir, path));
}

async function bundled(dir: string): Promise<Packed[]> {
  const { default: ignore } = await import('ignore');
  const own = bytesAt(dir, '.mcpbignore')?.toString('utf8') ?? '';
  const rules: Ignore = ignore().add(NEVER_BUNDLED.split(' ')).add(own);
  return [...walk(dir, '', (path) => rules.ignores(path))].map((path) => packedAt(dir, path));
}

/** The regular files below a folder, without what is left out; links are not followed. */
function* walk(dir: string, below: string, isLeftOut: (path: string) => boolean): Generator<string> {
  const waiting = [below];
  for (let count = 0; waiting.length > 0 && count < MOST_FILES; ) {
    const folder = waiting.pop() ?? '';
    if (!existsSync(join(dir, folder))) continue;
    for (const entry of readdirSync(join(dir, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isLeftOut(path)) continue;
      if (entry.isDirectory()) waiting.push(path);
      if (!entry.isFile()) continue;
      count += 1;
      yield path;
    }
  }
}

function packedAt(dir: string, path: string): Packed {
  const bytes = bytesAt(dir, path);
  const size = bytes?.length ?? lstatSync(join(dir, path), { throwIfNoEntry: false })?.size ?? 0;
  return { path, bytes: size, text: bytes === undefined ? undefined : textIn(bytes) };
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The header of a PNG says its size. */
function iconOf(dir: string, manifest: Members): Subject['icon'] {
  const { icon } = manifest;
  if (!isText(icon)) return undefined;
  if (!/^[\w][\w./-]*$/.test(icon) || icon.includes('..')) return 'none';
  const bytes = bytesAt(dir, icon);
  if (bytes === undefined || bytes.length < 24 || !bytes.subarray(0, 8).equals(PNG)) return 'none';
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}
