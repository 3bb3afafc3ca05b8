import { StoreError } from './store.js';

const BUSY = 5;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** SQLite's result code, without the details in its upper bits. */
const codeOf = (error: unknown): number => ((error as { errcode?: number } | undefined)?.errcode ?? 0) & 0xff;

/** Whether another process was at work for too long. */
export const isBusy = (error: unknown): boolean => codeOf(error) === BUSY;

export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  // What is neither (busy, full, I/O) may pass.
  const code = [CORRUPT, NOT_A_DATABASE].includes(codeOf(error)) ? 'corrupt' : 'unavailable';
  return new StoreError(code, `SQLite: ${(error as Error).message}`, { cause: error });
}

/** Says which file it was, and which setting leads there. */
export function cannotOpen(path: string, error: unknown): StoreError {
  const { code, message } = toStoreError(error);
  return new StoreError(code, `Cannot use ${path}, which SQLITE_PATH names: ${message}`, { cause: error });
}
