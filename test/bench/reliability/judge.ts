import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import type { Home } from './world.ts';

/**
 * The judgement of a config file. Nothing of `src/` is used here: the reader is the JavaScript engine, which takes
 * comments, trailing commas and the last of two equal keys, as the most lenient clients do.
 */
export type Table = Readonly<Record<string, unknown>>;

/** Undefined for what nobody can read. */
export function readLeniently(bytes: Buffer): Table | undefined {
  const text = textOf(bytes).replace(/^\uFEFF/, '');
  const value = attempt(() => JSON.parse(text)) ?? attempt(() => evaluated(text));
  return value !== null && typeof value === 'object' ? (value as Table) : undefined;
}

/** The round trip makes plain objects of what another context made. */
const evaluated = (text: string): unknown =>
  JSON.parse(JSON.stringify(runInNewContext(`(${text}\n)`, {}, { timeout: 5000 })));

const textOf = (bytes: Buffer): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8');

function attempt(task: () => unknown): unknown {
  try {
    return task();
  } catch {
    return undefined;
  }
}

/** The entries of a config; empty when the table is missing, null or no table. */
export function entriesOf(config: Table | undefined, keys: readonly string[]): Table {
  const table = keys.reduce<unknown>((value, key) => (value as Table | undefined)?.[key], config);
  return table !== null && typeof table === 'object' && !Array.isArray(table) ? (table as Table) : {};
}

/** The config without its entries, which are compared one by one. */
function settingsOf(config: Table, [key = '', ...rest]: readonly string[]): Table {
  const { [key]: table, ...others } = config;
  const inner = rest.length > 0 && table !== null && typeof table === 'object' ? settingsOf(table as Table, rest) : {};
  return Object.keys(inner).length > 0 ? { ...others, [key]: inner } : others;
}

/** All old settings are as they were, and all old entries but those of the given names. */
export function keepsData(before: Table, after: Table, keys: readonly string[], except: readonly string[] = []) {
  const [old, now] = [entriesOf(before, keys), entriesOf(after, keys)];
  const names = Object.keys(old).filter((name) => !except.includes(name));
  return (
    isDeepStrictEqual(settingsOf(before, keys), settingsOf(after, keys)) &&
    names.every((name) => isDeepStrictEqual(old[name], now[name]))
  );
}

/** An entry that starts a server: every tool writes a command, in its own way. */
export function hasEntry(config: Table | undefined, keys: readonly string[], name: string): boolean {
  const entry = entriesOf(config, keys)[name] as Table | undefined;
  return typeof entry?.command === 'string' && JSON.stringify(entry).includes(MARK[entry.command] ?? '\0');
}

/** What the arguments of an entry made here hold, by command; another content is not ours to be seen. */
const MARK: Readonly<Record<string, string>> = { node: '/abs/server.js', npx: 'server.smithery.ai' };

/** Every byte of the old file is in the new one, in order: nothing but the entry, and a comma, was put in. */
export function keepsBytes(before: Buffer, after: Buffer): boolean {
  if (isOneInsertion(before, after)) return true;
  const comma = samePrefix(before, after);
  if (after[comma] !== 0x2c) return false;
  return isOneInsertion(before, Buffer.concat([after.subarray(0, comma), after.subarray(comma + 1)]));
}

function isOneInsertion(before: Buffer, after: Buffer): boolean {
  if (after.length < before.length) return false;
  const prefix = samePrefix(before, after);
  const rest = before.length - prefix;
  return before.subarray(prefix).equals(after.subarray(after.length - rest));
}

function samePrefix(a: Buffer, b: Buffer): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

/** How many lines of the old file stand in the new one, in order; a comma may have been added to a line. */
export function linesKept(before: Buffer, after: Buffer): { readonly kept: number; readonly of: number } {
  const [old, now] = [before, after].map((bytes) => textOf(bytes).split('\n')) as [string[], string[]];
  let at = 0;
  let kept = 0;
  for (const line of old) {
    const found = now.findIndex((other, index) => index >= at && (other === line || other === withComma(line)));
    if (found < 0) continue;
    at = found + 1;
    kept++;
  }
  return { kept, of: old.length };
}

const withComma = (line: string): string => line.replace(/\r?$/, (end) => `,${end}`);

export const contentOf = (file: string): Buffer | undefined => (existsSync(file) ? readFileSync(file) : undefined);

/** The copy of the old file that ours keeps on purpose; whatever else lies beside the target is a leftover. */
export const copyOf = (file: string): string => `${file}.mason-backup`;

export function leftoversOf({ file }: Home): readonly string[] {
  const meant = [file, copyOf(file)].map((path) => basename(path));
  return readdirSync(dirname(file)).filter((name) => !meant.includes(name));
}

/** Somewhere in the home folder, besides the file itself, stands the whole of the old file. */
export function hasCopy({ folder, file }: Home, before: Buffer): boolean {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => path !== file);
  return paths.some((path) => readFileSync(path).equals(before));
}
