import { isObject, memberOf } from '../base/json.ts';
import { lineEndOf } from '../base/text.ts';
import { deepEqual, type Step, type Steppable } from '../configs/steps.ts';
import { mergeValues } from './values.ts';

export interface MergedData {
  readonly text: string;
  /** Settings that are as the owner has them, though the new version has changed them. */
  readonly kept: readonly string[];
}

const BOM = '\uFEFF';
/** Far above what is generated and edited; a stranger's project must not keep us busy for hours. */
const MOST_CHARACTERS = 200_000;
const MOST_STEPS = 300;

/**
 * Merges three texts of data by key. Only what is to change does so in the owner's text: comments, order and layout stay. A
 * setting that both have changed stays the owner's, since a marker would break every tool that reads the file; and so does
 * one that cannot be changed without writing anew what is around it, or without losing a comment.
 *
 * @returns undefined where one of the texts cannot be read, or is huge
 */
export function mergeData(kind: Steppable, base: string, ours: string, theirs: string): MergedData | undefined {
  const texts = [base, ours, theirs].map((text) => text.replace(BOM, ''));
  if (texts.some(({ length }) => length > MOST_CHARACTERS)) return undefined;
  const read = (text: string): unknown => attempt(() => kind.read(text));
  const [was, mine, fresh] = texts.map(read);
  // Deep nesting overflows the stack.
  const merged = attempt(() => mergeValues(was, mine, fresh));
  if (was === undefined || merged === undefined || merged.steps.length > MOST_STEPS) return undefined;
  const generated = new Set(kind.comments(texts[0] ?? ''));
  const comments = kind.comments(ours).filter((comment) => !generated.has(comment));
  const isWhole = (text: string): boolean => {
    const left = new Set(kind.comments(text));
    return comments.every((comment) => left.has(comment));
  };
  const eol = lineEndOf(ours);
  const kept = new Set(merged.kept);
  let [text, value] = [texts[1] ?? '', mine];
  for (const step of merged.steps) {
    const place = [...step.path, ...(typeof step.at === 'number' ? [] : [step.at])].join('.');
    const wanted = withStep(value, step);
    // Places in a list count on the steps before.
    const isSpoilt = kept.has(place) && typeof step.at === 'number';
    const applied = isSpoilt ? undefined : attempt(() => kind.apply(text, step));
    // A step before may have taken out the only line end, which said what kind the owner writes.
    const next = text.includes('\n') ? applied : applied?.replaceAll('\n', eol);
    if (next !== undefined && isWhole(next) && deepEqual(read(next), wanted)) {
      [text, value] = [next, wanted];
    } else kept.add(place);
  }
  return { text: (ours.startsWith(BOM) ? BOM : '') + text, kept: [...kept] };
}

/** What a step makes of data. */
function withStep(data: unknown, step: Step): unknown {
  const { kind, at, value } = step;
  const [key, ...path] = step.path;
  if (key === undefined && Array.isArray(data) && typeof at === 'number') {
    return [...data.slice(0, at), ...(kind === 'drop' ? [] : [value]), ...data.slice(kind === 'add' ? at : at + 1)];
  }
  const members = new Map(isObject(data) ? Object.entries(data) : []);
  if (key !== undefined) members.set(key, withStep(memberOf(data, key), { ...step, path }));
  else if (kind === 'drop') members.delete(String(at));
  else members.set(String(at), value);
  return Object.fromEntries(members);
}

function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
