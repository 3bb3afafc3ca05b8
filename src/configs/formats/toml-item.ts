import { memberOf, valueAt } from '../../base/json.ts';
import { inlineTable, tableLines } from '../../base/toml.ts';
import { type Spot, TextError } from './format.ts';
import { insertMember, removeMember, replaceValue, Written } from './json-edit.ts';
import type { JsonNode } from './json-scan.ts';
import { insertTable, removeTable, replaceTable } from './toml-edit.ts';
import { type Entry, findEntry } from './toml-entry.ts';
import { tomlList } from './toml-list.ts';
import { parseToml, plainValue } from './toml-plain.ts';
import { kindOf, refuseNonTables, shown } from './toml-tables.ts';

/** Entries that are items of a list: of tables, `[[mcp_servers]]`, or in brackets, `mcp_servers = [{ … }]`. */

interface Item {
  readonly path: readonly string[];
  readonly entry: Entry;
  /** The list, where it stands in brackets. */
  readonly list: JsonNode | undefined;
  /** In the list; -1: none has the name. */
  readonly index: number;
  readonly value: unknown;
}

export function setItem(text: string, spot: Spot, by: string, value: unknown): string {
  const { path, entry, list, index } = findItem(text, spot, by);
  if (list !== undefined) {
    const member = list.members[index];
    const written = new Written(inlineTable(value));
    return member ? replaceValue(text, list, member, written) : insertMember(text, list, undefined, written);
  }
  refuseParent(path, entry);
  const [header, ...lines] = tableLines(path, value);
  const edit = index < 0 ? insertTable : replaceTable;
  return edit(text, entry, [`[${header}]`, ...lines]);
}

export function removeItem(text: string, spot: Spot, by: string): string {
  const { path, entry, list, index } = findItem(text, spot, by);
  if (index < 0) return text;
  const member = list?.members[index];
  if (list !== undefined && member !== undefined) return removeMember(text, list, member);
  refuseParent(path, entry);
  return removeTable(text, entry);
}

/** Reads the text with the scanner before the parser, which knows the names, as the scanner has limits to its depth. */
export function findItem(text: string, { path, name }: Spot, by: string): Item {
  const around = findEntry(text, path, -1);
  const document = parseToml(text);
  refuseNonTables(document, path.slice(0, -1), around);
  const value = valueAt(document, path);
  const { pair, dotted, parent } = around;
  if (value !== undefined && !Array.isArray(value)) {
    const offset = [around.list, dotted, parent, pair?.start ?? -1].find((place) => place >= 0) ?? 0;
    throw new TextError(offset, `${shown(path)} must be a list, not ${kindOf(value)}`);
  }
  const list = pair && tomlList(text, pair.valueStart);
  const items: readonly unknown[] = value ?? [];
  const [index = -1, second] = items.flatMap((item, place) => (memberOf(item, by) === name ? [place] : []));
  const entryOf = (place: number): Entry => (list ? around : findEntry(text, path, place));
  if (second !== undefined) {
    const offset = list?.members[second]?.valueStart ?? entryOf(second).regions[0]?.start ?? 0;
    throw new TextError(offset, `there are two items whose "${by}" is ${JSON.stringify(name)}`);
  }
  return { path, entry: index < 0 ? around : entryOf(index), list, index, value: plainValue(items[index]) };
}

/** An inline table around the list cannot be written to. */
function refuseParent(path: readonly string[], { parent }: Entry): void {
  if (parent < 0) return;
  throw new TextError(
    parent,
    `${shown(path.slice(0, -1))} is an inline table, which cannot be changed without rewriting it`,
  );
}
