/** The storage port: the one interface that every backend implements and every tool uses. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Entry {
  readonly key: string;
  readonly value: Json;
  /** Opaque. New on every write, and never used again for a key, not even after delete and put. */
  readonly version: string;
  /** ISO 8601, by the writer's clock: to show, not to order by. */
  readonly updatedAt: string;
  readonly expiresAt?: string;
}

export interface PutOptions {
  /** Absent: write always. `null`: only if the key is absent. A version: only if it is the current one. */
  readonly ifVersion?: string | null;
  /** Time to live in milliseconds. Absent: never expires, also when an earlier write had a limit. */
  readonly ttlMs?: number;
}

export interface ListOptions {
  readonly prefix?: string;
  /** From the page before. */
  readonly cursor?: string;
  /** 1 to 1000; 100 if absent. */
  readonly limit?: number;
}

export interface Page {
  readonly keys: readonly string[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** Every method throws StoreError. An expired entry counts as absent. */
export interface Store {
  /** Largest value, as UTF-8 JSON. */
  readonly maxValueBytes: number;
  /** What whoever runs the server should know about the backend as it is set up; logged at start. */
  readonly warnings?: readonly string[];
  /** The latest committed write, or undefined. */
  get(key: string): Promise<Entry | undefined>;
  /** Throws `conflict` when `ifVersion` does not hold; nothing was written then. */
  put(key: string, value: Json, options?: PutOptions): Promise<Entry>;
  /** Unconditional and idempotent; true if there was an entry. */
  delete(key: string): Promise<boolean>;
  /** Keys in UTF-8 byte order. A key that exists during the whole walk is seen exactly once. */
  list(options?: ListOptions): Promise<Page>;
  /** Idempotent; later calls throw `closed`. */
  close(): Promise<void>;
}

export type StoreErrorCode =
  | 'conflict'
  | 'invalid_key'
  | 'invalid_value'
  | 'too_large'
  /** After a write the outcome is unknown: repeat it only with `ifVersion`. */
  | 'unavailable'
  | 'corrupt'
  | 'closed';

export class StoreError extends Error {
  override readonly name = 'StoreError';

  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
