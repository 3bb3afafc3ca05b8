import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, inject } from 'vitest';
import { cannotRun } from './require.ts';
import { NoService, needsService, type Service, startService } from './services.ts';
import { sharedService } from './shared-services.ts';

/** Where a storage backend of a group of tests keeps its data. */
export interface UsedService {
  /** The settings that lead to the service; none if the backend needs none. */
  address(): Readonly<Record<string, string>>;
  /** These, and the settings for a place of these tests' own. */
  env(): Readonly<Record<string, string>>;
  /** What must be seen nowhere. */
  password(): string;
  /** Why it cannot run. */
  missing(): string | undefined;
}

/** A service that belongs to a group of tests alone. */
export interface OwnService extends UsedService {
  get(): Service | undefined;
}

/**
 * Has a storage backend's service running during the tests of this `describe`, or of this file; they are skipped where it
 * cannot run. It is one for the whole run; what these tests write stands apart.
 */
export function useService(storage: string): UsedService {
  return prepare(storage, async () => {
    // A fake in this process; nothing is gained by sharing it.
    if (storage === 'fastio') return startService(storage);
    const shared = await sharedService(inject('services'), storage);
    if ('missing' in shared) throw new NoService(shared.missing);
    return shared;
  });
}

/** The same with a service of these tests' own, which they may kill. */
export function useOwnService(storage: string): OwnService {
  let service: Service | undefined;
  const used = prepare(storage, async () => {
    service = await startService(storage);
    return service;
  });
  return { ...used, get: () => service };
}

type Found = Pick<Service, 'env' | 'password'> & Partial<Pick<Service, 'stop'>>;

function prepare(storage: string, find: () => Promise<Found>): UsedService {
  let found: Found | undefined;
  let reason: string | undefined;
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'mason-store-'));
    if (!needsService(storage)) return;
    try {
      found = await find();
    } catch (error) {
      if (!(error instanceof NoService)) throw error;
      reason = error.message;
    }
  });
  beforeEach((context) => {
    if (reason !== undefined) cannotRun(context, reason);
  });
  afterAll(async () => {
    await found?.stop?.();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    address: () => found?.env ?? {},
    env: () => ({ ...found?.env, ...placeIn(dir) }),
    password: () => found?.password ?? 'no password',
    missing: () => reason,
  };
}

/** A place of its own in every backend that can have several, called after a folder. */
export function placeIn(dir: string): Record<string, string> {
  const name = basename(dir).toLowerCase().replace(/\W/g, '_');
  return {
    FILE_PATH: join(dir, 'store.json'),
    SQLITE_PATH: join(dir, 'store.db'),
    POSTGRES_SCHEMA: name,
    REDIS_NAMESPACE: name,
    S3_PREFIX: `${name}/`,
  };
}
