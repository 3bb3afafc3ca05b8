import { memberOf, nested } from '../../base/json.ts';
import { type Format, type Spot, TextError } from './format.ts';
import { freshText, insertMember, jsonOf, removeMember, replaceValue } from './json-edit.ts';
import { readPlainJson } from './json-plain.ts';
import { type JsonNode, type Member, type Scan, scanJson } from './json-scan.ts';

/** JSON with comments and trailing commas, as VS Code, Zed and others read it. */
export const jsonc: Format = formatOf(() => {}, readPlainJson);

/** JSON with comments, and nothing else that `JSON.parse` does not know. */
export const jsonWithComments: Format = formatOf(refuseTrailingComma, readPlainJson);

/** JSON as `JSON.parse` reads it: a file that the application itself could not read is refused, with the place. */
export const json: Format = formatOf((scan) => {
  if (scan.firstComment >= 0) throw new TextError(scan.firstComment, 'this application reads JSON without comments');
  refuseTrailingComma(scan);
}, readStrictJson);

function refuseTrailingComma({ firstTrailingComma }: Scan): void {
  if (firstTrailingComma >= 0) {
    throw new TextError(firstTrailingComma, 'this application reads JSON without trailing commas');
  }
}

function formatOf(check: (scan: Scan) => void, read: Format['read']): Format {
  const find = (text: string, { path, name, by, orNull }: Spot): Found => {
    const scanned = scanJson(text, by === undefined ? [...path, name] : path, by !== undefined, orNull);
    check(scanned);
    const table = scanned.nodes[path.length];
    if (by === undefined) return { scanned, table, member: table?.members.find(({ key }) => key === name) };
    const items = table?.members.filter((item) => memberOf(parsed(text, item), by) === name) ?? [];
    if (items[1] !== undefined) {
      throw new TextError(items[1].valueStart, `there are two items whose "${by}" is ${JSON.stringify(name)}`);
    }
    return { scanned, table, member: items[0] };
  };

  const parsed = (text: string, { valueStart, valueEnd }: Member): unknown => read(text.slice(valueStart, valueEnd));

  const get: Format['get'] = (text, spot) => {
    const { member } = find(text, spot);
    return member && parsed(text, member);
  };

  const set: Format['set'] = (text, spot, value) => {
    const { scanned, table, member } = find(text, spot);
    if (table !== undefined && member !== undefined) return replaceValue(text, table, member, value);
    const known = scanned.nodes.length;
    const node = scanned.nodes[known - 1];
    if (node === undefined) return freshText(text, scanned, inTable(spot, value, 0));
    const key = spot.path[known - 1] ?? (spot.by === undefined ? spot.name : undefined);
    const none = key === undefined ? undefined : node.members.find((one) => one.key === key);
    if (none !== undefined) return replaceValue(text, node, none, inTable(spot, value, known));
    return insertMember(text, node, key, inTable(spot, value, known));
  };

  const remove: Format['remove'] = (text, spot) => {
    const { table, member } = find(text, spot);
    return table === undefined || member === undefined ? text : removeMember(text, table, member);
  };

  const snippet: Format['snippet'] = (spot, value) => `${jsonOf(inTable(spot, value, 0), '  ')}\n`;

  return { get, set, remove, read, snippet };
}

function readStrictJson(text: string): unknown {
  return text.trim() === '' ? undefined : JSON.parse(text);
}

interface Found {
  readonly scanned: Scan;
  readonly table: JsonNode | undefined;
  readonly member: Member | undefined;
}

/** The entry with the tables around it, from the one at `depth` inwards. */
function inTable({ path, name, by }: Spot, value: unknown, depth: number): unknown {
  const inner = by === undefined ? [...path, name] : path;
  if (depth > inner.length) return value;
  return nested(inner.slice(depth), by === undefined ? value : [value]);
}
