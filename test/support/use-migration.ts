import { join } from 'node:path';
import { beforeAll, inject } from 'vitest';
import type { StorePlace } from '../../src/storage/bridge.ts';
import { Child, childEnv, type Finished } from './child.ts';
import { pythonTools } from './python.ts';
import { BACKENDS, flagsOf, placeIn } from './store-bridge.ts';
import { useCopy, useMade } from './use-made.ts';
import { useService } from './use-service.ts';

/** From which backend to which one, and in which language. */
export interface MigrationRow {
  readonly language: string;
  readonly from: string;
  readonly to: string;
}

const DURABLE = BACKENDS.filter(({ isDurable }) => isDurable);

/** Every backend that keeps its data to every other one of its language. */
export const MOVES: readonly MigrationRow[] = DURABLE.flatMap(({ language, storage: from }) =>
  DURABLE.filter((to) => to.language === language && to.storage !== from).map(({ storage: to }) => ({
    language,
    from,
    to,
  })),
);

/** What the tests of one move work with. */
export interface Migration {
  /** The store that is copied, and that of a project with the new storage, in the same places. */
  source(): StorePlace;
  target(): StorePlace;
  /** Starts the packed command, which leaves the project itself as it is. */
  start(...flags: readonly string[]): Child;
  run(...flags: readonly string[]): Promise<Finished>;
  /** What must be seen nowhere. */
  passwords(): readonly string[];
}

/** A project to migrate, and the services of both sides. */
export function useMigration({ language, from, to }: MigrationRow): Migration {
  const [old, fresh] = [useService(from), useService(to)];
  const project = useCopy({ name: 'kept', language, flags: flagsOf({ storage: from }) });
  const twin = useMade({ name: 'kept', language, flags: flagsOf({ storage: to }) });
  let path: readonly string[] = [];
  beforeAll(async () => {
    // uv, which installs what the new backend needs; who has no Python is told so by the projects.
    if (language === 'python')
      path = await pythonTools().then(
        ({ bin }) => [bin],
        () => [],
      );
  });
  // Both sides in one environment, as for whoever runs the command; places of backends have names of their own.
  const settings = () => ({ ...fresh.env(), ...old.env() });
  const start = (...flags: readonly string[]): Child => {
    const own = { npm_config_prefer_offline: 'true', XDG_STATE_HOME: join(project.dir, 'state') };
    const args = [inject('bin'), 'migrate', project.dir, '--to', to, '--yes', '--no-switch', ...flags];
    const limit = process.env.MASON_ENTRIES === undefined ? {} : { limit: 3_600_000 };
    return new Child(process.execPath, args, { cwd: '/', env: childEnv({ ...own, ...settings() }, path), ...limit });
  };
  return {
    source: () => placeIn(project.dir, language, settings()),
    target: () => placeIn(twin.dir, language, settings()),
    start,
    run: (...flags) => start(...flags).finished,
    passwords: () => [old.password(), fresh.password()],
  };
}
