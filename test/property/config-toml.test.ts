import fc from 'fast-check';
import { parse, TomlDate } from 'smol-toml';
import { describe, expect, it } from 'vitest';
/**
 * Random configs are printed from random values by a printer that picks among the many ways to write one thing in TOML,
 * so the test knows what a text means, and whose each comment is, without parsing it. Edited texts are read by smol-toml.
 */
import { clientOf } from '../../src/clients/registry.ts';
import { TextError } from '../../src/configs/formats/format.ts';
import { toml } from '../../src/configs/formats/toml.ts';
import { rounds } from '../support/tier.ts';
import { roundTrip } from './round-trip.ts';

const NAME = 'my-server';
const SPOT = { path: ['mcp_servers'], name: NAME };

type Value = boolean | number | string | Date | Value[] | { [key: string]: Value };
type Table = { [key: string]: Value };

const FAKE = '\n[mcp_servers.my-server]\ncommand = "fake"\n\n[mcp_servers]\n';
const key = fc
  .oneof(
    fc.constantFrom(
      'a',
      'env',
      'command',
      'mcp_servers2',
      'é',
      '',
      'a.b',
      '"',
      "'",
      '\\',
      '#',
      ']',
      '1',
      'a b',
      '=',
      '\n',
    ),
    fc.string({ maxLength: 6, unit: 'binary' }),
  )
  .filter((text) => !['mcp_servers', NAME, '__proto__'].includes(text));
const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(
    true,
    false,
    0,
    -0,
    1e300,
    Number.POSITIVE_INFINITY,
    FAKE,
    `x${FAKE}`,
    '# no',
    '"""',
    "'''",
    '',
  ),
  fc
    .constantFrom(
      '1979-05-27',
      '1979-05-27T07:32:00Z',
      '1979-05-27T00:32:00.5-07:00',
      '1979-05-27T07:32:00',
      '07:32:01',
    )
    .map((text) => new TomlDate(text)),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.string({ maxLength: 8, unit: fc.constantFrom('"', "'", '\\', '\n', '#', '[', ']', ' ', 'x', '\t', '\r') }),
  fc.integer(),
  fc.double({ noNaN: true }),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }) as fc.Arbitrary<Value>,
  ),
}));
const table = fc.dictionary(key, value, { maxKeys: 4 }) as fc.Arbitrary<Table>;
/** What JavaScript can give: no dates. */
const entry = table.filter((members) => !hasDate(members));

const hasDate = (item: Value): boolean =>
  item instanceof Date || (typeof item === 'object' && Object.values(item).some(hasDate));

/** The server that a header, a pair or a comment belongs to. */
type Owner = string | undefined;

interface Comment {
  readonly tag: string;
  /** Whom it must go with; everybody else's removal leaves it. */
  readonly owner: Owner;
}

interface Block {
  readonly owner: Owner;
  readonly header: readonly string[];
  readonly list: boolean;
  readonly pairs: readonly Pair[];
}

interface Pair {
  readonly owner: Owner;
  readonly keys: readonly string[];
  readonly value: Value;
}

interface Printed {
  readonly text: string;
  readonly comments: readonly Comment[];
  /** A comment directly above a header, with the header. */
  readonly glued: readonly string[];
}

class Printer {
  private state: number;
  private readonly comments: Comment[] = [];
  private readonly glued: string[] = [];
  private text = '';

  constructor(
    seed: number,
    private readonly eol: string,
  ) {
    this.state = seed | 1;
  }

  random(below: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
    return (this.state >>> 8) % below;
  }

  pick<T>(...choices: [T, ...T[]]): T {
    return choices[this.random(choices.length)] ?? choices[0];
  }

  document(root: readonly Pair[], blocks: readonly Block[]): Printed {
    if (this.random(4) === 0) this.text += this.eol + this.pick('', `${this.comment(undefined)}${this.eol}${this.eol}`);
    this.pairs(root, undefined);
    let above: Owner;
    let first = root.length === 0;
    for (const block of blocks) {
      const glue = this.gap(first, above, block.owner);
      const header = this.header(block);
      if (glue !== '') this.glued.push(glue + header);
      this.text += header + this.rest(block.owner);
      this.pairs(block.pairs, block.owner);
      above = block.owner;
      first = false;
    }
    if (this.text !== '') this.ending(above);
    // Choices that were not made have left comments, too.
    const comments = this.comments.filter(({ tag }) => this.text.includes(tag));
    return { text: this.text, comments, glued: this.glued };
  }

