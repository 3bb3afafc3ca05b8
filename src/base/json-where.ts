/** Where and why a text is no JSON; line and column from 1. */
export interface JsonProblem {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a text must not hold them as they are
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const BLANK = /[ \t\r\n]*/y;

/** What may come next: a value, the first member or its end, a key, a colon, a comma or the end, nothing more. */
type Expected = 'value' | 'value or ]' | 'key or }' | 'key' | ':' | 'next' | 'end';

/**
 * Finds the place at which a text stops being JSON (RFC 8259), or undefined when it is JSON. The engine's own messages name
 * a place only in some versions of Node.
 */
export function jsonProblem(text: string): JsonProblem | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? '';
  };
  for (;;) {
    at += match(BLANK).length;
    const token = at < text.length ? match(TOKEN) : '';
    if (token === '') {
      if (at >= text.length && expected === 'end') return undefined;
      return problemAt(text, at, at >= text.length ? 'it ends too early' : wrongAt(text, at, expected, open));
    }
    const next = after(token, expected, open);
    if (next === undefined) return problemAt(text, at, wrongAt(text, at, expected, open));
    expected = next;
    at += token.length;
  }
}

/** What may follow a token, or undefined where it must not stand. Keeps `open`, the brackets around the place. */
function after(token: string, expected: Expected, open: string[]): Expected | undefined {
  const done = (): Expected => (open.length === 0 ? 'end' : 'next');
  const close = (): Expected => {
    open.pop();
    return done();
  };
  const first = token.charAt(0);
  if (first === ':') return expected === ':' ? 'value' : undefined;
  if (first === ',') return expected === 'next' ? (open.at(-1) === '{' ? 'key' : 'value') : undefined;
  if (first === '}')
    return open.at(-1) === '{' && (expected === 'next' || expected === 'key or }') ? close() : undefined;
  if (first === ']')
    return open.at(-1) === '[' && (expected === 'next' || expected === 'value or ]') ? close() : undefined;
  if (expected === 'key' || expected === 'key or }') return first === '"' ? ':' : undefined;
  if (expected !== 'value' && expected !== 'value or ]') return undefined;
  if (first !== '{' && first !== '[') return done();
  open.push(first);
  return first === '{' ? 'key or }' : 'value or ]';
}

function wrongAt(text: string, at: number, expected: Expected, open: readonly string[]): string {
  const found = text.codePointAt(at) ?? 0;
  const wanted = expected === 'next' ? `"," or "${open.at(-1) === '{' ? '}' : ']'}"` : WORDS[expected];
  return `there is ${JSON.stringify(String.fromCodePoint(found))} where ${wanted} should be`;
}

const WORDS: Readonly<Record<Exclude<Expected, 'next'>, string>> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  'key or }': 'a key in double quotes or "}"',
  key: 'a key in double quotes',
  ':': '":"',
  end: 'the end',
};

function problemAt(text: string, at: number, reason: string): JsonProblem {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, reason };
}
