import { TextError } from './format.ts';
import {
  afterBreak,
  indentOf,
  isBreak,
  isGap,
  isWhite,
  lineEnd,
  lineStart,
  nextLine,
  skipBlanks,
} from './yaml-lines.ts';

/** Where the value of a member or an item lies. */
export interface Extent {
  /** Offset of its first character, anchors and tags included; -1 when nothing is there. */
  readonly first: number;
  /** Offset after its last character; a comment after it does not count. */
  readonly last: number;
  /** Start of the first line after the value. Blank lines that a text block (`|+`) keeps are part of the value. */
  readonly next: number;
  /** The value is one scalar, alias or bracketed collection, so that what follows on its last line is beside it. */
  readonly single: boolean;
  /** The value ends in a text block, which would take up blank lines that come to stand after it. */
  readonly endsInBlock: boolean;
  /** The line break that ends that text is part of it. */
  readonly endsInBreak: boolean;
}

/**
 * Walks over the tokens of a value in valid YAML: from behind its colon or dash up to the start of the next member,
 * item, or the end of the block. `column` is that of the key or dash.
 *
 * @throws {TextError} when a token does not end before `to`, which valid YAML does not have.
 */
export function extentOf(text: string, from: number, to: number, column: number): Extent {
  return new Walker(text, to, column).walk(from);
}

class Walker {
  readonly #text: string;
  readonly #to: number;
  /** Where the innermost key or dash stands; scalars go on in lines that are deeper. */
  #parent: number;
  #position = 0;
  #lineStart = 0;
  /** Offset of the first token since the last indicator or line start: when a key is found, it begins there. */
  #slot = -1;
  #nodes = 0;
  #indicators = 0;
  #block: { next: number; endsInBreak: boolean } | undefined;

  constructor(text: string, to: number, parent: number) {
    this.#text = text;
    this.#to = to;
    this.#parent = parent;
  }

  walk(from: number): Extent {
    this.#position = from;
    this.#lineStart = lineStart(this.#text, from);
    let first = -1;
    let last = from;
    for (;;) {
      this.#space();
      if (this.#position >= this.#to) break;
      if (first < 0) first = this.#position;
      if (this.#slot < 0) this.#slot = this.#position;
      this.#block = undefined;
      last = this.#token();
    }
    return {
      first,
      last,
      next: this.#block?.next ?? nextLine(this.#text, last),
      single: this.#nodes === 1 && this.#indicators === 0,
      endsInBlock: this.#block !== undefined,
      endsInBreak: this.#block?.endsInBreak ?? false,
    };
  }

  /** Reads one token and gives the offset after its last character. */
  #token(): number {
    const text = this.#text;
    const start = this.#position;
    const character = text[start] ?? '';
    if (/[-?:]/.test(character) && isGap(text, start + 1)) return this.#indicator(character);
    if (character === '&' || character === '!') return this.#word();
    this.#nodes++;
    if (character === '*') return this.#word();
    if (character === '"' || character === "'") this.#position = endOfQuoted(text, start, this.#to);
    else if (character === '[' || character === '{') this.#position = endOfFlow(text, start, this.#to);
    else if (character === '|' || character === '>') return this.#textBlock();
    else return this.#plain();
    return this.#position;
  }

  #indicator(character: string): number {
    const owner = character === ':' ? this.#slot : this.#position;
    this.#parent = owner - this.#lineStart;
    this.#indicators++;
    this.#slot = -1;
    return ++this.#position;
  }

  /** An anchor, a tag or an alias. */
  #word(): number {
    while (!isGap(this.#text, this.#position)) this.#position++;
    return this.#position;
  }

  /** A scalar without quotes, up to the colon when it is a key. It goes on in deeper lines. */
  #plain(): number {
    let last = this.#plainLine();
    while (this.#position < this.#to && isBreak(this.#text.charCodeAt(this.#position))) {
      const line = this.#continuation();
      if (line < 0) break;
      this.#position = skipBlanks(this.#text, line);
      last = this.#plainLine();
    }
    return last;
  }