  /** What stands between two tables; the answer is the comment that stands directly above the second. */
  private gap(first: boolean, above: Owner, below: Owner): string {
    const between = above === below ? below : undefined;
    const blank = this.pick('', '', ' ', '\t') + this.eol;
    const comment = (owner: Owner): string => this.pick('', '  ') + this.comment(owner) + this.eol;
    const kind = first ? this.random(4) : this.random(6);
    if (kind === 1) this.text += blank.repeat(1 + this.random(2));
    if (kind === 2) this.text += blank + comment(between) + blank;
    if (kind === 4) this.text += comment(above) + blank;
    if (kind !== 3 && kind !== 5) return '';
    if (kind === 5) this.text += blank;
    const glue = comment(between);
    this.text += glue;
    return glue;
  }

  private ending(above: Owner): void {
    const kind = this.random(5);
    if (kind === 0) this.text = this.text.slice(0, -this.eol.length);
    if (kind === 1) this.text += this.pick(this.eol, ' ', `${this.eol} ${this.eol}`);
    if (kind === 2) this.text += this.comment(above) + this.pick('', this.eol, this.eol + this.eol);
    if (kind === 3) this.text += this.eol + this.comment(undefined) + this.pick('', this.eol);
  }

  private comment(owner: Owner): string {
    const tag = `<${this.comments.length}>`;
    this.comments.push({ tag, owner });
    return `#${this.pick('', ' [mcp_servers.my-server]', ' x = "', " '''", ' é\u2028', '\t[[')}${tag}`;
  }

  /** A comment that may follow on the line, and the line end. */
  private rest(owner: Owner): string {
    return this.pick('', '', '', ' ', `${this.space()}${this.comment(owner)}`) + this.eol;
  }

  private header({ header, list }: Block): string {
    const [open, close] = list ? ['[[', ']]'] : ['[', ']'];
    return this.pick('', '', '', '  ', '\t') + open + this.space() + this.key(header) + this.space() + close;
  }

  private pairs(pairs: readonly Pair[], block: Owner): void {
    for (const { keys, owner, value: item } of pairs) {
      if (this.random(6) === 0) this.text += this.pick('', this.comment(block)) + this.eol;
      const indent = this.pick('', '', ' ', '\t');
      this.text += `${indent}${this.key(keys)}${this.space()}=${this.space()}${this.value(item)}${this.rest(owner)}`;
    }
  }

  private space = (): string => this.pick('', ' ', ' ', '\t');

  private key(keys: readonly string[]): string {
    return keys.map((part) => this.word(part)).join(this.pick('.', '.', ' . '));
  }

  private word(part: string): string {
    if (/^[\w-]+$/.test(part) && this.random(4) > 0) return part;
    return this.random(2) === 0 && isLiteral(part) ? `'${part}'` : this.basic(part);
  }

  private value(item: Value): string {
    if (item instanceof Date) return item.toISOString();
    if (Array.isArray(item)) {
      return this.list(
        '[]',
        item.map((inner) => this.value(inner)),
        true,
      );
    }
    if (typeof item === 'string') return this.string(item);
    if (typeof item === 'number') return this.number(item);
    if (typeof item === 'boolean') return String(item);
    const members = Object.entries(item).map(
      ([name, inner]) => `${this.key([name])}${this.space()}=${this.value(inner)}`,
    );
    return this.list('{}', members, this.random(2) === 0);
  }

  private list(brackets: string, items: readonly string[], breaks: boolean): string {
    const gap = (): string => {
      if (!breaks || this.random(3) > 0) return this.space();
      return this.pick('', `# ] } """ [mcp_servers.x]`) + this.eol + this.space();
    };
    const inner = items.map((item) => gap() + item + gap()).join(',');
    const comma = items.length > 0 && breaks && this.random(3) === 0 ? `,${gap()}` : gap();
    return (brackets[0] ?? '') + inner + comma + (brackets[1] ?? '');
  }

  private number(number: number): string {
    if (!Number.isFinite(number)) return number < 0 ? '-inf' : this.pick('inf', '+inf');
    if (Object.is(number, -0)) return '-0.0';
    if (!Number.isSafeInteger(number)) return Number.isInteger(number) ? number.toExponential() : String(number);
    if (number < 0 || this.random(2) === 0) return String(number);
    const digits = String(number).replace(/^(\d)(?=\d)/, '$1_');
    return this.pick(digits, `+${digits}`, `0x${number.toString(16)}`, `0o${number.toString(8)}`);
  }

