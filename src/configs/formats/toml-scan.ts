import { TextError } from './format.ts';
import { ESCAPE, ESCAPE_IN_LINES, unescaped } from './toml-escape.ts';

/** The deepest nesting that is read, dotted keys included: far deeper ones would overflow the stack of any reader. */
const MAX_DEPTH = 1000;

/** Longer than any number that a program could use; reading it as an exact number would take seconds. */
const MAX_SCALAR = 1000;

/** A comment on lines of its own, a header or a pair. Blank lines are the gaps between statements. */
export interface Statement {
  /** `table` and `list` are the headers `[a.b]` and `[[a.b]]`. */
  readonly kind: 'comment' | 'table' | 'list' | 'pair';
  /** The dotted key of a header or a pair, without quotes and escapes. */
  readonly keys: readonly string[];
  readonly lineStart: number;
  /** After the indentation. */
  readonly start: number;
  /** Of a pair; otherwise both are `start`. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** After the last line, a comment on it included: without and with its line end. */
  readonly textEnd: number;
  readonly end: number;
}

/**
 * Walks through a whole TOML 1.1 text, statement by statement. Values are read over and not built, so the time is linear
 * and the memory small. What takes knowing all names (a table that is defined twice) or arithmetic (a date that does not
 * exist, underscores in a number) is left to the parser, which reads the text as well.
 *
 * @throws {TextError} on the first syntax error, beyond 1000 levels, and for numbers of more than 1000 characters.
 */
export function scanToml(text: string): Iterable<Statement> {
  return new Scanner(text).statements();
}

