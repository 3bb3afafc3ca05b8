/** Lines of a text. Their ends are LF, CRLF or CR; only spaces indent. */

/** Offset of the line break that ends the line which holds `at`, or the end of the text. */
export function lineEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !isBreak(text.charCodeAt(end))) end++;
  return end;
}

/** Offset of the line after the one that holds `at`. */
export const nextLine = (text: string, at: number): number => afterBreak(text, lineEnd(text, at));

/** Offset of the first character of the line that holds `at`. */
export function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && !isBreak(text.charCodeAt(start - 1))) start--;
  return start;
}

/** Offset after the line break at `at`; `at` itself at the end of the text. */
export function afterBreak(text: string, at: number): number {
  if (at >= text.length) return at;
  return at + (text.startsWith('\r\n', at) ? 2 : 1);
}

/** Offset of the line break before a line. */
export const beforeBreak = (text: string, line: number): number =>
  line - (text.startsWith('\r\n', line - 2) ? 2 : Math.min(line, 1));

/** How many spaces a line begins with. */
export function indentOf(text: string, line: number): number {
  let at = line;
  while (text.charCodeAt(at) === SPACE) at++;
  return at - line;
}

/** Offset of the first character from `at` on that is neither space nor tab. */
export function skipBlanks(text: string, at: number): number {
  let ink = at;
  while (isBlank(text.charCodeAt(ink))) ink++;
  return ink;
}

/** Whether a token that is followed by this offset ends there: at white space or the end of the text. */
export const isGap = (text: string, at: number): boolean => at >= text.length || isWhite(text.charCodeAt(at));

export const isBreak = (code: number): boolean => code === LINE_FEED || code === RETURN;
export const isBlank = (code: number): boolean => code === SPACE || code === TAB;
export const isWhite = (code: number): boolean => isBlank(code) || isBreak(code);

/**
 * From `line` to `end` there are blank lines and comments. Of those, comments deeper than `column` belong to what stands
 * above, up to the first that is not.
 *
 * @returns the offset after the last that belongs, or `line`.
 */
export function afterComments(text: string, line: number, end: number, column: number): number {
  let after = line;
  for (let at = line; at < end; at = nextLine(text, at)) {
    const ink = skipBlanks(text, at);
    if (ink >= text.length || isBreak(text.charCodeAt(ink))) continue;
    if (text[ink] !== '#' || indentOf(text, at) <= column) break;
    after = nextLine(text, at);
  }
  return after;
}

/** How the text ends its lines. A single CR counts only where there is nothing else, as not every parser knows it. */
export const breakOf = (text: string): string => (/\r?\n/.exec(text) ?? /\r/.exec(text))?.[0] ?? '\n';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
