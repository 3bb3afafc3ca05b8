import type { Env } from '../base/env.ts';
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
  vars: { ...vars, ...QUIET },
});

/**
 * So that a project reads its `.env`, says in its log what its store cannot read, and puts no key for its clients' requests
 * into the store, as nobody serves any.
 */
const QUIET = { NODE_ENV: undefined, LOG_LEVEL: 'warning', REQUEST_STATE_KEY: 'nothing is signed with this, ever' };

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
