import type { Context } from '../base/context.ts';
import { Repository } from '../project/repository.ts';
import { endRecovery, recover } from '../project/stage.ts';

/**
 * Completes or takes back a change of the project in `dir` that was interrupted, and says so in one line. Every command that
 * reads a project does this first.
 *
 * @throws CliError what `recover` throws
 */
export async function recoverProject(dir: string, { env, signal, stderr }: Context): Promise<void> {
  const recovered = recover(dir);
  if (recovered === undefined) return;
  if (recovered.unmerged.length > 0) {
    const repository = await Repository.around(dir, env, signal);
    await repository?.markUnmerged(recovered.unmerged);
  }
  endRecovery(dir);
  stderr.write(`${recovered.line}\n`);
}
