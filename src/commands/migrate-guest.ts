import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NO_AUTH } from '../base/answers.ts';
import type { Env } from '../base/env.ts';
import { CliError, failure } from '../base/errors.ts';
import { isRunning } from '../base/processes.ts';
import { languageOf } from '../languages/index.ts';
import { planProject } from '../plan/plan.ts';
import { installProject } from '../project/install.ts';
import { writeProject } from '../project/write.ts';
import type { Move } from './migrate-plan.ts';

/** A project with the new storage that is only there to be copied into. */
export interface Guest {
  readonly dir: string;
  remove(): void;
}

const PREFIX = 'mason-migrate-';

/**
 * Makes a project of the same name and language with the new storage in a temporary folder, and installs what it needs.
 *
 * @throws CliError (failed) `install-failed` and the like, `cancelled`
 */
export async function makeGuest({ record, to, name }: Move, env: Env, signal: AbortSignal): Promise<Guest> {
  sweep(env.tmp);
  // Only its store is used, so all else is as little as there can be.
  const answers = {
    ...record.answers,
    storage: to.id,
    transport: 'stdio',
    auth: NO_AUTH,
    tools: [],
    resources: [],
    extras: [],
  };
  const { files } = await planProject(answers);
  const { manifest, storeHost } = languageOf(answers.language);
  const { manifestOf } = await storeHost();
  const slim = files.map((file) => (file.path === manifest.path ? { ...file, text: manifestOf(file.text) } : file));
  const parent = mkdtempSync(join(env.tmp, `${PREFIX}${process.pid}-`));
  const remove = (): void => rmSync(parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  const dir = join(parent, name);
  try {
    await writeProject(dir, slim, { onConflict: 'error', signal });
    await installProject({ dir, pm: answers.pm, serverName: name, env, signal });
    return { dir, remove };
  } catch (error) {
    remove();
    if (!(error instanceof CliError) || error.code === 'cancelled') throw error;
    // What failed there cannot be repaired there: the folder is gone.
    const hint = [error.hint?.split('\n').find((line) => !line.includes(dir)), 'Nothing was copied.'];
    throw failure(error.code, `The backend ${to.id} cannot be installed: ${error.message}`, {
      hint: hint.filter((line) => line !== undefined).join('\n'),
      cause: error,
    });
  }
}

/** Removes the folders of runs that were killed. */
function sweep(tmp: string): void {
  for (const name of readdirSync(tmp)) {
    const pid = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : Number.NaN);
    if (!Number.isInteger(pid) || pid <= 0 || isRunning(pid)) continue;
    try {
      rmSync(join(tmp, name), { recursive: true, force: true });
    } catch {
      // Somebody else's.
    }
  }
}
