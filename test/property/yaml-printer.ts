/**
 * Prints values as YAML in as many ways as people have found, so that a test knows what a text means without parsing it.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Style {
  readonly eol: string;
  readonly seed: number;
  /** Anchors and aliases are used. */
  readonly anchors: boolean;
}

export interface Printed {
  readonly text: string;
  /** The text without the token (`{}`, `[]`, `~`, `null`, and blanks beside it) for an empty table or document. */
  readonly bare: string;
  /** The text ends in a text block without a line break, so that nothing can be added behind it. */
  readonly cutOff: boolean;
}

/** Prints the members of a document; `table` is the key of the member that may be empty in several spellings. */
export function printYaml(members: readonly (readonly [string, Json])[], table: string, style: Style): Printed {
  return new Printer(style, table).document(members);
}

/** Marks the place of the token for an empty table. */
const MARK = '\uE000';

class Printer {
  private state: number;
  private out = '';
  private token = '';
  /** What the last scalar was: blank lines after a text block may be part of it. */
  private last: 'scalar' | 'block' | 'kept' = 'scalar';
  private anchors = 0;
  private readonly anchored = new Map<string, string>();

  constructor(
    private readonly style: Style,
    private readonly table: string,
  ) {
    this.state = style.seed | 1;
  }

  document(members: readonly (readonly [string, Json])[]): Printed {
    if (this.chance(4)) this.noise(3);
    const directive = this.chance(12);
    if (directive) this.line('%YAML 1.2');
    if (directive || this.chance(5)) this.line(`---${this.comment()}`);
    if (members.length === 0) this.emptyDocument();
    else this.mapping(members, this.chance(8) ? 1 + this.random(2) : 0, true);
    if (this.chance(3)) this.noise(0);
    if (members.length > 0 && this.chance(12)) this.line('...');
    return this.finished();
  }

  private finished(): Printed {
    const drop = this.chance(4) && this.out.endsWith('\n');
    const raw = drop && this.last !== 'kept' ? this.out.replace(/\n+$/, '') : this.out;
    const [text, bare] = [this.token, ''].map((token) => raw.replace(MARK, token).replaceAll('\n', this.style.eol));
    return { text: text ?? '', bare: bare ?? '', cutOff: raw !== this.out && this.last !== 'scalar' };
  }

