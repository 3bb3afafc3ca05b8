import { diffArrays } from 'diff';
import { diffIndices } from 'node-diff3';
import { parse } from 'smol-toml';
import { readPlainJson } from '../../src/configs/formats/json-plain.ts';
import { type Edited, isData, type LineEdit, type Tree, withEdits } from './owner-edits.ts';

/**
 * Judges what an update has made of a project by what is known of its edits. Where two ways to compare the generated texts
 * do not agree on what became of a line, nothing is asked but that no line of the owner's is lost.
 */
export interface Verdict {
  /** Lines, files and values of the owner's that are nowhere any more, and deleted ones that are back. */
  readonly lost: string[];
  /** Edited files that are taken away, as the new version has none there. */
  readonly gone: string[];
  /** Conflicts where edits and changes do not touch. */
  readonly falseConflicts: string[];
  /** Places that both have changed, and nobody is told. */
  readonly missed: string[];
  /** Changes of the new version that are not there, though nothing is in their way. */
  readonly unmade: string[];
  /** Lines of the owner's that mean the same and look different. */
  readonly reprinted: string[];
  /** How much was asked. */
  readonly asked: { lines: number; apart: number; touching: number };
}

export interface Outcome {
  readonly base: Tree;
  readonly theirs: Tree;
  readonly edited: Edited;
  readonly result: Tree;
  /** Where the owner is told of a conflict, or that a setting stays. */
  readonly isTold: (path: string, setting?: string) => boolean;
}

/** The line in the new version that a line has become, for those that both comparisons leave alone with their neighbours. */
function stableLines(base: string, theirs: string): ReadonlyMap<number, number> {
  const [from, to] = [base.split('\n'), theirs.split('\n')];
  const [first, second] = [new Map<number, number>(), new Map<number, number>()];
  let [a, b] = [0, 0];
  for (const { added, removed, count } of diffArrays(from, to)) {
    if (added) b += count;
    else if (removed) a += count;
    else for (let left = count; left > 0; left--) first.set(a++, b++);
  }
  const hunks = diffIndices(from, to);
  [a, b] = [0, 0];
  for (const { buffer1, buffer2 } of [...hunks, { buffer1: [from.length, 0], buffer2: [to.length, 0] } as const]) {
    while (a < buffer1[0]) second.set(a++, b++);
    [a, b] = [buffer1[0] + buffer1[1], buffer2[0] + buffer2[1]];
  }
  const both = new Map([...first].filter(([line, other]) => second.get(line) === other));
  // The ends of a text hold like a neighbour.
  const holds = (line: number, other: number): boolean =>
    (line < 0 && other < 0) || (line >= from.length && other >= to.length) || both.get(line) === other;
  return new Map([...both].filter(([line, other]) => holds(line - 1, other - 1) && holds(line + 1, other + 1)));
}

/** Looks at every file of the project. */
export function judge(outcome: Outcome): Verdict {
  const { base, theirs, edited, result } = outcome;
  const verdict: Verdict = {
    lost: [],
    gone: [],
    falseConflicts: [],
    missed: [],
    unmade: [],
    reprinted: [],
    asked: { lines: 0, apart: 0, touching: 0 },
  };
  for (const path of new Set([...Object.keys(base), ...Object.keys(theirs), ...Object.keys(edited.tree)])) {
    const [was, ours, fresh, now] = [base[path], edited.tree[path], theirs[path], result[path]];
    const edits = edited.lineEdits.filter((edit) => edit.path === path);
    if (ours === was) {
      if (now !== fresh) verdict.unmade.push(path);
    } else if (ours === undefined) {
      if (now !== undefined) verdict.lost.push(`${path}: the deleted file is back`);
    } else if (was === undefined) judgeOwn(outcome, verdict, path);
    else if (isData(path)) judgeData(outcome, verdict, path);
    else judgeText(outcome, verdict, path, edits);
  }
  return verdict;
}

/** A file of the owner's own, perhaps where the new version makes one for the first time. */
function judgeOwn({ edited, theirs, result, isTold }: Outcome, verdict: Verdict, path: string): void {
  const ours = edited.tree[path]?.trim() ?? '';
  verdict.asked.lines++;
  if (!result[path]?.includes(ours)) verdict.lost.push(`${path}: a file of the owner's`);
  const isTaken = theirs[path] !== undefined;
  if (isTaken) verdict.asked.touching++;
  if (isTaken && !isTold(path)) verdict.missed.push(path);
  if (!isTaken && isTold(path)) verdict.falseConflicts.push(path);
}

