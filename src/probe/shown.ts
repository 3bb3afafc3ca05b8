import { isSecretName, literalsIn, placeholderOf } from '../base/secrets.ts';
import { cut, firstOf, printable } from '../base/text.ts';

/** A server's text as it may be shown. */
export type Shown = (text: string) => string;

/** Colours in what people read of a log are only in the way; every other escape sequence is shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals begin with one
const COLOURS = /\u001b\[[0-9;]*m/g;

/** No values of secrets, nothing that a terminal would obey. */
export const shownWithout =
  (secrets: readonly string[]): Shown =>
  (text) => {
    const open = secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
    return printable(open.replace(COLOURS, '').replace(/\r(?!\n)/g, '\n'));
  };

/** The values among variables that nobody should see. */
export const secretsIn = (vars: Readonly<Record<string, string>>): string[] =>
  Object.entries(vars).flatMap(([name, value]) =>
    isSecretName(name) && value.length > 3 && value !== placeholderOf(name) ? [value] : [],
  );

/** The same of a command line, or of an address, whose password is one however short. */
export const secretsInWords = (words: readonly string[]): string[] =>
  literalsIn(words).flatMap(({ behind, value }) => (behind === '://' || value.length > 3 ? [value] : []));

const MOST_LINES = 60;
const LONGEST_LINE = 2000;

/** A text of several lines with an end. */
export const bounded = (text: string): string =>
  firstOf(text.split('\n'), MOST_LINES)
    .map((line) => cut(line, LONGEST_LINE))
    .join('\n');
