import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../base/fs-errors.ts';
import type { PlannedFile } from '../base/plan.ts';

/** A replaced file that could not be put back, and where it is. */
export interface Lost {
  readonly path: string;
  readonly at: string;
}

interface Replaced {
  readonly path: string;
  /** The old file under another name, until the changes are final. */
  readonly backup: string;
}

/**
 * Writes into a folder that was there before, and can take everything back: it deletes only what it made, and puts
 * replaced files back as they were.
 */
export class Journal {
  /** Takes back what was made, first made first. */
  readonly #made: (() => void)[] = [];
  readonly #replaced: Replaced[] = [];

  readonly #suffix: string;

  /** @param suffix makes the names of temporary files unlike any other */
  constructor(suffix: string) {
    this.#suffix = suffix;
  }

  makeFolder(path: string): void {
    mkdirSync(path);
    // A folder into which somebody else has put something by then stays.
    this.#made.push(() => rmdirSync(path));
  }

  /** Never replaces a file, even one that was made after we looked. */
  create(path: string, file: PlannedFile): void {
    writeNew(path, file);
    this.#made.push(() => rmSync(path));
  }

  /** Replaces a file at once: whoever reads sees the old one or the new one, whole. */
  replace(path: string, file: PlannedFile): void {
    const fresh = this.#beside(path, 'new');
    const backup = this.#beside(path, 'old');
    try {
      writeNew(fresh, file);
      keep(path, backup);
      renameSync(fresh, path);
    } catch (error) {
      rmSync(fresh, { force: true });
      rmSync(backup, { force: true });
      throw error;
    }
    this.#replaced.push({ path, backup });
  }

  /** Takes everything back and says what could not be put back. */
  rollBack(): readonly Lost[] {
    // What was made goes first: on a full disk that makes the room that putting back may need.
    for (const step of this.#made.reverse()) attempt(step);
    return this.#replaced
      .filter(({ path, backup }) => !attempt(() => renameSync(backup, path)))
      .map(({ path, backup }) => ({ path, at: backup }));
  }

  /**
   * Leaves no temporary file on disk.
   *
   * @returns takes everything back all the same, from memory
   */
  commit(): () => void {
    const originals = this.#replaced.map(({ path, backup }) => {
      const original = { path, bytes: readFileSync(backup), mode: statSync(backup).mode & 0o777 };
      rmSync(backup);
      return original;
    });
    return () => {
      for (const step of this.#made.reverse()) attempt(step);
      for (const { path, bytes, mode } of originals) {
        const fresh = this.#beside(path, 'new');
        if (attempt(() => writeFileSync(fresh, bytes, { flag: 'wx', mode }))) attempt(() => renameSync(fresh, path));
      }
    };
  }

  #beside(path: string, role: 'new' | 'old'): string {
    return join(dirname(path), `.${basename(path).slice(0, 40)}.${role}.${this.#suffix}`);
  }
}

/** Writes a file that is not there yet; one that could not be written whole is removed. */
export function writeNew(path: string, file: PlannedFile): void {
  try {
    writeFileSync(path, file.text, { flag: 'wx', mode: file.mode ?? 0o644 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') rmSync(path, { force: true });
    throw error;
  }
}

/** A second name for the file costs nothing and keeps owner, times and attributes; not every file system has it. */
function keep(path: string, backup: string): void {
  try {
    linkSync(path, backup);
  } catch {
    copyFileSync(path, backup);
  }
}

/** Whether it worked: one step back that fails must not stop the others. */
function attempt(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
