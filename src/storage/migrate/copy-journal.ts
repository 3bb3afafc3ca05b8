import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '../../base/folders.ts';
import type { Json } from '../../base/json.ts';

/**
 * Remembers what was written into the target, so that a later run may replace or remove it, and nothing else. It is never a
 * reason to leave an entry out: without it nothing is lost but that permission.
 */
export class CopyJournal {
  readonly #path: string;
  /** Hashes of values, by key. */
  readonly #written = new Map<string, Set<string>>();

  constructor(path: string) {
    this.#path = path;
    for (const line of linesOf(path)) {
      // The last line may be a piece of one, if the run before was killed.
      const [, key, hash] = /^(".*") ([\w-]{43})$/.exec(line) ?? [];
      if (key !== undefined && hash !== undefined) this.#remember(JSON.parse(key) as string, hash);
    }
  }

  /** Whether the value under a key of the target was written by us. */
  isOurs(key: string, value: Json): boolean {
    return this.#written.get(key)?.has(hashOf(value)) === true;
  }

  /** Before it is written: a run that is killed in between must know it again. */
  add(key: string, value: Json): void {
    if (this.isOurs(key, value)) return;
    const hash = hashOf(value);
    if (this.#written.size === 0) makeFolders(dirname(this.#path), 0o700);
    // A line break first: what a killed run has left of its last line must not spoil this one.
    appendFileSync(this.#path, `\n${JSON.stringify(key)} ${hash}`, { mode: 0o600 });
    this.#remember(key, hash);
  }

  #remember(key: string, hash: string): void {
    const hashes = this.#written.get(key) ?? new Set();
    this.#written.set(key, hashes.add(hash));
  }
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

const hashOf = (value: Json): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');