  private string(text: string): string {
    const ways = [this.basic(text)];
    if (isLiteral(text)) ways.push(`'${text}'`);
    const lead = text.startsWith('\n') || this.random(2) === 0 ? this.eol : '';
    if (isLiteral(text.replaceAll('\n', '').replace(/'(?!'')(?!'?$)/g, ''))) ways.push(`'''${lead}${text}'''`);
    const raw = this.escaped(text).replaceAll(/(?<!\\)((?:\\\\)*)\\n/g, '$1\n');
    ways.push(`"""${lead}${raw}"""`, `"""${lead}${raw}\\ ${this.eol} \t${this.eol}"""`);
    return ways[this.random(ways.length)] ?? '';
  }

  private basic = (text: string): string => `"${this.escaped(text)}"`;

  private escaped(text: string): string {
    return [...text].map((character) => this.character(character)).join('');
  }

  private character(character: string): string {
    const code = character.codePointAt(0) ?? 0;
    const must = /["\\\p{Cc}]/u.test(character) && character !== '\t';
    if (!must && this.random(12) > 0) return character;
    const short = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\u001b': '\\e' }[character];
    if (short !== undefined) return short;
    if (code < 0x100 && this.random(2) === 0) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code < 0x10000 && this.random(2) === 0
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`;
  }
}

const isLiteral = (text: string): boolean => !/['\p{Cc}]/u.test(text);

/** How the members of a table are written: in pairs, in dotted pairs, in tables of their own. */
function blocksOf(printer: Printer, owner: Owner, header: readonly string[], members: Table): Block[] {
  const pairs: Pair[] = [];
  const below: Block[] = [];
  for (const [name, item] of Object.entries(members)) {
    const way = isTable(item) ? printer.random(3) : 0;
    if (way === 0 || !isTable(item)) pairs.push({ owner, keys: [name], value: item });
    else if (way === 1 && Object.keys(item).length > 0) {
      for (const [inner, deep] of Object.entries(item)) pairs.push({ owner, keys: [name, inner], value: deep });
    } else below.push(...blocksOf(printer, owner, [...header, name], item));
  }
  if (pairs.length === 0 && below.length > 0 && printer.random(2) === 0) return below;
  return [{ owner, header, list: false, pairs }, ...below];
}

const isTable = (item: Value): item is Table =>
  typeof item === 'object' && !Array.isArray(item) && !(item instanceof Date);

interface Config {
  /** Top-level members but the servers. */
  readonly members: readonly (readonly [string, Value])[];
  readonly servers: Table;
  readonly seed: number;
  readonly eol: string;
}

const config = fc.record<Config>({
  members: fc.uniqueArray(fc.tuple(key, fc.oneof(leaf, table, fc.array(table, { minLength: 1, maxLength: 3 }))), {
    maxLength: 5,
    selector: ([name]) => name,
  }),
  servers: fc.oneof(fc.constant({}), fc.dictionary(key, table, { maxKeys: 3 })),
  seed: fc.integer(),
  eol: fc.constantFrom('\n', '\r\n'),
});

interface Document extends Printed {
  readonly config: Config;
  /** Servers that stand as dotted pairs, which cannot be edited. */
  readonly scattered: ReadonlySet<string>;
}

function print({ members, servers, seed, eol }: Config): Document {
  const printer = new Printer(seed, eol);
  const root: Pair[] = [];
  const units: Block[][] = [];
  for (const [name, item] of members) {
    const inRoot = printer.random(3) === 0;
    if (Array.isArray(item) && item.every(isTable) && !inRoot) units.push(listOf(printer, name, item));
    else if (isTable(item) && !inRoot)
      units.push(...blocksOf(printer, undefined, [name], item).map((block) => [block]));
    else root.push({ owner: undefined, keys: [name], value: item });
  }
  const scattered = new Set<string>();
  const table = serverPairs(printer, servers, root, units, scattered);
  if (table !== undefined) units.push([table]);
  for (let last = units.length - 1; last > 0 && seed % 3 > 0; last--) {
    const other = printer.random(last + 1);
    const [a, b] = [units[last] ?? [], units[other] ?? []];
    units[last] = b;
    units[other] = a;
  }
  return { ...printer.document(root, units.flat()), config: { members, servers, seed, eol }, scattered };
}

/** The tables of a list must follow one another. */
function listOf(printer: Printer, name: string, items: readonly Table[]): Block[] {
  return items.flatMap((item) => {
    const [first, ...below] = blocksOf(printer, undefined, [name], item);
    if (first?.header.length === 1) return [{ ...first, list: true }, ...below];
    return [{ owner: undefined, header: [name], list: true, pairs: [] }, ...(first ? [first, ...below] : below)];
  });
}

/** Spreads the servers over tables of their own, dotted pairs in the root, and pairs in the table that is returned. */
function serverPairs(
  printer: Printer,
  servers: Table,
  root: Pair[],
  units: Block[][],
  scattered: Set<string>,
): Block | undefined {
  const dotted = printer.random(2) === 0;
  const pairs: Pair[] = [];
  for (const [name, item] of Object.entries(servers)) {
    const way = printer.random(4);
    if (!isTable(item) || way === 0) {
      const pair = { owner: name, value: item };
      if (dotted) root.push({ ...pair, keys: ['mcp_servers', name] });
      else pairs.push({ ...pair, keys: [name] });
    } else if (way === 1 && dotted && name !== NAME && Object.keys(item).length > 0) {
      scattered.add(name);
      for (const [inner, deep] of Object.entries(item)) {
        root.push({ owner: name, keys: ['mcp_servers', name, inner], value: deep });
      }
    } else units.push(...blocksOf(printer, name, ['mcp_servers', name], item).map((block) => [block]));
  }
  const needed = pairs.length > 0 || (!dotted && printer.random(3) === 0);
  return needed ? { owner: undefined, header: ['mcp_servers'], list: false, pairs } : undefined;
}

const document = config.map(print);

/** What a text must mean when it has these servers. A table of servers that is empty may be there or not. */
const meaning = ({ members }: Config, servers: Table): unknown =>
  withoutEmpty({ ...fromEntries(members), mcp_servers: servers });

const read = (text: string): unknown => withoutEmpty(parse(text));

function withoutEmpty(root: Readonly<Record<string, unknown>>): unknown {
  const { mcp_servers: servers, ...others } = root;
  return typeof servers === 'object' && Object.keys(servers ?? {}).length === 0 ? others : root;
}

const fromEntries = (members: Config['members']): Record<string, Value> => Object.fromEntries(members);

/** Whether one piece, put into `text`, gives `edited`. */
function isInsertion(text: string, edited: string): boolean {
  let at = 0;
  while (at < text.length && text[at] === edited[at]) at++;
  let tail = 0;
  while (tail < text.length && text.at(-1 - tail) === edited.at(-1 - tail)) tail++;
  return edited.length >= text.length && at + tail >= text.length;
}

const isSubsequence = (part: string, whole: string): boolean => {
  let at = 0;
  for (let index = 0; index < whole.length && at < part.length; index++) if (whole[index] === part[at]) at++;
  return at === part.length;
};

const RUNS = { numRuns: rounds({ standard: 200, full: 600 }) };
const MANY = { numRuns: rounds({ standard: 500, full: 2000 }) };

describe('editing TOML', () => {
  it('adds exactly one entry in one piece', () => {
    fc.assert(
      fc.property(document, entry, ({ config, text, glued }, added) => {
        const edited = toml.set(text, SPOT, added);
        expect(read(edited)).toEqual(meaning(config, { ...config.servers, [NAME]: added }));
        expect(isInsertion(text, edited)).toBe(true);
        expect(toml.get(edited, SPOT)).toEqual(added);
        for (const piece of glued) expect(edited).toContain(piece);
      }),
      RUNS,
    );
  });

  it('takes the entry out again without a trace', () => {
    fc.assert(
      fc.property(document, entry, ({ text }, added) => {
        const edited = toml.set(text, SPOT, added);
        expect(toml.remove(edited, SPOT)).toBe(text);
        const named = { name: NAME, entry: { transport: 'stdio', command: '/n', args: ['s'], env: {} } } as const;
        const bytes = Buffer.from(text);
        expect(roundTrip(clientOf('codex'), toml, named, bytes).equals(bytes)).toBe(true);
      }),
      RUNS,
    );
  });

  it('replaces nothing but the entry', () => {
    const documents = fc
      .tuple(config, table)
      .map(([some, old]) => print({ ...some, servers: { ...some.servers, [NAME]: old } }));
    fc.assert(
      fc.property(documents, entry, ({ config, text, comments }, fresh) => {
        expect(isSubsequence(toml.remove(text, SPOT), text)).toBe(true);
        const edited = toml.set(text, SPOT, fresh);
        expect(read(edited)).toEqual(meaning(config, { ...config.servers, [NAME]: fresh }));
        expect(toml.remove(edited, SPOT)).toBe(toml.remove(text, SPOT));
        for (const { tag, owner } of comments) if (owner !== NAME) expect(edited).toContain(tag);
        expect(toml.set(edited, SPOT, fresh)).toBe(edited);
      }),
      RUNS,
    );
  });

  it('takes any entry out, with its comments and no others', () => {
    fc.assert(
      fc.property(document, fc.nat(), ({ config, text, comments, scattered }, pick) => {
        const names = Object.keys(config.servers).filter((name) => !scattered.has(name));
        fc.pre(names.length > 0);
        const name = names[pick % names.length] ?? '';
        const { [name]: old, ...rest } = config.servers;
        const spot = { ...SPOT, name };
        if (old !== undefined && !hasDate(old)) expect(toml.get(text, spot)).toEqual(old);
        const edited = toml.remove(text, spot);
        expect(read(edited)).toEqual(meaning(config, rest));
        expect(isSubsequence(edited, text)).toBe(true);
        const left = comments.filter(({ tag }) => edited.includes(tag));
        expect(left).toEqual(comments.filter(({ owner }) => owner !== name));
        expect(toml.remove(edited, spot)).toBe(edited);
      }),
      RUNS,
    );
  });

  it('refuses to edit what is spread over dotted keys', () => {
    fc.assert(
      fc.property(document, ({ text, scattered }) => {
        fc.pre(scattered.size > 0);
        for (const name of scattered) {
          expect(() => toml.set(text, { ...SPOT, name }, {})).toThrow(TextError);
          expect(() => toml.remove(text, { ...SPOT, name })).toThrow(TextError);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('prints any entry so that it reads back', () => {
    fc.assert(
      fc.property(entry, key, (added, name) => {
        const snippet = toml.snippet({ path: ['mcp_servers'], name }, added);
        expect(parse(snippet)).toEqual({ mcp_servers: { [name]: added } });
        expect(toml.set('', { path: ['mcp_servers'], name }, added)).toBe(snippet);
        expect(toml.get(snippet, { path: ['mcp_servers'], name })).toEqual(added);
      }),
      RUNS,
    );
  });
});

/** A damaged number may be larger than a JavaScript number holds. */
const LARGE = { integersAsBigInt: 'asNeeded' } as const;

describe('damaged TOML', () => {
  const damage = fc.tuple(
    fc.oneof(
      config,
      fc.tuple(config, table).map(([some, old]) => ({ ...some, servers: { ...some.servers, [NAME]: old } })),
    ),
    fc.nat(),
    fc.constantFrom(
      '',
      '',
      ',',
      '}',
      '{',
      '"',
      "'",
      '"""',
      '\\',
      '#',
      '0',
      '\u0001',
      'x',
      '\n',
      '\r',
      '[',
      ']',
      '.',
      '=',
      '-',
      ' ',
      '_',
    ),
  );

  it('is refused, or edited without loss', () => {
    fc.assert(
      fc.property(damage, ([some, position, insert]) => {
        const { text } = print(some);
        const at = position % (text.length + 1);
        const damaged = text.slice(0, at) + insert + text.slice(at + (insert === '' ? 1 : 0));
        const before = attempt(() => parse(damaged, LARGE));
        const edited = attempt(() => toml.set(damaged, SPOT, { command: 'new' }), damaged);
        if (before === undefined) expect(edited).toBeUndefined();
        if (edited === undefined || before === undefined) return;
        const servers = (before.mcp_servers ?? {}) as Table;
        expect(parse(edited, LARGE)).toEqual({ ...before, mcp_servers: { ...servers, [NAME]: { command: 'new' } } });
        const { [NAME]: _, ...rest } = servers;
        const removed = toml.remove(edited, SPOT);
        expect(withoutEmpty(parse(removed, LARGE))).toEqual(withoutEmpty({ ...before, mcp_servers: rest }));
      }),
      MANY,
    );
  });
});

/** Undefined when the task refuses; the editor may only do that with a place in the text. */
function attempt<T>(task: () => T, text?: string): T | undefined {
  try {
    return task();
  } catch (error) {
    if (text === undefined) return undefined;
    if (!(error instanceof TextError)) throw error;
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(text.length);
    return undefined;
  }
}
