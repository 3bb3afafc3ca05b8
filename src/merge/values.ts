import { isObject, memberOf } from '../base/json.ts';
import { deepEqual, type Step } from '../configs/steps.ts';

/** What comes of three values. */
interface MergedValues {
  /** The changes to be made of the owner's value, one after the other. */
  readonly steps: readonly Step[];
  /** The places that both have changed, each differently: they stay the owner's. */
  readonly kept: readonly string[];
}

/**
 * Merges three values by key, and lists by what their items are about: what only one side has changed is as that side has
 * it. Undefined where not all are tables, or all lists.
 */
export function mergeValues(was: unknown, mine: unknown, fresh: unknown): MergedValues | undefined {
  const merger = new Merger();
  const { steps, kept } = merger;
  if (isObject(mine) && isObject(fresh)) merger.table([], was, mine, fresh);
  else if (Array.isArray(mine) && Array.isArray(fresh)) merger.list([], was, mine, fresh);
  else return undefined;
  return { steps, kept };
}

type Path = readonly string[];
type Table = Readonly<Record<string, unknown>>;

class Merger {
  readonly steps: Step[] = [];
  readonly kept: string[] = [];

  table(path: Path, was: unknown, mine: Table, fresh: Table): Table {
    const made = new Map(Object.entries(mine));
    let after: string | undefined;
    for (const at of new Set([...Object.keys(fresh), ...Object.keys(mine)])) {
      const [before, ours, theirs] = [memberOf(was, at), memberOf(mine, at), memberOf(fresh, at)];
      const value = this.#member({ path, at, after }, before, ours, theirs);
      if (value === undefined) made.delete(at);
      else made.set(at, value);
      if (made.has(at) && theirs !== undefined) after = at;
    }
    return Object.fromEntries(made);
  }

  #member(place: Omit<Step, 'kind'>, was: unknown, mine: unknown, fresh: unknown): unknown {
    const path = [...place.path, String(place.at)];
    // Of a table that is not made any more, what the owner has put into it stays.
    const theirs = fresh === undefined && isObject(was) && !deepEqual(mine, was) ? {} : fresh;
    if (isObject(mine) && isObject(theirs)) return this.table(path, was, mine, theirs);
    if (Array.isArray(mine) && Array.isArray(theirs)) return this.list(path, was, mine, theirs);
    return this.#leaf(place, path.join('.'), was, mine, fresh);
  }

  #leaf(place: Omit<Step, 'kind'>, name: string, was: unknown, mine: unknown, fresh: unknown): unknown {
    if (deepEqual(mine, fresh) || deepEqual(fresh, was)) return mine;
    if (!deepEqual(mine, was)) {
      this.kept.push(name);
      return mine;
    }
    const kind = mine === undefined ? 'add' : fresh === undefined ? 'drop' : 'put';
    this.steps.push({ ...place, kind, value: fresh });
    return fresh;
  }

  list(path: Path, was: unknown, mine: readonly unknown[], fresh: readonly unknown[]): readonly unknown[] {
    const [before, theirs] = [bySubject(Array.isArray(was) ? was : []), bySubject(fresh)];
    const made: (readonly [string, unknown])[] = [...bySubject(mine)];
    const known = this.steps.length;
    const settle = (subject: string, at: number): number => {
      const name = [...path, subject].join('.');
      const [one, other] = [before.get(subject), theirs.get(subject)];
      const found = made.findIndex(([mine]) => mine === subject);
      const value = this.#leaf({ path, at: found < 0 ? at : found }, name, one, made[found]?.[1], other);
      const place = found < 0 ? at : found;
      made.splice(place, found < 0 ? 0 : 1, ...(value === undefined ? [] : [[subject, value] as const]));
      return value === undefined ? at : place + 1;
    };
    [...theirs.keys()].reduce((at, subject) => settle(subject, at), 0);
    for (const [subject] of [...made]) if (!theirs.has(subject)) settle(subject, 0);
    const items = made.map(([, item]) => item);
    if (path.length === 0 || !deepEqual(mine, was) || deepEqual(items, fresh)) return items;
    // The owner's is the old one, and the new one has another order.
    this.steps.splice(known);
    this.steps.push({ kind: 'put', path: path.slice(0, -1), at: path.at(-1) ?? '', value: fresh });
    return fresh;
  }
}

/** The items of a list by what they are about; the second about the same has a number. */
function bySubject(list: readonly unknown[]): Map<string, unknown> {
  const items = new Map<string, unknown>();
  for (const item of list) {
    const subject = subjectOf(item);
    let name = subject;
    for (let number = 2; items.has(name); number++) name = `${subject} (${number})`;
    items.set(name, item);
  }
  return items;
}

/** The package of a requirement, the name of a table, else the item as it is. */
function subjectOf(item: unknown): string {
  if (isObject(item)) {
    const name = ['name', 'label', 'id'].map((key) => memberOf(item, key)).find((value) => typeof value === 'string');
    return name === undefined ? JSON.stringify(item) : String(name);
  }
  if (typeof item !== 'string') return JSON.stringify(item);
  const [, name, extras, version] = /^([A-Za-z\d][\w.-]*)(\[[^\]]*\])?\s*([<>=!~;@].*)?$/.exec(item) ?? [];
  const isRequirement = name !== undefined && (extras ?? version) !== undefined;
  return isRequirement ? name.toLowerCase().replace(/[._-]+/g, '-') : item;
}
