/** A piece of source code; what is between two of them is white space. */
export interface Token {
  readonly kind: 'word' | 'text' | 'sign' | 'comment';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Source code as far as an index has to be understood: words, texts, signs and comments, and which brackets belong together. */
export interface Scan {
  readonly source: string;
  /** Without comments. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Token[];
  /** How many brackets are open before a token; a bracket has the depth of what is around it. */
  readonly depths: readonly number[];
  /** The index of the other bracket. */
  readonly partners: ReadonlyMap<number, number>;
}

const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Finds what belongs together; undefined where a bracket is left over, so that this is no code that we understand. */
export function paired(source: string, all: readonly Token[]): Scan | undefined {
  const tokens = all.filter(({ kind }) => kind !== 'comment');
  const open: number[] = [];
  const partners = new Map<number, number>();
  const depths: number[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    const wanted = kind === 'sign' ? CLOSING[text] : undefined;
    if (wanted !== undefined) {
      const other = open.pop();
      if (other === undefined || tokens[other]?.text !== wanted) return undefined;
      partners.set(other, index).set(index, other);
    }
    depths.push(open.length);
    if (kind === 'sign' && '([{'.includes(text)) open.push(index);
  }
  if (open.length > 0) return undefined;
  return { source, tokens, comments: all.filter(({ kind }) => kind === 'comment'), depths, partners };
}

/** Whether the tokens from `at` on have these texts. */
export const reads = ({ tokens }: Scan, at: number, ...texts: readonly string[]): boolean =>
  at >= 0 && texts.every((text, index) => tokens[at + index]?.text === text);

/**
 * Where the next line begins, if nothing but white space and a comment of one line follows; undefined where more does.
 *
 * @param comment what a comment to the end of the line begins with
 */
export function lineAfter({ source }: Scan, end: number, comment: string): number | undefined {
  const rest = source.slice(end).match(/^[ \t]*([^\r\n]*)(\r?\n|$)/);
  if (rest === null) return undefined;
  const [whole, more = '', lineEnd] = rest;
  // At the end of the file there is no next line.
  return lineEnd !== '' && (more === '' || more.startsWith(comment)) ? end + whole.length : undefined;
}

/** The start of the line that holds `at`. */
const lineOf = (source: string, at: number): number => source.lastIndexOf('\n', at - 1) + 1;

/** The white space before a token that begins its line; undefined where it does not. */
export function indentOf({ source }: Scan, { start }: Token): string | undefined {
  const before = source.slice(lineOf(source, start), start);
  return /^[ \t\uFEFF]*$/.test(before) ? before.replace('\uFEFF', '') : undefined;
}

/** Whether two lists of tokens say the same. */
export const sameTokens = (a: readonly Token[], b: readonly Token[]): boolean =>
  a.length === b.length && a.every(({ kind, text }, index) => kind === b[index]?.kind && text === b[index]?.text);
