import { type Statement, scanToml } from './toml-scan.ts';

/** Tables of the entry that follow one another, from the line of the first header to the last line that is theirs. */
export interface Region {
  readonly start: number;
  /** The indentation of the first header. */
  readonly indent: string;
  /** Where the line of the first header ends, when that is the header of the entry itself; otherwise -1. */
  readonly headerEnd: number;
  end: number;
}

/** Where an entry lies in a text. Offsets are -1 for what the text does not have. */
export interface Entry {
  /** `[mcp_servers.NAME]` and `[mcp_servers.NAME.env]`; apart when other tables stand between. */
  readonly regions: Region[];
  /** `NAME = { … }`, in whatever way its key is spread over header and pair; of a list, the list in brackets. */
  pair: Statement | undefined;
  /** `NAME.command = …`, the first one. */
  dotted: number;
  /** `[[mcp_servers.NAME]]`; where a list of tables is looked for, a header that makes it something else. */
  list: number;
  /** What gives a table on the path a value at once: `mcp_servers = …` or `[[mcp_servers]]`. */
  parent: number;
  /** After the last table that stands in the same table as the entry. */
  groupEnd: number;
  /** After all that is not blank. */
  end: number;
  /** The indentation of the last table beside the entry. */
  indent: string;
}

/**
 * Finds the entry at `path` (its name is the last key) in a TOML text.
 *
 * Comments directly above a header belong to that header. Other comments directly below a table belong to the table.
 *
 * @param item set: the path is that of a list of tables, and the entry the one with this index; -1: none of them
 * @throws {TextError} as `scanToml` does.
 */
export function findEntry(text: string, path: readonly string[], item?: number): Entry {
  const finder = new Finder(text, path, item);
  for (const statement of scanToml(text)) finder.take(statement);
  return finder.finish();
}

class Finder {
  readonly #text: string;
  readonly #path: readonly string[];
  readonly #entry: Entry;
  readonly #parent: readonly string[];
  readonly #wanted: number | undefined;
  /** The index of the item of the list that the current table belongs to. */
  #item = -1;
  /** The header above the current statement, and the end of what is its own, as far as that is known. */
  #header: Statement | undefined;
  #own = 0;
  /** Where the comments end that follow directly; whose they are depends on what comes next. */
  #comments = 0;
  /** The last table was the entry's, so that one more of its tables belongs to the same region. */
  #inRegion = false;

  constructor(text: string, path: readonly string[], wanted?: number) {
    this.#text = text;
    this.#path = path;
    this.#wanted = wanted;
    // The items of a list stand beside one another, and other entries in the table around them.
    this.#parent = wanted === undefined ? path.slice(0, -1) : path;
    this.#entry = { regions: [], pair: undefined, dotted: -1, list: -1, parent: -1, groupEnd: -1, end: 0, indent: '' };
  }

  take(statement: Statement): void {
    if (statement.lineStart > this.#comments) this.#own = this.#comments;
    if (statement.kind === 'comment') {
      if (statement.lineStart === this.#comments) this.#comments = statement.end;
    } else {
      if (statement.kind === 'pair') this.#takePair(statement);
      else this.#takeHeader(statement);
      this.#own = statement.end;
      this.#comments = statement.end;
    }
    this.#entry.end = statement.end;
  }

  finish(): Entry {
    this.#own = this.#comments;
    this.#closeTable();
    return this.#entry;
  }

  #takeHeader(header: Statement): void {
    this.#closeTable();
    this.#header = header;
    if (this.#wanted !== undefined && startsWith(header.keys, this.#path)) {
      if (header.kind === 'list' && header.keys.length === this.#path.length) this.#item++;
      else if (this.#item < 0) this.#entry.list = first(this.#entry.list, header.start);
      return;
    }
    if (header.kind !== 'list' || !startsWith(this.#path, header.keys)) return;
    const what = header.keys.length === this.#path.length ? 'list' : 'parent';
    this.#entry[what] = first(this.#entry[what], header.start);
  }

  #takePair(pair: Statement): void {
    const entry = this.#entry;
    const path = this.#path;
    const above = this.#header?.keys ?? [];
    // In the entry's own tables there is nothing to find.
    if (above.length >= path.length || !startsWith(path, above)) return;
    const keys = [...above, ...pair.keys];
    if (keys.length < path.length && startsWith(path, keys)) entry.parent = first(entry.parent, pair.start);
    if (!startsWith(keys, path)) return;
    if (keys.length > path.length) entry.dotted = first(entry.dotted, pair.start);
    else entry.pair ??= pair;
  }

  /** Notes the table that ends here, when it is the entry's or stands with it. */
  #closeTable(): void {
    const header = this.#header;
    const entry = this.#entry;
    const path = this.#path;
    const parent = this.#parent;
    const own = this.#own;
    if (header === undefined) return;
    const { keys, lineStart, start } = header;
    if (startsWith(keys, parent)) {
      entry.groupEnd = own;
      if (keys.length === path.length) entry.indent = this.#text.slice(lineStart, start);
    }
    const last = entry.regions.at(-1);
    const ours = startsWith(keys, path) && (this.#wanted === undefined || this.#item === this.#wanted);
    if (ours && this.#inRegion && last !== undefined) last.end = own;
    else if (ours) entry.regions.push(this.#regionOf(header));
    this.#inRegion = ours;
  }

  #regionOf({ keys, lineStart, start, textEnd }: Statement): Region {
    const headerEnd = keys.length === this.#path.length ? textEnd : -1;
    return { start: lineStart, indent: this.#text.slice(lineStart, start), headerEnd, end: this.#own };
  }
}

const startsWith = (keys: readonly string[], prefix: readonly string[]): boolean =>
  prefix.length <= keys.length && prefix.every((key, index) => keys[index] === key);

const first = (known: number, offset: number): number => (known < 0 ? offset : known);
