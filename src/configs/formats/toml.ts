import { valueAt } from '../../base/json.ts';
import { inlineTable, tableLines } from '../../base/toml.ts';
import { type Format, type Spot, TextError } from './format.ts';
import { insertTable, removePair, removeTable, replacePair, replaceTable } from './toml-edit.ts';
import { type Entry, findEntry } from './toml-entry.ts';
import { findItem, removeItem, setItem } from './toml-item.ts';
import { parseToml, plainValue, readPlainToml } from './toml-plain.ts';
import { refuseNonTables, shown } from './toml-tables.ts';

/** TOML 1.1, with an entry as a table of its own: `[mcp_servers.NAME]`, or an item of a list: `[[mcp_servers]]`. */
export const toml: Format = { get, set, remove, read: readPlainToml, snippet };

interface Found {
  readonly path: readonly string[];
  readonly entry: Entry;
  readonly value: unknown;
}

function get(text: string, spot: Spot): unknown {
  return spot.by === undefined ? find(text, spot).value : findItem(text, spot, spot.by).value;
}

function set(text: string, spot: Spot, value: unknown): string {
  if (spot.by !== undefined) return setItem(text, spot, spot.by, value);
  const found = find(text, spot);
  const { path, entry } = found;
  refuseScattered(found);
  if (entry.pair !== undefined) return replacePair(text, entry.pair, inlineTable(value));
  const edit = entry.regions.length > 0 ? replaceTable : insertTable;
  return edit(text, entry, tableLines(path, value));
}

function remove(text: string, spot: Spot): string {
  if (spot.by !== undefined) return removeItem(text, spot, spot.by);
  const found = find(text, spot);
  if (found.value === undefined) return text;
  refuseScattered(found);
  const { entry } = found;
  return entry.pair === undefined ? removeTable(text, entry) : removePair(text, entry.pair);
}

function snippet(spot: Spot, value: unknown): string {
  if (spot.by !== undefined) return setItem('', spot, spot.by, value);
  return `${tableLines(pathOf(spot), value).join('\n')}\n`;
}

/** Reads the text twice: the scanner says where the entry lies, the parser what it holds and whether all is well. */
function find(text: string, spot: Spot): Found {
  const path = pathOf(spot);
  const entry = findEntry(text, path);
  const document = parseToml(text);
  refuseNonTables(document, path.slice(0, -1), entry);
  return { path, entry, value: plainValue(valueAt(document, path)) };
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

const pathOf = ({ path, name }: Spot): string[] => [...path, name];
