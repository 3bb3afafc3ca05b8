import { posix } from 'node:path';
import { type CliError, usageError } from '../base/errors.ts';
import { isObject, memberOf } from '../base/json.ts';
import { listOf, show } from '../base/text.ts';
import { parseText } from './text.ts';

/** A part of a description. */
export type Node = Readonly<Record<string, unknown>>;

/** Reads one more file of a description; it knows which ones may be read. */
export type ReadFile = (name: string) => Promise<string>;

/** More than any description has that somebody wrote. */
const MOST_FILES = 500;
/** A reference to a reference to a reference … */
const MOST_HOPS = 50;

/**
 * A description with all its files. References are followed when they are met, so that those which lead in a circle do no
 * harm.
 */
export class Description {
  readonly root: Node;
  /** Other files, by name. */
  readonly files: ReadonlyMap<string, unknown>;
  /** What was made of its parts, by reference. */
  readonly made = new Map<string, unknown>();

  /** @param files other files by their name, with references that name files in full */
  constructor(root: Node, files: ReadonlyMap<string, unknown> = new Map()) {
    this.root = root;
    this.files = files;
  }

  /** The part that a reference names: `#/components/schemas/Pet`, `pets.yaml#/Pet`; undefined where there is none. */
  at(reference: string): unknown {
    const hash = reference.indexOf('#');
    const file = hash < 0 ? reference : reference.slice(0, hash);
    const pointer = hash < 0 ? '' : reference.slice(hash + 1);
    const start = file === '' ? this.root : this.files.get(file);
    if (pointer !== '' && !pointer.startsWith('/')) return undefined;
    return pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((value, part) => {
        const key = unescapePointer(part);
        return Array.isArray(value) ? value[Number(key)] : memberOf(value, key);
      }, start);
  }

  /** A part behind its references, with what stands beside them; undefined where one leads nowhere. */
  resolve(value: unknown): Node | undefined {
    let beside: Node = {};
    let node = value;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      if (!isObject(node)) return undefined;
      if (typeof node.$ref !== 'string') return Object.keys(beside).length === 0 ? node : { ...node, ...beside };
      const { $ref, ...more } = node;
      beside = { ...more, ...beside };
      node = this.at($ref);
    }
    return undefined;
  }
}

/** JSON pointers in a URI: https://www.rfc-editor.org/rfc/rfc6901#section-6 */
function unescapePointer(part: string): string {
  return decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
}

/**
 * Reads a description and all files that it refers to.
 *
 * @param name of the first file, as `read` takes it; other names are resolved against it
 * @throws CliError (usage) `openapi-broken`, `openapi-not`; what `read` throws
 */
export async function loadDescription(name: string, read: ReadFile): Promise<Description> {
  const root = parseText(await read(name), name);
  if (!isDescription(root)) throw noDescription(name, root);
  const files = new Map<string, unknown>();
  const open = expand(root, name, name);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (files.has(next)) continue;
    if (files.size >= MOST_FILES) throw usageError('openapi-files', `${show(name)} has more than ${MOST_FILES} files.`);
    const value = parseText(await read(next), next);
    files.set(next, value);
    open.push(...expand(value, next, name));
  }
  return new Description(root, files);
}

/**
 * Makes all references of a file name other files in full, and those of the first file by `#` alone.
 *
 * @returns the files that it refers to
 */
function expand(value: unknown, file: string, first: string): string[] {
  const found = new Set<string>();
  const seen = new Set<unknown>();
  const open: unknown[] = [value];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    // A property may be called $ref; then it is no text.
    if (isObject(node) && typeof node.$ref === 'string') {
      const [path = '', pointer = ''] = splitAt(node.$ref);
      const target = path === '' ? file : besides(file, path);
      const isFirst = target === first;
      if (!isFirst) found.add(target);
      (node as Record<string, unknown>).$ref = `${isFirst ? '' : target}#${pointer}`;
    }
    open.push(...Object.values(node));
  }
  return [...found];
}

function splitAt(reference: string): [string, string] {
  const at = reference.indexOf('#');
  return at < 0 ? [reference, ''] : [reference.slice(0, at), reference.slice(at + 1)];
}

/** A name as one file uses it, as seen from the first: an address, or a path with `/`. */
function besides(file: string, path: string): string {
  if (URL.canParse(path)) return path;
  if (/^https?:/.test(file)) return new URL(path, file).href;
  return posix.join(posix.dirname(file), decode(path));
}

/** A bare percent sign stands for itself. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const isDescription = (value: unknown): value is Node =>
  isObject(value) && (versionOf(value) !== undefined || isObject(value.paths));

/** `3.1.0`, or `2.0` of Swagger. */
export function versionOf({ openapi, swagger }: Node): string | undefined {
  const version = openapi ?? swagger;
  return typeof version === 'string' || typeof version === 'number' ? String(version) : undefined;
}

function noDescription(name: string, value: unknown): CliError {
  const what = isObject(value)
    ? `it has neither "openapi" nor "swagger", but ${listOf(Object.keys(value).slice(0, 5).map(show), 'and') || 'nothing'}`
    : 'it holds no object';
  return usageError('openapi-not', `${show(name)} is no OpenAPI description: ${what}.`, {
    hint: 'Give the file or address of an OpenAPI description 3.0, 3.1 or 3.2, or of Swagger 2.0, as JSON or YAML.',
  });
}
