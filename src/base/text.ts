/** Control characters, invisible format characters and halves of surrogate pairs: nothing a person typed on purpose. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const LONGEST = 60;

/** A value from outside, quoted, shortened and with nothing in it that could move a terminal's cursor. */
export function show(value: string): string {
  const short = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  const safe = JSON.stringify(short).replace(UNPRINTABLE, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
  return `"${safe.slice(1, -1).replaceAll('\\"', '"')}"`;
}

/** The joiner that makes one picture of several is the one invisible character that may stay where it stands. */
const UNSEEN =
  /(?!(?<=\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)\u200d(?=\p{Extended_Pictographic}))(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * A text from outside as it may be printed: what would move a cursor, ring a bell, turn the direction of writing or not be
 * seen at all stands there as its code, `\u001b`. Line breaks and tabs stay.
 */
export const printable = (text: string): string => text.replace(/\r\n/g, '\n').replace(UNSEEN, escaped);

/** The same for a JSON text, which means the same afterwards; line breaks and tabs in it are indentation. */
export const printableJson = (json: string): string =>
  // An escape is four digits wide: characters beyond are written as the two halves that UTF-16 has for them.
  json.replace(UNPRINTABLE, (character) =>
    character === '\n' || character === '\t' ? character : character.split('').map(escaped).join(''),
  );

function escaped(character: string): string {
  const code = character.length === 1 ? character.charCodeAt(0) : (character.codePointAt(0) ?? 0);
  const digits = code.toString(16).padStart(4, '0');
  return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits}`;
}

/** A text cut between two characters, with how much is missing. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)}… (${text.length - end} more characters)`;
}

/** The first lines of a list, and how many there are besides. */
export function firstOf(lines: readonly string[], most: number): readonly string[] {
  const more = lines.length - most;
  return more > 0 ? [...lines.slice(0, most), `and ${more} more`] : lines;
}

/** `1 tool`, `2 tools`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `a`, `a or b`, `a, b or c`. */
export function listOf(words: readonly string[], last = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** `name=value` in two; undefined when it is not of that form, or one of them is blank. */
export function pairIn(text: string): [name: string, value: string] | undefined {
  const at = text.indexOf('=');
  return at > 0 && text.slice(at + 1).trim() !== '' ? [text.slice(0, at), text.slice(at + 1)] : undefined;
}

/** Characters that no shell gives a meaning, so that a word of them needs no quotes. */
const BARE_POSIX = /^[A-Za-z0-9_@%+=:,./-]+$/;
/** Without the comma, which makes a list in PowerShell, and without `%` and `=`, which cmd reads. */
const BARE_WINDOWS = /^[A-Za-z0-9_+:./\\-]+$/;
/** What cmd or PowerShell still read between double quotes. */
const READ_IN_DOUBLE_QUOTES = /["%$`!\n\r]|\\$|[\u201c-\u201e]/;

/**
 * One argument as it is typed in the platform's shell.
 *
 * POSIX: exact for every string. Windows: double quotes, which cmd and PowerShell read alike; an argument that holds what
 * one of them would still expand there is put in PowerShell's single quotes, which cmd does not have.
 */
export function quote(argument: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return BARE_POSIX.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
  if (BARE_WINDOWS.test(argument)) return argument;
  if (!READ_IN_DOUBLE_QUOTES.test(argument)) return `"${argument}"`;
  return `'${argument.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}

/** The candidate that was probably meant, or undefined when none is close. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase().slice(0, LONGEST);
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => isClose(typed, candidate.toLowerCase(), distance))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

function isClose(typed: string, candidate: string, distance: number): boolean {
  if (typed.length >= 3 && candidate.startsWith(typed)) return true;
  return distance <= Math.max(1, Math.floor(Math.max(typed.length, candidate.length) * 0.45));
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The line end that a text uses: that of its first line. */
export const lineEndOf = (text: string): string => /\r?\n/.exec(text)?.[0] ?? '\n';
