import { hashOf } from '../base/hash.ts';
import { isObject } from '../base/json.ts';
import type { Description } from './description.ts';
import type { Found } from './operations.ts';

/**
 * Hashes of operations: of what stands in the description and of all that it refers to, however far, so that a change of an
 * answer's schema is seen as well. They depend on the description alone, and not on what this version makes of it.
 */
export class Hashes {
  readonly #description: Description;
  readonly #parts = new Map<string, { readonly hash: string; readonly refers: readonly string[] }>();
  readonly #common: string;

  constructor(description: Description) {
    this.#description = description;
    const { security, components } = description.root;
    const schemes = isObject(components) ? components.securitySchemes : undefined;
    this.#common = hashOf(JSON.stringify([security, schemes]) ?? '');
  }

  of({ method, path, node, item }: Found): string {
    const { parameters, servers } = item;
    const own = [method, path, node, parameters, servers];
    const reached = new Set<string>();
    const open = referencesIn(own);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...this.#part(next).refers);
    }
    const parts = [...reached].sort().map((reference) => `${reference} ${this.#part(reference).hash}`);
    return hashOf([this.#common, JSON.stringify(own), ...parts].join('\n'));
  }

  #part(reference: string) {
    const known = this.#parts.get(reference);
    if (known !== undefined) return known;
    const value = this.#description.at(reference);
    const part = { hash: hashOf(JSON.stringify(value) ?? ''), refers: referencesIn(value) };
    this.#parts.set(reference, part);
    return part;
  }
}

function referencesIn(value: unknown): string[] {
  const found = new Set<string>();
  const open = [value];
  for (let node = open.pop(); node !== undefined || open.length > 0; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    if (isObject(node) && typeof node.$ref === 'string') found.add(node.$ref);
    open.push(...Object.values(node));
  }
  return [...found];
}
