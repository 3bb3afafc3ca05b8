/**
 * A text that cannot be edited safely: where it is wrong and why.
 *
 * `offset` counts UTF-16 units from the start of the text.
 */
export class TextError extends Error {
  override readonly name = 'TextError';
  constructor(
    readonly offset: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Replaces `text.slice(start, end)`; `start === end` inserts. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Where an entry stands in a file. */
export interface Spot {
  /** The way to the table of servers from the root of the file: `['mcpServers']`. */
  readonly path: readonly string[];
  readonly name: string;
  /** Set: the table is a list, and the entry the item whose member of this name holds `name`. */
  readonly by?: string;
  /** `null` where a table is expected counts as none, and gives way to one. */
  readonly orNull?: true;
}

/**
 * One kind of config file. All functions are pure, take the text without a byte order mark and throw `TextError` for a
 * text that they would not leave intact.
 */
export interface Format {
  /** The value of the entry as the file has it now; undefined when there is none. */
  get(text: string, spot: Spot): unknown;
  /** Adds or replaces exactly one entry. Every byte outside of it stays. */
  set(text: string, spot: Spot, value: unknown): string;
  /** Takes exactly one entry out; a text without it stays as it is. */
  remove(text: string, spot: Spot): string;
  /** Reads the whole text with a parser that shares no code with the editor, to check the editor's work. */
  read(text: string): unknown;
  /** A file that holds this one entry and nothing else. */
  snippet(spot: Spot, value: unknown): string;
}

/** Applies splices that do not overlap, in any order. */
export function splice(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let position = 0;
  for (const { start, end, text: inserted } of [...splices].sort((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(position, start), inserted);
    position = end;
  }
  return parts.join('') + text.slice(position);
}

/** Line and column of an offset, both from 1, as editors count them. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