class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  *statements(): Generator<Statement> {
    for (let tableDepth = 0; this.#position < this.#text.length; ) {
      const lineStart = this.#position;
      this.#blanks();
      if (this.#lineEnd()) continue;
      const start = this.#position;
      const { kind, keys } = this.#head();
      const valueStart = kind === 'pair' ? this.#position : start;
      if (kind === 'pair') this.#value(tableDepth + keys.length);
      else if (kind !== 'comment') tableDepth = keys.length;
      const valueEnd = kind === 'pair' ? this.#position : start;
      this.#blanks();
      if (this.#text.charCodeAt(this.#position) === HASH) this.#comment();
      const textEnd = this.#position;
      if (!this.#lineEnd()) this.#fail('expected the end of the line');
      yield { kind, keys, lineStart, start, valueStart, valueEnd, textEnd, end: this.#position };
    }
  }

  /** A header, or a key with its equals sign. A comment is not read yet. */
  #head(): Pick<Statement, 'kind' | 'keys'> {
    const code = this.#text.charCodeAt(this.#position);
    if (code === HASH) return { kind: 'comment', keys: [] };
    if (code !== BRACKET) {
      const keys = this.#dottedKey();
      this.#equals();
      return { kind: 'pair', keys };
    }
    const list = this.#text.charCodeAt(this.#position + 1) === BRACKET;
    this.#position += list ? 2 : 1;
    const keys = this.#dottedKey();
    const close = list ? ']]' : ']';
    if (!this.#text.startsWith(close, this.#position))
      this.#fail(`expected "." or "${close}" after the name of the table`);
    this.#position += close.length;
    return { kind: list ? 'list' : 'table', keys };
  }

  #dottedKey(): string[] {
    for (const keys: string[] = []; ; this.#position++) {
      this.#blanks();
      if (keys.length >= MAX_DEPTH) this.#tooDeep();
      keys.push(this.#key());
      this.#blanks();
      if (this.#text.charCodeAt(this.#position) !== DOT) return keys;
    }
  }

  #key(): string {
    const start = this.#position;
    const code = this.#text.charCodeAt(start);
    if (code === QUOTE || code === APOSTROPHE) {
      this.#line(code);
      const inner = this.#text.slice(start + 1, this.#position - 1);
      return code === QUOTE ? unescaped(inner) : inner;
    }
    while (isBare(this.#text.charCodeAt(this.#position))) this.#position++;
    if (this.#position === start) this.#fail('expected a key (letters, digits, "-", "_", or a text in quotes)');
    return this.#text.slice(start, this.#position);
  }

  #equals(): void {
    if (this.#text.charCodeAt(this.#position) !== EQUALS) this.#fail('expected "=" or "." after the key');
    this.#position++;
    this.#blanks();
  }

  #value(depth: number): void {
    if (depth > MAX_DEPTH) this.#tooDeep();
    const code = this.#text.charCodeAt(this.#position);
    if (code === QUOTE || code === APOSTROPHE) this.#string(code);
    else if (code === BRACKET) this.#items(BRACKET_END, () => this.#value(depth + 1));
    else if (code === BRACE) this.#items(BRACE_END, () => this.#member(depth));
    else this.#scalar();
  }

  #member(depth: number): void {
    const keys = this.#dottedKey();
    this.#equals();
    this.#value(depth + keys.length);
  }

  /** What stands in brackets: with commas between, perhaps one after the last, over as many lines as it likes. */
  #items(close: number, item: () => void): void {
    this.#position++;
    for (;;) {
      this.#trivia();
      if (this.#text.charCodeAt(this.#position) === close) break;
      item();
      this.#trivia();
      const code = this.#text.charCodeAt(this.#position);
      if (code === close) break;
      if (code !== COMMA) this.#fail(`expected "," or "${String.fromCharCode(close)}"`);
      this.#position++;
    }
    this.#position++;
  }

  #string(quote: number): void {
    const text = this.#text;
    const at = this.#position;
    if (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote) this.#lines(quote);
    else this.#line(quote);
  }

  /** A string on one line. */
  #line(quote: number): void {
    const start = this.#position++;
    for (; this.#position < this.#text.length; this.#position++) {
      const code = this.#text.charCodeAt(this.#position);
      if (code === quote) {
        this.#position++;
        return;
      }
      if (code === BACKSLASH && quote === QUOTE) this.#escape(ESCAPE);
      else if (code === LINE_FEED || code === RETURN) break;
      else if (isControl(code)) this.#fail('a string holds a control character');
    }
    throw new TextError(start, 'a string is not closed on its line');
  }

  /** A string over several lines; one or two quotes may stand directly before the three that close it. */
  #lines(quote: number): void {
    const start = this.#position;
    this.#position += 3;
    for (; this.#position < this.#text.length; this.#position++) {
      const code = this.#text.charCodeAt(this.#position);
      if (code === quote) {
        if (this.#closing(quote)) return;
      } else if (code === BACKSLASH && quote === QUOTE) this.#escape(ESCAPE_IN_LINES);
      else if (isControl(code) && !this.#isLineEnd()) this.#fail('a string holds a control character');
    }
    throw new TextError(start, 'a string is not closed');
  }

  #closing(quote: number): boolean {
    const text = this.#text;
    const start = this.#position;
    let end = start;
    while (end < start + 5 && text.charCodeAt(end) === quote) end++;
    if (end - start < 3) return false;
    this.#position = end;
    return true;
  }

  /** Leaves the position at the last character of the escape sequence. */
  #escape(pattern: RegExp): void {
    pattern.lastIndex = this.#position;
    if (!pattern.test(this.#text)) this.#fail('a string holds an unknown escape sequence');
    this.#position = pattern.lastIndex - 1;
  }

  #scalar(): void {
    const start = this.#position;
    SCALAR.lastIndex = start;
    if (!SCALAR.test(this.#text)) this.#fail('expected a value');
    this.#position = SCALAR.lastIndex;
    if (this.#position - start > MAX_SCALAR) throw new TextError(start, 'a number is too long');
  }

  /** White space, line ends and comments. */
  #trivia(): void {
    for (;;) {
      this.#blanks();
      if (this.#text.charCodeAt(this.#position) === HASH) this.#comment();
      else if (this.#position >= this.#text.length || !this.#lineEnd()) return;
    }
  }

  #blanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#position);
      if (code !== SPACE && code !== TAB) return;
      this.#position++;
    }
  }

  /** Up to the end of the line. */
  #comment(): void {
    for (; this.#position < this.#text.length; this.#position++) {
      if (!isControl(this.#text.charCodeAt(this.#position))) continue;
      if (this.#isLineEnd()) return;
      this.#fail('a comment holds a control character');
    }
  }

  /** Reads a line end; the end of the text is one, too. */
  #lineEnd(): boolean {
    if (this.#position >= this.#text.length) return true;
    if (!this.#isLineEnd()) return false;
    this.#position += this.#text.charCodeAt(this.#position) === RETURN ? 2 : 1;
    return true;
  }

  #isLineEnd(): boolean {
    const code = this.#text.charCodeAt(this.#position);
    return code === LINE_FEED || (code === RETURN && this.#text.charCodeAt(this.#position + 1) === LINE_FEED);
  }

  #tooDeep(): never {
    throw new TextError(this.#position, `nested deeper than ${MAX_DEPTH} levels`);
  }

  #fail(reason: string): never {
    const atEnd = this.#position >= this.#text.length;
    throw new TextError(this.#position, atEnd ? `${reason}, but the file ends here` : reason);
  }
}

/** Dates and times exactly, as parsers disagree about slips in them; numbers and words loosely. */
const SCALAR = (() => {
  const time = String.raw`\d\d:\d\d(?::\d\d(?:\.\d+)?)?`;
  const date = String.raw`\d{4}-\d\d-\d\d(?:[Tt ]${time}(?:[Zz]|[+-]\d\d:\d\d)?)?`;
  return new RegExp(String.raw`(?:${date}|${time}|[+-]?[\w.]+(?:[+-]\w+)?)(?![\w+\-.:])`, 'y');
})();

/** All but the tab, which TOML allows everywhere. Line ends count. */
const isControl = (code: number): boolean => (code < SPACE && code !== TAB) || code === DELETE;

const isBare = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === HYPHEN ||
  code === UNDERSCORE;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const EQUALS = 0x3d;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_END = 0x5d;
const UNDERSCORE = 0x5f;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
const DELETE = 0x7f;
