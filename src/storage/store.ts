import type { Json } from '../base/json.ts';

/** The storage port of generated projects, as this package sees it: the same for both languages. */
export interface Store {
  /** The largest value, as UTF-8 JSON; undefined where the project does not say. */
  readonly maxValueBytes: number | undefined;
  get(key: string): Promise<StoreEntry | undefined>;
  /** @throws {StoreFault} `conflict` when `ifVersion` does not hold */
  put(key: string, value: Json, options?: PutOptions): Promise<StoreEntry>;
  /** Whether there was something. @throws {StoreFault} `conflict` when another version is there */
  delete(key: string, options?: { readonly ifVersion?: string }): Promise<boolean>;
  /** Entries in the order of their keys as UTF-8. */
  list(options?: ListOptions): Promise<StorePage>;
  /** The same without values, for walks over all that there is. */
  listKeys(options?: ListOptions): Promise<KeyPage>;
  /** Later calls fail with `closed`. */
  close(): Promise<void>;
}

/** An entry without its value. */
export interface StoredKey {
  readonly key: string;
  /** New with every write. */
  readonly version: string;
  readonly updatedAt: string;
  readonly expiresAt?: string;
}

export interface StoreEntry extends StoredKey {
  readonly value: Json;
}

export interface PutOptions {
  /** Absent: always. `null`: only if the key is absent. A version: only if it is the current one. */
  readonly ifVersion?: string | null;
  readonly ttlMs?: number;
  /** ISO 8601: when what is copied was written. Absent: now. */
  readonly updatedAt?: string;
}

export interface ListOptions {
  readonly prefix?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

export interface StorePage {
  readonly entries: readonly StoreEntry[];
  readonly next?: string;
}

export interface KeyPage {
  readonly entries: readonly StoredKey[];
  readonly next?: string;
}

/** The codes of a project's `StoreError`. */
const STORE_CODES = [
  'conflict',
  'invalid_key',
  'invalid_value',
  'too_large',
  'unavailable',
  'corrupt',
  'closed',
] as const;

export type FaultCode =
  | (typeof STORE_CODES)[number]
  /** An argument out of its range: RangeError, ValueError. */
  | 'range'
  /** Anything else that the project has thrown. */
  | 'internal'
  /** The process that serves the store has ended, or does not answer. */
  | 'gone';

const CODES: readonly string[] = [...STORE_CODES, 'range'];

/** A store has refused or failed. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';

  constructor(
    readonly code: FaultCode,
    message: string,
  ) {
    super(message);
  }
}

/** A code as a project sends it. */
export const faultCodeOf = (code: unknown): FaultCode =>
  typeof code === 'string' && CODES.includes(code) ? (code as FaultCode) : 'internal';

/** Whether it failed in this way. */
export const isFault = (error: unknown, ...codes: readonly FaultCode[]): boolean =>
  error instanceof StoreFault && codes.includes(error.code);
