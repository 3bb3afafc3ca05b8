import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file that was made from others. One that would not change is left alone, and one that does is replaced at once,
 * since builds, tests and editors may read at the same time.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const bytes = Buffer.from(content);
  if (currentBytes(path)?.equals(bytes)) return;
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}.tmp`;
  writeFileSync(fresh, bytes);
  renameSync(fresh, path);
}

function currentBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
