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
  readonly #common: string;
  /** Of parts with all that they refer to, by reference. */
  readonly #whole = new Map<string, string>();

  constructor(description: Description) {
    this.#description = description;
    const { security, components } = description.root;
    const schemes = isObject(components) ? components.securitySchemes : undefined;
    this.#common = hashOf(JSON.stringify([security, schemes]) ?? '');
  }

  of({ method, path, node, item }: Found): string {
    const own = [method, path, node, item.parameters, item.servers];
    return hashOf([this.#common, JSON.stringify(own), ...this.#wholes(referencesIn(own))].join('\n'));
  }

  #wholes(references: readonly string[]): string[] {
    for (const reference of references) if (!this.#whole.has(reference)) this.#settle(reference);
    return references.map((reference) => `${reference} ${this.#whole.get(reference)}`).sort();
  }

  /**
   * Parts that refer to one another in a circle have one hash together. They are found as strongly connected components, each
   * after all that it refers to: https://doi.org/10.1137/0201010, without recursion, since descriptions may be deep.
   */
  #settle(start: string): void {
    const visits = new Map<string, Visit>();
    const path: string[] = [];
    const open = [this.#visit(start, visits, path)];
    for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
      const child = visit.refers[visit.next];
      visit.next += 1;
      if (child !== undefined) {
        const known = visits.get(child);
        if (known === undefined && !this.#whole.has(child)) open.push(this.#visit(child, visits, path));
        else if (known !== undefined && !this.#whole.has(child)) visit.low = Math.min(visit.low, known.at);
        continue;
      }
      open.pop();
      const parent = open.at(-1);
      if (parent !== undefined) parent.low = Math.min(parent.low, visit.low);
      if (visit.low === visit.at) this.#close(path.splice(path.indexOf(visit.reference)), visits);
    }
  }

  #visit(reference: string, visits: Map<string, Visit>, path: string[]): Visit {
    const value = this.#description.at(reference);
    const hash = hashOf(JSON.stringify(value) ?? '');
    const visit = { reference, hash, refers: referencesIn(value), at: visits.size, low: visits.size, next: 0 };
    visits.set(reference, visit);
    path.push(reference);
    return visit;
  }

  #close(circle: readonly string[], visits: ReadonlyMap<string, Visit>): void {
    const inside = new Set(circle);
    const members = circle.map((reference) => `${reference} ${visits.get(reference)?.hash}`).sort();
    const outside = new Set(circle.flatMap((one) => visits.get(one)?.refers ?? []).filter((one) => !inside.has(one)));
    const others = [...outside].map((reference) => `${reference} ${this.#whole.get(reference)}`).sort();
    const whole = hashOf([...members, ...others].join('\n'));
    for (const reference of circle) this.#whole.set(reference, whole);
  }
}

interface Visit {
  readonly reference: string;
  /** Of the part alone. */
  readonly hash: string;
  readonly refers: readonly string[];
  readonly at: number;
  /** The earliest one that it leads back to. */
  low: number;
  next: number;
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
