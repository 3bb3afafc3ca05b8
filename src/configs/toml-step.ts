import { isObject, nested } from '../base/json.ts';
import { lineEndOf } from '../base/text.ts';
import { formatToml, inlineTable } from '../base/toml.ts';
import { splice, TextError } from './formats/format.ts';
import { Written } from './formats/json-edit.ts';
import { toml } from './formats/toml.ts';
import { insertTable, replacePair } from './formats/toml-edit.ts';
import { findEntry } from './formats/toml-entry.ts';
import { tomlList } from './formats/toml-list.ts';
import { type Statement, scanToml } from './formats/toml-scan.ts';
import { nodeStep } from './json-step.ts';
import type { Step } from './step.ts';

/** Makes one change of a text of TOML. New lines look like those of `formatToml`. */
export function tomlStep(text: string, step: Step): string {
  const { kind, path, at, value, after } = step;
  if (typeof at === 'number') {
    const { valueStart } = pairAt(text, path);
    if (text[valueStart] !== '[') throw new TextError(valueStart, 'this is no list');
    return nodeStep(text, tomlList(text, valueStart), step, new Written(valueText(text, value)));
  }
  if (kind === 'drop') return toml.remove(text, { path, name: at });
  if (kind === 'put') return replacePair(text, pairAt(text, [...path, at]), valueText(text, value));
  return isObject(value) ? withTable(text, path, at, value) : withPair(text, path, at, value, after);
}

/** A pair or a header, and the table in which it stands; none for what stands in an item of a list. */
interface Placed extends Statement {
  readonly table: readonly string[] | undefined;
}

function statementsOf(text: string): Placed[] {
  let table: readonly string[] | undefined = [];
  const lists: (readonly string[])[] = [];
  const isIn = (list: readonly string[], keys: readonly string[]): boolean => isSame(list, keys.slice(0, list.length));
  return [...scanToml(text)].flatMap((statement) => {
    const { kind, keys } = statement;
    if (kind === 'comment') return [];
    if (kind === 'list') lists.push(keys);
    if (kind !== 'pair') table = lists.some((list) => isIn(list, keys)) ? undefined : keys;
    return [{ ...statement, table }];
  });
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((key, index) => key === b[index]);

function pairAt(text: string, path: readonly string[]): Statement {
  const found = statementsOf(text).find(
    ({ kind, keys, table }) => kind === 'pair' && table !== undefined && isSame([...table, ...keys], path),
  );
  if (found === undefined) throw new TextError(0, `there is no setting ${path.join('.')}`);
  return found;
}

/** A pair among those of its table: after a given one, else after the last one; or with the table. */
function withPair(text: string, path: readonly string[], key: string, value: unknown, after?: string): string {
  const own = statementsOf(text).filter(({ table }) => table !== undefined && isSame(table, path));
  const previous =
    own.find(({ kind, keys }) => kind === 'pair' && keys.length === 1 && keys[0] === after) ?? own.at(-1);
  const eol = lineEndOf(text);
  const lines = formatToml({ [key]: value as string })
    .trimEnd()
    .split('\n');
  if (previous === undefined) {
    if (path.length > 0) return withTable(text, path.slice(0, -1), path.at(-1) ?? '', { [key]: value });
    return lines.map((line) => line + eol).join('') + text;
  }
  const indent = text.slice(previous.lineStart, previous.start);
  const inserted = lines.map((line) => indent + line).join(eol);
  const { end } = previous;
  const isClosed = text[end - 1] === '\n';
  return splice(text, [{ start: end, end, text: isClosed ? inserted + eol : eol + inserted }]);
}

function withTable(text: string, path: readonly string[], key: string, value: unknown): string {
  const full = [...path, key];
  const written = formatToml(nested(full, value) as Parameters<typeof formatToml>[0]);
  return insertTable(text, findEntry(text, full), written.trimEnd().split('\n'));
}

/** As in a file that `formatToml` prints: a list of more than one has a line for each item. */
const valueText = (text: string, value: unknown): string =>
  isObject(value)
    ? inlineTable(value)
    : formatToml({ k: value as string })
        .slice('k = '.length)
        .trimEnd()
        .replaceAll('\n', lineEndOf(text));
