import { type Format, TextError } from './format.ts';
import { freshText, insertMember, removeMember, replaceValue } from './json-edit.ts';
import { readPlainJson } from './json-plain.ts';
import { type Member, type ObjectNode, type Scan, scanJson } from './json-scan.ts';

/** JSON with comments and trailing commas, as VS Code, Zed and others read it. */
export const jsonc: Format = formatOf(scanJson, readPlainJson);

/** JSON as `JSON.parse` reads it: a file that the application itself could not read is refused, with the place. */
export const json: Format = formatOf((text, path) => {
  const scan = scanJson(text, path);
  if (scan.firstComment >= 0) throw new TextError(scan.firstComment, 'this application reads JSON without comments');
  if (scan.firstTrailingComma >= 0) {
    throw new TextError(scan.firstTrailingComma, 'this application reads JSON without trailing commas');
  }
  return scan;
}, readStrictJson);

function formatOf(scan: (text: string, path: readonly string[]) => Scan, read: Format['read']): Format {
  const find = (text: string, path: readonly string[], name: string): Found => {
    const scanned = scan(text, [...path, name]);
    const table = scanned.objects[path.length];
    return { scanned, table, member: table?.members.find(({ key }) => key === name) };
  };

  const get: Format['get'] = (text, path, name) => {
    const { member } = find(text, path, name);
    return member && read(text.slice(member.valueStart, member.valueEnd));
  };

  const set: Format['set'] = (text, path, name, value) => {
    const { scanned, table, member } = find(text, path, name);
    if (table !== undefined && member !== undefined) return replaceValue(text, table, member, value);
    const known = scanned.objects.length;
    const node = scanned.objects[known - 1];
    if (node === undefined) return freshText(text, scanned, nested([...path, name], value));
    const [key = name, ...rest] = [...path, name].slice(known - 1);
    return insertMember(text, node, key, nested(rest, value));
  };

  const remove: Format['remove'] = (text, path, name, before) => {
    const { table, member } = find(text, path, name);
    if (table === undefined || member === undefined) return text;
    return before !== undefined && gives(before, text, path, name) ? before : removeMember(text, table, member);
  };

  const gives = (before: string, text: string, path: readonly string[], name: string): boolean => {
    try {
      return get(before, path, name) === undefined && set(before, path, name, get(text, path, name)) === text;
    } catch {
      return false;
    }
  };

  const snippet: Format['snippet'] = (path, name, value) =>
    `${JSON.stringify(nested([...path, name], value), null, 2)}\n`;

  return { get, set, remove, read, snippet };
}

function readStrictJson(text: string): unknown {
  return text.trim() === '' ? undefined : JSON.parse(text);
}

interface Found {
  readonly scanned: Scan;
  readonly table: ObjectNode | undefined;
  readonly member: Member | undefined;
}

/** `{a: {b: value}}` for the path `a`, `b`. */
function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value);
}