function judgeText(outcome: Outcome, verdict: Verdict, path: string, edits: readonly LineEdit[]): void {
  const { base, theirs, edited, result, isTold } = outcome;
  const [was = '', ours = '', fresh, now = ''] = [base[path], edited.tree[path], theirs[path], result[path]];
  // Where git could not apply a change, some tools leave it beside the file.
  const lines = `${now}\n${result[`${path}.rej`] ?? ''}`;
  const own = edits.filter(({ kind }) => kind !== 'delete').map(({ text }) => text);
  const lost = own.filter((text) => !lines.includes(text));
  verdict.asked.lines += own.length;
  if (fresh === undefined) {
    if ((lost.length > 0 || now !== ours) && !isTold(path)) verdict.gone.push(path);
    return;
  }
  verdict.lost.push(...lost.map((text) => `${path}: ${text}`));
  const stable = stableLines(was, fresh);
  const old = was.split('\n');
  const touching = edits.filter(({ kind, line }) => kind === 'change' && !fresh.includes(old[line]?.trim() ?? ''));
  verdict.asked.touching += touching.length;
  if (touching.length > 0 && !isTold(path)) verdict.missed.push(`${path}: ${touching[0]?.text}`);
  if (!edits.every(({ line }) => stable.has(line))) return;
  verdict.asked.apart += edits.length;
  if (isTold(path)) verdict.falseConflicts.push(path);
  const wanted = withEdits(
    fresh,
    edits.map((edit) => ({ ...edit, line: stable.get(edit.line) ?? -1 })),
  );
  if (!isTold(path) && now !== wanted) verdict.unmade.push(`${path}: not what both together are`);
}

function judgeData(outcome: Outcome, verdict: Verdict, path: string): void {
  const { base, theirs, edited, result, isTold } = outcome;
  const [was, ours, fresh] = [base, edited.tree, theirs].map((tree) => settingsOf(path, tree[path]));
  const now = settingsOf(path, result[path]);
  const text = result[path] ?? '';
  const own = edited.tree[path]?.split('\n') ?? [];
  for (const line of own.filter((one) => /^(\/\/|#) own_/.test(one))) {
    verdict.asked.lines++;
    if (!text.includes(line)) verdict.lost.push(`${path}: ${line}`);
  }
  if (now === undefined) {
    // Not to be read: markers. That is right only where both have changed one setting.
    const isTouching = [...(ours?.keys() ?? [])].some(
      (key) => was?.get(key) !== ours?.get(key) && was?.get(key) !== fresh?.get(key),
    );
    if (!isTold(path)) verdict.lost.push(`${path}: cannot be read any more`);
    else if (!isTouching) verdict.falseConflicts.push(path);
    return;
  }
  for (const key of new Set([was, ours, fresh].flatMap((settings) => [...(settings?.keys() ?? [])]))) {
    const [one, two, three, four] = [was, ours, fresh, now].map((settings) => settings?.get(key));
    const isOwn = two !== one;
    const isChanged = theirs[path] !== undefined && three !== one;
    if (isOwn) {
      verdict.asked.lines++;
      verdict.asked[isChanged ? 'touching' : 'apart']++;
      if (four !== two && !text.includes('<<<<<<<')) verdict.lost.push(`${path}: ${key} = ${two}, now ${four}`);
      if (isChanged && two !== three && !isTold(path, key)) verdict.missed.push(`${path}: ${key}`);
    } else if (isChanged && four !== three && !isTold(path, key)) verdict.unmade.push(`${path}: ${key} = ${three}`);
  }
  if (isTold(path)) return;
  const lines = new Set(text.split('\n').map((line) => line.replace(/,$/, '')));
  const generated = new Set([...(base[path]?.split('\n') ?? []), ...(theirs[path]?.split('\n') ?? [])].map(bare));
  // What nobody but its owner has touched: blank lines, comments, the indentation of what all have.
  const looks = own.filter(
    (line) => generated.has(bare(line)) && theirs[path]?.split('\n').some((one) => bare(one) === bare(line)),
  );
  const lostLooks = looks.filter((line) => !lines.has(line.replace(/,$/, '')));
  if (lostLooks.length > 0) verdict.reprinted.push(`${path}: ${lostLooks[0]}`);
}

const bare = (line: string): string => line.trim().replace(/,$/, '');

/** Each setting by its path, each item of a list by what it is about; undefined for a text that cannot be read. */
function settingsOf(path: string, text = '{}'): Map<string, string> | undefined {
  try {
    const settings = new Map<string, string>();
    collect(path.endsWith('.toml') ? parse(text) : readPlainJson(text), '', settings);
    return settings;
  } catch {
    return undefined;
  }
}

function collect(value: unknown, path: string, into: Map<string, string>): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      const text = typeof item === 'string' ? item : JSON.stringify(item);
      into.set(`${path}.${/^([\w.-]+)(\[.*\])?[<>=~!]/.exec(text)?.[1] ?? text}`, text);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) collect(item, path === '' ? key : `${path}.${key}`, into);
  } else into.set(path, JSON.stringify(value));
}
