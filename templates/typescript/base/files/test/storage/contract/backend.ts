import { onTestFinished } from 'vitest';
import type { Store } from '../../../src/storage/store.js';

/** A storage backend under test. */
export interface Backend {
  readonly name: string;
  /** Whether data outlives the handle, and so can be shared by several handles and processes. */
  readonly durable: boolean;
  /** Whether keys of expired entries stay in lists. They count as absent everywhere else. */
  readonly listsExpired: boolean;
  /** The settings of an empty place for data, which is removed when the test is over. */
  place(): Environment;
  open(environment: Environment): Promise<Store>;
}

export type Environment = Readonly<Record<string, string>>;

/** A handle that is closed when the test is over. */
export async function openHandle({ open }: Backend, environment: Environment): Promise<Store> {
  const store = await open(environment);
  onTestFinished(() => store.close());
  return store;
}

/** A handle on an empty place. */
export const freshStore = (backend: Backend): Promise<Store> => openHandle(backend, backend.place());

/** Two handles on the same data where the backend can do that, else twice the same. */
export async function twoHandles(backend: Backend): Promise<readonly [Store, Store]> {
  const environment = backend.place();
  const first = await openHandle(backend, environment);
  return [first, backend.durable ? await openHandle(backend, environment) : first];
}
