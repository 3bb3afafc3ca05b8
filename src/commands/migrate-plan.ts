import { createHash } from 'node:crypto';
import { type ProjectAnswers, serverNameOf } from '../base/answers.ts';
import type { Env } from '../base/env.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { pathOf, targetOf } from '../base/paths.ts';
import { listOf, nearest, pairIn, show } from '../base/text.ts';
import { optionsOf } from '../catalog/catalog.ts';
import type { Option } from '../catalog/manifest.ts';
import { type ProjectRecord, RECORD_FILE } from '../plan/record.ts';
import { readDotEnv } from './dotenv.ts';
import { type ProjectOnDisk, readProject } from './project-on-disk.ts';
import { isDurable, settingsOf } from './store-places.ts';

export interface MigrateArgs {
  /** The folder of the project; the current one by default. */
  readonly dir?: string | undefined;
  /** The id of the storage backend to move to. */
  readonly to?: string | undefined;
  /** `NAME=value`: settings of that backend. */
  readonly env?: readonly string[];
  readonly dryRun?: boolean;
  /** Absent: the project is switched, too. */
  readonly switch?: boolean;
  /** Absent: after the switch the project is installed, built and checked. */
  readonly install?: boolean;
  /** Also where git has changes that are not committed. */
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** All that is known before anything is started. */
export interface Move {
  readonly dir: string;
  readonly name: string;
  readonly record: ProjectRecord;
  readonly from: Option;
  readonly to: Option;
  /** What the code of the new backend finds in its environment. */
  readonly vars: Readonly<Record<string, string | undefined>>;
  /** Settings of the new backend that are not in the project's `.env`, and which it needs. */
  readonly unset: readonly string[];
  /** The file that remembers what was copied. */
  readonly journal: string;
  /** The project's answers with the new storage. */
  readonly answers: ProjectAnswers;
}

/**
 * Finds out what is to be moved from where to where.
 *
 * @throws CliError (usage) when there is no record, nothing to move, or no way to open the new backend
 */
export async function planMove({ dir = '.', to, env: given = [] }: MigrateArgs, env: Env): Promise<Move> {
  const path = targetOf(dir, env);
  const { record } = recorded(await readProject(path), path);
  const { answers } = record;
  const backends = optionsOf(answers.language, 'storage');
  const from = backends.find(({ id }) => id === answers.storage);
  if (from === undefined || !isDurable(from)) throw nothingToMove(path, answers.storage);
  const target = targetIn(backends, to, from);
  const dotEnv = readDotEnv(path);
  const own = pairsOf(given);
  const vars = { ...dotEnv, ...env.vars, ...own };
  refuseUnset(target, vars);
  const settings = settingsOf(target, path, vars, env);
  const places = [settingsOf(from, path, { ...dotEnv, ...env.vars }, env), settings];
  return {
    dir: path,
    name: serverNameOf(answers.name),
    record,
    from,
    to: target,
    vars: { ...vars, ...settings },
    unset: (target.env ?? [])
      .map(({ name }) => name)
      .filter((name) => own[name] !== undefined || isUnset(name, dotEnv, vars)),
    journal: journalOf([path, from.id, target.id, ...places], env),
    answers: { ...answers, storage: target.id },
  };
}

const isUnset = (name: string, dotEnv: Readonly<Record<string, unknown>>, vars: Move['vars']): boolean =>
  dotEnv[name] === undefined && Boolean(vars[name]);

type Recorded = ProjectOnDisk & { readonly record: ProjectRecord };

function recorded(project: ProjectOnDisk | undefined, dir: string): Recorded {
  if (project?.record !== undefined) return project as Recorded;
  throw usageError('no-record', `${dir} has no ${RECORD_FILE}, so it is not known how its server was made.`, {
    hint: 'Name the folder of a project that create-mcp-mason made: create-mcp-mason migrate path/to/project --to …',
  });
}

const nothingToMove = (dir: string, storage: string): CliError =>
  usageError('nothing-to-move', `The server in ${dir} keeps no data: its storage is ${storage}.`);

/** The backend that is meant. */
function targetIn(backends: readonly Option[], to: string | undefined, from: Option): Option {
  const ids = backends.filter((one) => isDurable(one) && one.id !== from.id).map(({ id }) => id);
  const hint = `Choose one of ${listOf(ids)}.`;
  if (to === undefined || to === '') {
    throw usageError('missing-argument', 'Say where to: --to <backend>.', { hint, missing: ['to'] });
  }
  const target = backends.find(({ id }) => id === to);
  if (to === from.id) throw usageError('same-backend', `The server's data is in ${to} already.`, { hint });
  if (target === undefined) {
    const near = nearest(to, ids);
    const meant = near === undefined ? hint : `Did you mean ${near}? ${hint}`;
    throw usageError('unknown-storage', `${show(to)} is not a storage backend.`, { hint: meant });
  }
  if (!isDurable(target))
    throw usageError('forgetful-storage', `${to} keeps nothing, so nothing can be moved to it.`, { hint });
  return target;
}

/** `--env NAME=value`, as variables. */
function pairsOf(given: readonly string[]): Readonly<Record<string, string>> {
  const pairs = given.map((text) => {
    const pair = pairIn(text);
    if (pair !== undefined && /^[A-Za-z_]\w*$/.test(pair[0])) return pair;
    // The value may be a secret, and so may all of it.
    throw usageError('bad-env', '--env takes NAME=value.', { hint: 'For example: --env POSTGRES_SCHEMA=notes' });
  });
  return Object.fromEntries(pairs);
}

function refuseUnset({ id, env: rows = [] }: Option, vars: Move['vars']): void {
  const unset = rows.filter(({ name, required }) => required === true && !vars[name]);
  if (unset.length === 0) return;
  const names = unset.map(({ name }) => name);
  throw usageError('missing-settings', `${id} needs ${listOf(names, 'and')}.`, {
    hint: unset
      .map(({ name, example }) => `Set ${name} in .env or the environment, for example to ${example}`)
      .join('\n'),
    missing: names,
  });
}

/** In the user's own folder for what programs remember; one file for two places, wherever a backend has them. */
function journalOf(places: readonly unknown[], env: Env): string {
  const { join } = pathOf(env);
  const local = env.platform === 'win32' ? env.vars.LOCALAPPDATA : env.vars.XDG_STATE_HOME;
  const name = createHash('sha256').update(JSON.stringify(places)).digest('hex').slice(0, 32);
  return join(local || join(env.home, '.local', 'state'), 'create-mcp-mason', 'migrate', `${name}.txt`);
}
