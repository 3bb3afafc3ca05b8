import { formatJson, isObject, type Json, type JsonObject, mergeObjects } from '../base/json.ts';
import type { PlannedFile } from '../base/plan.ts';
import { formatToml } from '../base/toml.ts';

/**
 * The files of a project while options add to it. Each path has one owner; others can only merge into its object, since
 * a file that two options write has no owner.
 */
export class FileSet {
  readonly #texts = new Map<string, { readonly text: string; readonly owner: string }>();
  readonly #objects = new Map<string, JsonObject>();

  readonly #packageName: string;

  /** @param packageName stands for `__package__` in paths */
  constructor(packageName: string) {
    this.#packageName = packageName;
  }

  /** Adds a file, unless its text is blank: a template that has nothing to say renders to nothing. */
  addText(path: string, text: string, owner: string): void {
    if (text.trim() === '') return;
    const place = this.#placeOf(path);
    const present = this.#texts.get(place)?.owner ?? (this.#objects.has(place) ? 'this package' : undefined);
    if (present !== undefined) throw new Error(`Both ${present} and ${owner} make the file ${place}.`);
    this.#texts.set(place, { text, owner });
  }

  /** Adds a file that is an object: TOML by its name, else JSON. */
  addObject(path: string, value: JsonObject): void {
    this.#objects.set(this.#placeOf(path), value);
  }

  /** Merges a JSON object into the file of this path, which is made if it is not there. */
  mergeObject(path: string, text: string, where: string): void {
    const place = this.#placeOf(path);
    const file = this.#texts.get(place);
    this.#texts.delete(place);
    const under = this.#objects.get(place) ?? (file === undefined ? {} : parseObject(file.text, file.owner));
    this.#objects.set(place, mergeObjects(under, parseObject(text, where)));
  }

  /** All files, sorted by path, each text with exactly one newline at its end. */
  list(): PlannedFile[] {
    const texts = [...this.#texts].map(([path, { text }]) => ({ path, text: endWithNewline(text) }));
    const objects = [...this.#objects].map(([path, value]) => ({ path, text: formatOf(path)(value) }));
    return [...texts, ...objects].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #placeOf(path: string): string {
    return path.replaceAll('__package__', this.#packageName);
  }
}

const formatOf = (path: string) => (path.endsWith('.toml') ? formatToml : formatJson);

const endWithNewline = (text: string): string => text.replace(/\n*$/, '\n');

function parseObject(text: string, where: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where} is not JSON: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  if (isObject(value)) return value;
  throw new Error(`${where} is not a JSON object.`);
}
