import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Env } from '../base/env.ts';
import { failure, messageOf } from '../base/errors.ts';
import { codeOf } from '../base/fs-errors.ts';
import { pathOf } from '../base/paths.ts';
import type { EnvVariable, Option } from '../catalog/manifest.ts';
import { languageOf } from '../languages/index.ts';
import { machineOf } from '../languages/launch.ts';
import type { StorePlace } from '../storage/bridge.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The store of a project, as the project itself finds it: its `.env` is its own business. */
export const placeOf = (dir: string, language: string, env: Env, vars: Variables = env.vars): StorePlace => ({
  dir,
  host: languageOf(language).storeHost,
  machine: machineOf(env),
  vars,
});

const MOST_BYTES = 1024 * 1024;

/** The variables in a project's `.env`. @throws CliError (failed) `bad-env` */
export function readDotEnv(dir: string): Variables {
  const path = join(dir, '.env');
  try {
    const { size } = regular(path);
    if (size > MOST_BYTES) throw new Error(`it has ${size} bytes.`);
    return parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {};
    throw failure('bad-env', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** A pipe or a device in its place would keep us for ever. */
function regular(path: string): { readonly size: number } {
  const stats = statSync(path);
  if (!stats.isFile()) throw new Error('it is not a file.');
  return stats;
}

/** Whether data in it outlives the server. */
export const isDurable = ({ vars }: Option): boolean => vars?.durable === true;

/**
 * The settings of a storage backend in force: those that lead to its data. Paths are of the project, wherever the code that
 * uses them is.
 */
export function settingsOf({ env: rows = [] }: Option, dir: string, vars: Variables, env: Env): Record<string, string> {
  const settings = rows.map((row): [string, string] => {
    const value = vars[row.name] ?? '';
    if (!isPath(row)) return [row.name, value];
    const path = value === '' ? row.example : value;
    return [row.name, path.startsWith('~') ? path : pathOf(env).resolve(dir, path)];
  });
  return Object.fromEntries(settings.filter(([, value]) => value !== ''));
}

/** By its type in the project's language: `path.default('data/store.db')`, `ProjectPath = Path("data/store.db")`. */
const isPath = ({ schema }: EnvVariable): boolean => /^(path\b|\w*Path\b)|inProject\)/.test(schema);
