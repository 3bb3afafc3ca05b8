import { TextError } from './format.ts';

/** The deepest nesting that is read: real configs stay below ten levels, and far deeper ones would overflow the stack. */
const MAX_DEPTH = 1000;

/** A member of an object, or an item of an array, whose key is empty and lies at its start. */
export interface Member {
  readonly key: string;
  /** Where the white space before the key begins: after a comma, a brace or a comment. */
  readonly spaceStart: number;
  /** That comment runs to the end of its line. */
  readonly afterLineComment: boolean;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  valueEnd: number;
  /** Offset of the comma that follows, or -1. */
  comma: number;
}

/** An object on the path that was asked for, or the array at its end; `end` is the offset after its bracket. */
export interface JsonNode {
  readonly start: number;
  end: number;
  /** Where the white space before the closing bracket begins. */
  spaceStart: number;
  readonly members: Member[];
}

export interface Scan {
  /** The root object, the one under the first key of the path, and so on, as far as the file goes. */
  readonly nodes: readonly JsonNode[];
  /** The root is missing: the file holds nothing but white space and comments. */
  readonly empty: boolean;
  /** Offset of the first thing that strict JSON does not know, or -1. */
  readonly firstComment: number;
  readonly firstTrailingComma: number;
}

/**
 * Checks a whole JSON text (comments and trailing commas are tolerated and reported) and notes where the objects along
 * `path` lie; with `endsInArray`, what the last key leads to is an array; with `orNull`, the path may end early at `null`. Everything else is skipped without building
 * values, so the time is linear and the memory small.
 *
 * @throws {TextError} on the first syntax error, on a key of the path that occurs twice or holds another shape, and beyond
 * 1000 levels.
 */
export function scanJson(text: string, path: readonly string[], endsInArray = false, orNull = false): Scan {
  return new Scanner(text, path, endsInArray, orNull).scan();
}

class Scanner {
  readonly #text: string;
  readonly #path: readonly string[];
  readonly #endsInArray: boolean;
  readonly #orNull: boolean;
  #position = 0;
  readonly #nodes: JsonNode[] = [];
  /** Where the white space before the current position began. */
  #spaceStart = 0;
  #afterLineComment = false;
  #firstComment = -1;
  #firstTrailingComma = -1;

  constructor(text: string, path: readonly string[], endsInArray: boolean, orNull: boolean) {
    this.#text = text;
    this.#path = path;
    this.#endsInArray = endsInArray;
    this.#orNull = orNull;
  }

