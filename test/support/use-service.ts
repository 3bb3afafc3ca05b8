import { afterAll, beforeAll, beforeEach } from 'vitest';
import { cannotRun } from './require.ts';
import { NoService, needsService, type Service, startService } from './services.ts';

/** The service of a storage backend during a group of tests. */
export interface UsedService {
  /** The settings that lead to it; none where the backend needs no service. */
  env(): Readonly<Record<string, string>>;
  /** The service itself; undefined where the backend needs none. */
  get(): Service | undefined;
}

/** Has a service running during the tests of this `describe`, or of this file; they are skipped where it cannot run. */
export function useService(storage: string): UsedService {
  let service: Service | undefined;
  let reason: string | undefined;
  beforeAll(async () => {
    if (!needsService(storage)) return;
    try {
      service = await startService(storage);
    } catch (error) {
      if (!(error instanceof NoService)) throw error;
      reason = error.message;
    }
  });
  beforeEach((context) => {
    if (reason !== undefined) cannotRun(context, reason);
  });
  afterAll(() => service?.stop());
  return { env: () => service?.env ?? {}, get: () => service };
}
