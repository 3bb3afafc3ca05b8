import { fnv1a64 } from '../base/hash.ts';

/** What clients and models take as the name of a tool. */
const LONGEST = 64;

/** `createPet`, `pets/create`, `Create a pet` as `create_pet`, `pets_create`, `create_a_pet`. */
function snakeCase(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
}

/** The name of a tool: that of the operation, or its method and path, as the description has it. */
export function toolName(operationId: string | undefined, method: string, path: string): string {
  const id = snakeCase(operationId ?? '');
  const name = id === '' ? snakeCase(`${method} ${path.replace(/\{([^}]*)\}/g, 'by $1')}`) : id;
  return shorten(/^[a-z]/.test(name) ? name : `${method.toLowerCase()}_${name}`);
}

/** Cut between words, with a few letters of its hash, so that two long names stay two. */
function shorten(name: string): string {
  if (name.length <= LONGEST) return name;
  const head = name.slice(0, LONGEST - 7).replace(/_[^_]*$/, '');
  return `${head}_${fnv1a64(name).slice(0, 6)}`;
}

/** Names that nobody else has: the first keeps its own, others get `_2`, `_3`. */
export class Names {
  readonly #taken: Set<string>;

  /** @param taken names that are in use already */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  take(name: string): string {
    let free = name;
    for (let count = 2; this.#taken.has(free); count++)
      free = `${name.slice(0, LONGEST - 1 - String(count).length)}_${count}`;
    this.#taken.add(free);
    return free;
  }
}

/** An argument as vendors take it: the description's own name, where that is one. */
export function argumentName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^[_.-]+|[_.-]+$/g, '');
  return (plain === '' ? 'argument' : plain).slice(0, LONGEST);
}

/** The name of an environment variable. All begin alike, so that a description cannot ask for others of this machine. */
export function variableName(...words: readonly string[]): string {
  const name = snakeCase(words.join(' ')).toUpperCase();
  return /^API(_|$)/.test(name) ? name : `API_${name}`;
}
