/** Code points that do not exist and halves of pairs are no characters. */
const KNOWN = [
  String.raw`["\\bfnrte]`,
  String.raw`x[\da-fA-F]{2}`,
  String.raw`(?:u|U0000)(?![dD][89a-fA-F])[\da-fA-F]{4}`,
  String.raw`U00(?:0[1-9a-fA-F]|10)[\da-fA-F]{4}`,
].join('|');

/** An escape sequence at `lastIndex`, in a string on one line. */
export const ESCAPE = new RegExp(String.raw`\\(?:${KNOWN})`, 'y');

/** In a string over several lines a backslash may also end a line. */
export const ESCAPE_IN_LINES = new RegExp(String.raw`\\(?:${KNOWN}|[ \t]*\r?\n)`, 'y');

/** What the inside of a basic string on one line stands for; it holds known escape sequences only. */
export function unescaped(inner: string): string {
  if (!inner.includes('\\')) return inner;
  return inner.replace(/\\(?:x.{2}|u.{4}|U.{8}|.)/g, (sequence) => {
    if (sequence.length > 2) return String.fromCodePoint(Number.parseInt(sequence.slice(2), 16));
    return LETTERS[sequence.slice(1)] ?? sequence.slice(1);
  });
}

const LETTERS: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001b' };