  /** Moves to the end of the line, or before a comment or the colon of a key. */
  #plainLine(): number {
    const text = this.#text;
    let last = this.#position;
    for (; this.#position < text.length; this.#position++) {
      const code = text.charCodeAt(this.#position);
      if (isBreak(code)) break;
      if (code === HASH && isWhite(text.charCodeAt(this.#position - 1))) break;
      if (code === COLON && isGap(text, this.#position + 1)) break;
      if (!isWhite(code)) last = this.#position + 1;
    }
    return last;
  }

  /** Start of the next line that is not blank, when it continues the scalar; else -1. */
  #continuation(): number {
    const text = this.#text;
    const to = this.#to;
    for (let line = nextLine(text, this.#position); line < to; line = nextLine(text, line)) {
      const ink = skipBlanks(text, line);
      if (ink >= text.length || isBreak(text.charCodeAt(ink))) continue;
      return indentOf(text, line) > this.#parent && text[ink] !== '#' ? line : -1;
    }
    return -1;
  }

  /** `|` or `>` with the lines below that are deep enough. */
  #textBlock(): number {
    const text = this.#text;
    const to = this.#to;
    const header = /[|>][-+0-9]*/y;
    header.lastIndex = this.#position;
    const marks = header.exec(text)?.[0] ?? '';
    const width = /[1-9]/.exec(marks)?.[0];
    let indent = width === undefined ? -1 : this.#parent + Number(width);
    let last = this.#position + marks.length;
    let next = nextLine(text, last);
    let hasText = false;
    for (let line = next; line < to; line = nextLine(text, line)) {
      const spaces = indentOf(text, line);
      const end = line + spaces;
      const blank = end >= text.length || isBreak(text.charCodeAt(end));
      if (indent < 0 && !blank && spaces > this.#parent) indent = spaces;
      const inside = indent >= 0 && (blank ? spaces > indent : spaces >= indent);
      if (!inside && !blank) break;
      if (inside) last = lineEnd(text, end);
      hasText ||= inside;
      if (inside || (marks.includes('+') && end < text.length)) next = afterBreak(text, lineEnd(text, end));
    }
    this.#block = { next, endsInBreak: hasText && !marks.includes('-') };
    this.#position = next;
    this.#lineStart = next;
    this.#slot = -1;
    return last;
  }

  /** White space, line breaks and comments. */
  #space(): void {
    const text = this.#text;
    const to = this.#to;
    while (this.#position < to) {
      const code = text.charCodeAt(this.#position);
      if (isBreak(code)) {
        this.#position = this.#lineStart = afterBreak(text, this.#position);
        this.#slot = -1;
      } else if (isWhite(code)) this.#position++;
      else if (code === HASH) this.#position = lineEnd(text, this.#position);
      else return;
    }
  }
}

/**
 * Offset after the quote that closes a scalar.
 *
 * @throws {TextError} when there is none before `to`.
 */
export function endOfQuoted(text: string, start: number, to: number): number {
  const quote = text[start];
  for (let at = start + 1; at < to; at++) {
    const character = text[at];
    if (character === '\\' && quote === '"') at++;
    else if (character === quote) {
      if (quote === '"' || text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  throw new TextError(start, 'this quote is not closed');
}

/** Offset after the bracket that closes a collection in brackets. */
function endOfFlow(text: string, start: number, to: number): number {
  let depth = 0;
  /** A colon right after a quote or a bracket separates, with or without white space. */
  let afterJson = false;
  for (let at = start; at < to; ) {
    const character = text[at] ?? '';
    const json = /["'\]}*]/.test(character);
    if (character === '[' || character === '{') depth++;
    if ((character === ']' || character === '}') && --depth === 0) return at + 1;
    if (character === '"' || character === "'") at = endOfQuoted(text, at, to);
    else if (character === '#' && isWhite(text.charCodeAt(at - 1))) at = lineEnd(text, at);
    else if (/[[\]{},\s]/.test(character) || (character === ':' && afterJson)) at++;
    else if (character === '?' && isGap(text, at + 1)) at++;
    else at = endOfFlowWord(text, at, to);
    if (!/\s/.test(character)) afterJson = json;
  }
  throw new TextError(start, 'this bracket is not closed');
}

/** A scalar without quotes, an anchor, a tag or an alias, and the colon that ends it. */
function endOfFlowWord(text: string, start: number, to: number): number {
  for (let at = start; at < to; at++) {
    const character = text[at] ?? '';
    if (/[[\]{},]/.test(character)) return at;
    if (character === ':' && (isGap(text, at + 1) || /[[\]{},]/.test(text[at + 1] ?? ''))) return at + 1;
    if (character === '#' && isWhite(text.charCodeAt(at - 1))) return at;
    // An anchor or a tag is followed by the value itself, which may begin with a quote.
    if (isWhite(character.charCodeAt(0)) && /[&!*]/.test(text[start] ?? '')) return at;
  }
  return to;
}

const HASH = 0x23;
const COLON = 0x3a;
