import { CliError, cancelled, EXIT, messageOf } from '../errors.ts';
import { lockFileOf } from '../project/package-manager.ts';
import type { WriteResult } from '../project/write.ts';

/** What the steps after the writing leave at the top of a project. */
const BYPRODUCTS = ['node_modules', 'data', '.git', '.venv', '.yarn', '.pnp.cjs', '.pnp.loader.mjs'];

/**
 * Takes a project back after somebody has cancelled: deletes what this run and the commands in it have made, restores what
 * it replaced, and touches nothing else.
 *
 * @param entry the built file, relative to the project
 * @returns what to throw
 */
export function takeBack({ dir, undo }: WriteResult, entry: string, pm: string): CliError {
  try {
    undo([entry.split('/')[0] ?? entry, ...BYPRODUCTS, lockFileOf(pm)]);
    return cancelled();
  } catch (error) {
    const message = `Cancelled, but not all of ${dir} could be taken back: ${messageOf(error)}`;
    return new CliError('cancelled', EXIT.cancelled, message, { hint: 'Look through the folder.', cause: error });
  }
}
