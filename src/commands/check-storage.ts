import type { Context } from '../base/context.ts';
import { usageError } from '../base/errors.ts';
import { optionsOf } from '../catalog/catalog.ts';
import type { CheckStep } from '../probe/steps.ts';
import type { StorageCheck } from '../report/check.ts';
import { openBridge } from '../storage/bridge.ts';
import { proveStore } from '../storage/contract/prove.ts';
import { StoreFault } from '../storage/store.ts';
import { type ProjectOnDisk, readProject } from './project-on-disk.ts';
import { isDurable, placeOf } from './store-places.ts';

/** The project whose store is meant. @throws CliError (usage) `no-project` */
export async function projectIn(dir: string | null): Promise<ProjectOnDisk> {
  const project = dir === null ? undefined : await readProject(dir);
  if (project !== undefined) return project;
  throw usageError('no-project', '--storage is about the store of a project, and this is only a server.', {
    hint: 'Name the folder of its project: create-mcp-mason check path/to/project --storage',
  });
}

/** The backend that a project's record names; its own where there is no record. @throws CliError (usage) `no-storage` */
export function backendOf({ dir, record }: ProjectOnDisk): string {
  const backend = record?.answers.storage ?? 'own';
  if (backend !== 'none') return backend;
  throw usageError('no-storage', `The project in ${dir} has no storage, so there is nothing to prove.`, {
    hint: 'Leave --storage out.',
  });
}

/**
 * Proves that a project's store keeps the promises of the storage port, with keys of its own that are removed afterwards.
 *
 * @throws CliError `cancelled`
 */
export async function checkStorage(
  project: ProjectOnDisk,
  { env, signal }: Context,
  onStep: (step: CheckStep) => void,
): Promise<StorageCheck> {
  const backend = backendOf(project);
  const place = placeOf(project.dir, project.language, env);
  const known = optionsOf(project.language, 'storage').find(({ id }) => id === backend);
  const started = performance.now();
  try {
    const { isShared, steps } = await proveStore({
      open: (toCleanUp) => openBridge(place, { env, signal: toCleanUp ? new AbortController().signal : signal }),
      promisesShared: known !== undefined && isDurable(known),
      onStep,
    });
    return { ok: steps.every(({ ok }) => ok), backend, isShared, steps };
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    const { app } = await place.host();
    const detail = `${error.message}\nInstall what the project needs, set what it asks for, and see that ${app} opens the store.`;
    const step = { name: 'open', ok: false, ms: Math.round(performance.now() - started), detail };
    onStep(step);
    return { ok: false, backend, isShared: false, steps: [step] };
  }
}