  private emptyDocument(): void {
    if (this.chance(2)) return;
    const comment = this.comment();
    const mark = comment.search(/#|$/);
    this.token = this.pick(['{}', '~', 'null', '{ }']) + comment.slice(0, mark);
    this.line(MARK + comment.slice(mark));
  }

  /** Members below each other; the first may stand behind a dash. */
  private mapping(
    members: readonly (readonly [string, Json])[],
    column: number,
    root = false,
    behindDash = false,
  ): void {
    for (const [index, [key, value]] of members.entries()) {
      if (index > 0 || !behindDash) {
        this.noise(column);
        this.out += ' '.repeat(column);
      }
      this.out += `${this.key(key)}${this.chance(12) ? ' ' : ''}:`;
      if (root && key === this.table && isEmpty(value)) this.emptyTable(value);
      else this.value(value, column, false, root && key === this.table);
    }
  }

  private list(items: readonly Json[], column: number, behindDash = false): void {
    for (const [index, item] of items.entries()) {
      if (index > 0 || !behindDash) {
        this.noise(column);
        this.out += ' '.repeat(column);
      }
      this.out += '-';
      this.value(item, column, true);
    }
  }

  private emptyTable(value: Json): void {
    const spellings = [
      '',
      ' ~',
      ' null',
      Array.isArray(value) ? ' []' : ' {}',
      Array.isArray(value) ? '  [ ]' : ' { }',
    ];
    this.token = this.pick(spellings);
    this.end(this.token === '' ? '' : MARK);
  }

  /** What follows a colon or a dash at `column`, with its line break. */
  private value(value: Json, column: number, behindDash: boolean, isTable = false): void {
    const alias = this.anchored.get(JSON.stringify(value));
    if (alias !== undefined && !isTable && this.chance(2)) {
      this.end(` *${alias}`);
      return;
    }
    const anchor = this.style.anchors && this.chance(4) ? `a${this.anchors++}` : undefined;
    if (anchor !== undefined) this.out += ` &${anchor}`;
    if (typeof value !== 'object' || value === null) this.scalar(value, column);
    else if (isEmpty(value) || (!isTable && this.chance(4))) this.end(` ${this.flow(value, column)}`);
    else this.block(value, column, behindDash, anchor === undefined);
    if (anchor !== undefined && !isTable) this.anchored.set(JSON.stringify(value), anchor);
  }

  private block(value: Json[] | { [key: string]: Json }, column: number, behindDash: boolean, compact: boolean): void {
    const list = Array.isArray(value);
    if (behindDash && compact && this.chance(2)) {
      const gap = 1 + (this.chance(4) ? this.random(3) : 0);
      this.out += ' '.repeat(gap);
      if (list) this.list(value, column + 1 + gap, true);
      else this.mapping(Object.entries(value), column + 1 + gap, false, true);
      return;
    }
    this.end('');
    const deeper = column + (list && !behindDash && this.chance(2) ? 0 : this.pick([2, 2, 2, 4, 1, 3]));
    if (list) this.list(value, deeper);
    else this.mapping(Object.entries(value), deeper);
  }

  private scalar(value: null | boolean | number | string, column: number): void {
    if (typeof value !== 'string') {
      this.end(value === null && this.chance(2) ? '' : ` ${value === null ? '~' : JSON.stringify(value)}`);
      return;
    }
    const forms = [() => this.end(` ${this.doubleQuoted(value, column)}`)];
    if (isPrintable(value)) forms.push(() => this.end(` '${value.replaceAll("'", "''")}'`));
    if (isPlain(value)) forms.push(() => this.end(` ${this.folded(value, column)}`));
    if (isLiteral(value)) forms.push(() => this.literal(value, column));
    if (isPlain(value)) forms.push(() => this.foldedBlock(value, column));
    this.pick(forms)();
  }

  /** `|` with the lines as they are. */
  private literal(value: string, column: number): void {
    const body = value.replace(/\n+$/, '');
    const breaks = value.length - body.length;
    const depth = 1 + this.random(4);
    const width = body.startsWith(' ') || this.chance(3) ? String(depth) : '';
    const chomping = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
    this.line(` |${this.chance(2) ? width + chomping : chomping + width}${this.comment()}`);
    for (const line of body.split('\n')) this.line(line === '' ? '' : ' '.repeat(column + depth) + line);
    this.out += '\n'.repeat(Math.max(0, breaks - 1));
    this.last = chomping === '+' ? 'kept' : 'block';
  }

  /** `>-` with a line break instead of some spaces. */
  private foldedBlock(value: string, column: number): void {
    const indent = ' '.repeat(column + 1 + this.random(3));
    this.line(` >-${this.comment()}`);
    this.line(indent + value.replaceAll(' ', () => (this.chance(2) ? `\n${indent}` : ' ')));
    this.last = 'block';
  }

  /** A scalar that goes on in deeper lines. */
  private folded(value: string, column: number): string {
    const fold = () => (this.chance(4) ? `\n${' '.repeat(column + 1 + this.random(3))}` : ' ');
    return value.replace(/(?<=\S) (?=\S)/g, fold);
  }

  private doubleQuoted(value: string, column: number): string {
    const text = JSON.stringify(value).replaceAll(MARK, '\\ue000');
    return /^[\x20-\x7e]*$/.test(text) ? this.folded(text, column) : text;
  }

  /** Brackets, on one line or several. */
  private flow(value: Json, column: number): string {
    if (typeof value === 'string') {
      return isPlain(value) && this.chance(2) ? value : this.doubleQuoted(value, column);
    }
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const space = () => (this.chance(5) ? `${this.comment()}\n${' '.repeat(column + 1 + this.random(4))}` : '');
    const pair = ([key, member]: [string, Json]) =>
      `${space()}${JSON.stringify(key)}:${this.chance(2) ? ' ' : ''}${this.flow(member, column)}`;
    const items = Array.isArray(value)
      ? value.map((item) => space() + this.flow(item, column))
      : Object.entries(value).map(pair);
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    return (
      open + items.join(this.chance(3) ? ',' : ', ') + (items.length > 0 && this.chance(4) ? ',' : '') + space() + close
    );
  }

  private key(key: string): string {
    if (isPlain(key) && this.chance(2)) return key;
    return isPrintable(key) && this.chance(2) ? `'${key.replaceAll("'", "''")}'` : JSON.stringify(key);
  }

  /** Blank lines and comments before a line at `column`. */
  private noise(column: number): void {
    while (this.chance(4)) {
      if (this.chance(2)) this.commentLine(this.random(column + 1));
      else if (this.last !== 'kept') this.line(this.last === 'scalar' ? this.pick(['', '  ', '\t']) : '');
    }
  }

  private commentLine(column: number): void {
    const comments = ['# x', '#', '# extensions:', '#- name: my-server', '# "', '# |', '#\ttab: [', '# é *a'];
    this.line(' '.repeat(column) + this.pick(comments));
    this.last = 'scalar';
  }

  private comment(): string {
    return this.chance(6) ? this.pick([' # c', '\t# "x', ' #', '  # extensions: {', ' # |']) : '';
  }

  /** The rest of a line that ends in a scalar, a bracket or nothing. */
  private end(text: string): void {
    this.line(text + this.comment());
    this.last = 'scalar';
  }

  private line(text: string): void {
    this.out += `${text}\n`;
  }

  private random(below: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
    return (this.state >>> 8) % below;
  }

  private chance(of: number): boolean {
    return this.random(of) === 0;
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[this.random(choices.length)] as T;
  }
}

export const isEmpty = (value: Json): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Words that nobody takes for something else. */
const isPlain = (text: string): boolean =>
  /^[a-z]+[a-z0-9/.]*(?: [a-z0-9/.]+)*$/i.test(text) && !/^(?:true|false|null)$/i.test(text);

const isPrintable = (text: string): boolean => /^[\x20-\x7e\u00a0-\u024f]*$/.test(text);

const isLiteral = (text: string): boolean =>
  /^ *[\x21-\x7e][\x20-\x7e\n]*$/.test(text) && !/^ +$/m.test(text) && !/^(?:---|\.\.\.)/m.test(text);
