import { existsSync, readdirSync } from 'node:fs';
import type { Env } from '../env.ts';
import type { ServerEntry } from './types.ts';

export type StdioEntry = Extract<ServerEntry, { transport: 'stdio' }>;
export type HttpEntry = Extract<ServerEntry, { transport: 'http' }>;
export type Scope = 'user' | 'project';
export type FormatId = 'json' | 'jsonc';

/** The little of the file system that paths depend on, so that other systems' paths can be tested. */
export interface Files {
  exists(path: string): boolean;
  /** Names in a folder; none when it cannot be read. */
  list(folder: string): readonly string[];
}

/** Where a client's files are looked for. */
export interface Place {
  readonly env: Env;
  readonly files: Files;
  /** For `project` paths. */
  readonly projectDir?: string;
}

/**
 * One row of the registry: everything that differs between clients, as data and pure functions.
 *
 * A new client is a new row, not an `if`.
 */
export interface Client {
  readonly id: string;
  readonly title: string;
  readonly format: FormatId;
  /** Where the table of servers is in the file: `['mcpServers']`. */
  readonly keyPath: readonly string[];
  /** Config files by scope, in order of preference: those that exist, or else the one to create. */
  readonly paths: { readonly [scope in Scope]?: (place: Place) => readonly string[] };
  /** The entry of a local server in the client's own shape. */
  readonly stdio: (entry: StdioEntry) => unknown;
  /** The entry of a remote server in the client's own shape, or a bridge to it. */
  readonly http: (entry: HttpEntry, env: Env) => unknown;
  /** How a config refers to an environment variable; absent when the client knows no such thing. */
  readonly secret?: (variable: string) => string;
  /** What to do after the file was written. */
  readonly after: readonly string[];
  /** What a person should know about this entry in this client. */
  readonly notes: (entry: ServerEntry) => readonly string[];
  /** Where these facts come from. */
  readonly evidence: string;
}

export const REAL_FILES: Files = {
  exists: existsSync,
  list(folder) {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
};
