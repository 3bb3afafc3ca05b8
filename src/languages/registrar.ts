/** What somebody can add of their own. */
export const OWN_KINDS = ['tool', 'resource', 'prompt'] as const;
export type OwnKind = (typeof OWN_KINDS)[number];

/** What a thing of somebody's own is called in the code. */
export interface OwnNames {
  readonly kind: OwnKind;
  /** What clients see: `create_invoice`, of a resource `create-invoice`. */
  readonly name: string;
  /** Of its file, without extension, and the middle of its test's. */
  readonly file: string;
  /** What its module exports (TypeScript), or what the index calls the module (Python). */
  readonly identifier: string;
}

/** An index with a new line in it, or why it cannot have one. */
export type Registered = { readonly text: string } | { readonly reason: string };

/** A text that must be in a file. */
export interface Sign {
  readonly path: string;
  readonly pattern: RegExp;
}

/** How things of somebody's own are named in a language, and how they get into the file that registers them. */
export interface Registrar {
  /** The file that registers, relative to the project. @param module the name of the server as a Python module */
  readonly index: (module: string) => string;
  /** Where a stub's file and test go. */
  readonly places: (names: OwnNames, module: string) => { readonly source: string; readonly test: string };
  /** What to try in turn, until nothing of the project has that name. */
  readonly candidates: (kind: OwnKind, words: readonly string[]) => readonly OwnNames[];
  /** Why there cannot be such a name; undefined where there can. */
  readonly refusal: (kind: OwnKind, words: readonly string[]) => string | undefined;
  /** What a person adds by hand. */
  readonly lines: (names: OwnNames, module: string) => readonly string[];
  /** Whether the index would mean something else by the identifier. */
  readonly isTaken: (index: string, names: OwnNames) => boolean;
  /** Whether a file of the project registers the name already. */
  readonly registers: (source: string, kind: OwnKind, name: string) => boolean;
  /** Which files of the project may. */
  readonly sources: RegExp;
  /** By what files of a project show what its stubs can build on. */
  readonly signs: {
    /** Clients for tests. */
    readonly clients: Sign;
    /** Helpers of tools. */
    readonly helpers?: Sign;
    /** The longest line of its formatter, as the first group. */
    readonly width?: Sign;
  };
  /** @param index the text of the index @param widest the longest line that the project's formatter leaves */
  readonly register: (index: string, names: OwnNames, module: string, widest: number) => Registered;
}

/**
 * Compares texts in which numbers count as numbers.
 *
 * @param order what characters are compared by
 * @param byNumber compares runs of digits
 */
export function naturally(
  order: (character: string) => string,
  byNumber: (a: string, b: string) => number,
): (a: string, b: string) => number {
  const isNumber = (part: string): boolean => /^\d/.test(part);
  const compareParts = (one: string, other: string): number => {
    if (isNumber(one) && isNumber(other)) return byNumber(one, other);
    return compare(order(one.charAt(0)), order(other.charAt(0)));
  };
  const parts = (text: string): string[] => text.match(/\d+|\D/g) ?? [];
  return (a, b) => {
    const [left, right] = [parts(a), parts(b)];
    for (const [index, one] of left.entries()) {
      const other = right[index];
      if (other === undefined) return 1;
      const difference = compareParts(one, other);
      if (difference !== 0) return difference;
    }
    return left.length - right.length;
  };
}

/** By their characters. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `['create', 'invoice']` as `CreateInvoice`. */
export const pascalOf = (words: readonly string[]): string =>
  words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
