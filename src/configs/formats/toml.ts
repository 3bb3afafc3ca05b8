import { isObject, memberOf, valueAt } from '../../base/json.ts';
import { inlineTable, tableLines } from '../../base/toml.ts';
import { type Format, type Spot, TextError } from './format.ts';
import { insertMember, removeMember, replaceValue, Written } from './json-edit.ts';
import type { JsonNode } from './json-scan.ts';
import { insertTable, removePair, removeTable, replacePair, replaceTable } from './toml-edit.ts';
import { type Entry, findEntry } from './toml-entry.ts';
import { tomlList } from './toml-list.ts';
import { parseToml, plainValue, readPlainToml } from './toml-plain.ts';

/**
 * TOML 1.1, with an entry as a table of its own, `[mcp_servers.NAME]`; or as an item of a list, `[[mcp_servers]]`, which may
 * also stand in brackets, `mcp_servers = [{ … }]`.
 */
export const toml: Format = { get, set, remove, read: readPlainToml, snippet };

interface Found {
  /** That of the entry, or of the list that it is an item of. */
  readonly path: readonly string[];
  readonly entry: Entry;
  /** The list, where it stands in brackets, and the place in it; -1: none has the name. */
  readonly list?: JsonNode | undefined;
  readonly index?: number;
  readonly value: unknown;
}

function get(text: string, spot: Spot): unknown {
  return find(text, spot).value;
}

function set(text: string, spot: Spot, value: unknown): string {
  const found = find(text, spot);
  const { entry, list, index = -1 } = found;
  if (list !== undefined) {
    const member = list.members[index];
    const written = new Written(inlineTable(value));
    return member ? replaceValue(text, list, member, written) : insertMember(text, list, undefined, written);
  }
  refuseScattered(found);
  if (entry.pair !== undefined) return replacePair(text, entry.pair, inlineTable(value));
  const edit = entry.regions.length > 0 ? replaceTable : insertTable;
  return edit(text, entry, linesOf(spot, value));
}

function remove(text: string, spot: Spot): string {
  const found = find(text, spot);
  const { entry, list, index = -1, value } = found;
  if (value === undefined) return text;
  const member = list?.members[index];
  if (list !== undefined && member !== undefined) return removeMember(text, list, member);
  refuseScattered(found);
  return entry.pair === undefined ? removeTable(text, entry) : removePair(text, entry.pair);
}

function snippet(spot: Spot, value: unknown): string {
  return `${linesOf(spot, value).join('\n')}\n`;
}

function linesOf(spot: Spot, value: unknown): readonly string[] {
  const lines = tableLines(pathOf(spot), value);
  return spot.by === undefined ? lines : lines.with(0, `[${lines[0]}]`);
}

/** Reads the text twice: the scanner says where the entry lies, the parser what it holds and whether all is well. */
function find(text: string, spot: Spot): Found {
  const path = pathOf(spot);
  const { by } = spot;
  const entry = findEntry(text, path, by === undefined ? undefined : -1);
  const document = parseToml(text);
  for (let depth = 1; depth < path.length; depth++) {
    const parent = path.slice(0, depth);
    const value = valueAt(document, parent);
    if (value === undefined || (isObject(value) && !(value instanceof Date))) continue;
    throw new TextError(Math.max(entry.parent, 0), `${shown(parent)} must be a table, not ${kindOf(value)}`);
  }
  const value = valueAt(document, path);
  return by === undefined ? { path, entry, value: plainValue(value) } : findItem(text, spot, by, entry, value ?? []);
}

/** @param around what there is of the list @param items its value */
function findItem(text: string, { path, name }: Spot, by: string, around: Entry, items: unknown): Found {
  const { pair, dotted, list: other, parent } = around;
  if (!Array.isArray(items)) {
    const offset = [other, dotted, parent, pair?.start ?? -1].find((place) => place >= 0) ?? 0;
    throw new TextError(offset, `${shown(path)} must be a list, not ${kindOf(items)}`);
  }
  const list = pair && tomlList(text, pair.valueStart);
  const [index = -1, second] = items.flatMap((item, place) => (memberOf(item, by) === name ? [place] : []));
  const entryAt = (place: number): Entry => (list || place < 0 ? around : findEntry(text, path, place));
  if (second !== undefined) {
    const offset = list?.members[second]?.valueStart ?? entryAt(second).regions[0]?.start ?? 0;
    throw new TextError(offset, `there are two items whose "${by}" is ${JSON.stringify(name)}`);
  }
  return { path, entry: entryAt(index), list, index, value: plainValue(items[index]) };
}

/** Refuses an entry, or a place for one, that is no block of lines. */
function refuseScattered({ path, entry, value }: Found): void {
  const { parent, dotted, list } = entry;
  if (parent >= 0) {
    const deed = value === undefined ? 'get another entry' : 'have an entry changed';
    const reason = `${shown(path.slice(0, -1))} is an inline table, which cannot ${deed} without rewriting it`;
    throw new TextError(parent, reason);
  }
  if (dotted >= 0) throw new TextError(dotted, `${shown(path)} is spread over dotted keys; make it a table of its own`);
  if (list >= 0) throw new TextError(list, `${shown(path)} is a list of tables; it must be one table`);
}

const pathOf = ({ path, name, by }: Spot): readonly string[] => (by === undefined ? [...path, name] : path);

const shown = (path: readonly string[]): string => path.map((key) => JSON.stringify(key)).join(' > ');

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (isObject(value)) return 'a table';
  return typeof value === 'bigint' ? 'a number' : `a ${typeof value}`;
}