  scan(): Scan {
    this.#trivia();
    const empty = this.#position === this.#text.length;
    if (!empty) {
      this.#value(0, 0);
      this.#trivia();
      if (this.#position < this.#text.length) this.#fail('expected the end of the file after the closing brace');
    }
    const nodes = this.#nodes;
    const firstComment = this.#firstComment;
    const firstTrailingComma = this.#firstTrailingComma;
    return { nodes, empty, firstComment, firstTrailingComma };
  }

  /** `step` is how many keys of the path lead here, or -1 beside the path. */
  #value(depth: number, step: number): void {
    if (depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH} levels`);
    const code = this.#text.charCodeAt(this.#position);
    const inPath = step >= 0 && step < this.#path.length;
    const atArray = step === this.#path.length && this.#endsInArray;
    const isNone = this.#orNull && step > 0 && this.#text.startsWith('null', this.#position);
    const isWrong = (inPath && code !== BRACE) || (atArray && code !== BRACKET);
    if (isWrong && !isNone) this.#wrongShape(step, depth, atArray);
    if (code === BRACE) this.#object(depth, inPath ? step : -1);
    else if (code === BRACKET) this.#array(depth, atArray);
    else if (code === QUOTE) this.#string();
    else this.#scalar();
  }

  #object(depth: number, step: number): void {
    const node = this.#node(step >= 0);
    const seen = new Set<string>();
    this.#position++;
    for (let comma = -1; ; ) {
      this.#trivia();
      if (this.#text.charCodeAt(this.#position) === BRACE_END) {
        if (comma >= 0 && this.#firstTrailingComma < 0) this.#firstTrailingComma = comma;
        node.spaceStart = this.#spaceStart;
        node.end = ++this.#position;
        return;
      }
      const last = this.#member(node, depth, step, seen);
      comma = this.#comma(BRACE_END);
      if (last !== undefined) last.comma = comma;
    }
  }

  /** Begins a node at the current position. */
  #node(tracked: boolean): JsonNode {
    const node: JsonNode = { start: this.#position, end: -1, spaceStart: -1, members: [] };
    if (tracked) this.#nodes.push(node);
    return node;
  }

  #member(node: JsonNode, depth: number, step: number, seen: Set<string>): Member | undefined {
    const spaceStart = this.#spaceStart;
    const afterLineComment = this.#afterLineComment;
    const keyStart = this.#position;
    if (this.#text.charCodeAt(keyStart) !== QUOTE) this.#fail('expected a key in double quotes or a closing brace');
    this.#string();
    const keyEnd = this.#position;
    this.#trivia();
    if (this.#text.charCodeAt(this.#position) !== COLON) this.#fail('expected ":" after the key');
    this.#position++;
    this.#trivia();
    if (step < 0) {
      this.#value(depth + 1, -1);
      return undefined;
    }
    const key = JSON.parse(this.#text.slice(keyStart, keyEnd)) as string;
    const onPath = key === this.#path[step];
    // Parsers disagree about which of two equal keys counts, so an edit of either might not be seen.
    if (onPath && seen.has(key)) throw new TextError(keyStart, `the key ${JSON.stringify(key)} occurs twice`);
    seen.add(key);
    const member: Member = {
      key,
      spaceStart,
      afterLineComment,
      keyStart,
      keyEnd,
      valueStart: this.#position,
      valueEnd: -1,
      comma: -1,
    };
    node.members.push(member);
    this.#value(depth + 1, onPath ? step + 1 : -1);
    member.valueEnd = this.#position;
    return member;
  }

  #array(depth: number, tracked: boolean): void {
    const node = this.#node(tracked);
    this.#position++;
    for (let comma = -1; ; ) {
      this.#trivia();
      if (this.#text.charCodeAt(this.#position) === BRACKET_END) {
        if (comma >= 0 && this.#firstTrailingComma < 0) this.#firstTrailingComma = comma;
        node.spaceStart = this.#spaceStart;
        node.end = ++this.#position;
        return;
      }
      const item = tracked ? this.#item() : undefined;
      this.#value(depth + 1, -1);
      if (item !== undefined) item.valueEnd = this.#position;
      comma = this.#comma(BRACKET_END);
      if (item === undefined) continue;
      item.comma = comma;
      node.members.push(item);
    }
  }

  #item(): Member {
    const spaceStart = this.#spaceStart;
    const afterLineComment = this.#afterLineComment;
    const position = this.#position;
    const at = { keyStart: position, keyEnd: position, valueStart: position };
    return { key: '', spaceStart, afterLineComment, ...at, valueEnd: -1, comma: -1 };
  }

  /** Reads the comma after a member or element; -1 when the closing bracket follows. */
  #comma(closing: number): number {
    this.#trivia();
    const code = this.#text.charCodeAt(this.#position);
    if (code === COMMA) return this.#position++;
    if (code !== closing) this.#fail(`expected "," or "${String.fromCharCode(closing)}"`);
    return -1;
  }

  #string(): void {
    const start = this.#position;
    for (let at = start + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) {
        this.#position = at + 1;
        return;
      }
      if (code < SPACE) throw new TextError(at, 'a string holds a line break or another control character');
      if (code === BACKSLASH) {
        ESCAPE.lastIndex = at;
        if (!ESCAPE.test(this.#text)) throw new TextError(at, 'a string holds an unknown escape sequence');
        at = ESCAPE.lastIndex - 1;
      }
    }
    throw new TextError(start, 'a string is not closed');
  }

  #scalar(): void {
    SCALAR.lastIndex = this.#position;
    if (!SCALAR.test(this.#text)) this.#fail('expected a value');
    this.#position = SCALAR.lastIndex;
  }

  /** White space and comments. */
  #trivia(): void {
    this.#spaceStart = this.#position;
    this.#afterLineComment = false;
    for (;;) {
      const code = this.#text.charCodeAt(this.#position);
      if (code === SPACE || code === TAB || code === LINE_FEED || code === RETURN) this.#position++;
      else if (code === SLASH) {
        this.#comment();
        this.#spaceStart = this.#position;
      } else return;
    }
  }

  #comment(): void {
    const start = this.#position;
    const next = this.#text.charCodeAt(start + 1);
    if (next !== SLASH && next !== STAR) this.#fail('expected a value or a comment');
    if (this.#firstComment < 0) this.#firstComment = start;
    this.#afterLineComment = next === SLASH;
    if (next === SLASH) {
      while (this.#position < this.#text.length && !isBreak(this.#text.charCodeAt(this.#position))) this.#position++;
      return;
    }
    const end = this.#text.indexOf('*/', start + 2);
    if (end < 0) this.#fail('a comment is not closed');
    this.#position = end + 2;
  }

  #wrongShape(step: number, depth: number, atArray: boolean): never {
    const start = this.#position;
    const where =
      step === 0
        ? 'the file'
        : this.#path
            .slice(0, step)
            .map((key) => JSON.stringify(key))
            .join(' > ');
    const code = this.#text.charCodeAt(start);
    // A syntax error is the better message than a wrong shape.
    this.#value(depth, -1);
    const found = SHAPES[code] ?? this.#text.slice(start, this.#position);
    throw new TextError(start, `${where} must hold ${atArray ? 'an array' : 'an object'}, not ${found}`);
  }

  #fail(reason: string): never {
    const atEnd = this.#position >= this.#text.length;
    throw new TextError(this.#position, atEnd ? `${reason}, but the file ends here` : reason);
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![\w.+-])/y;

const isBreak = (code: number): boolean => code === LINE_FEED || code === RETURN;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const STAR = 0x2a;
const COMMA = 0x2c;
const SLASH = 0x2f;
const COLON = 0x3a;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;

const SHAPES: Readonly<Record<number, string>> = {
  [BRACE]: 'an object',
  [BRACKET]: 'an array',
  [QUOTE]: 'a string',
};
