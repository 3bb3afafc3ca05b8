// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals begin with one
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
/** Control characters, halves of characters, and what turns the direction of a line. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const LONGEST = 2000;

/** What a project has said, as it may be shown: nothing that moves a terminal's cursor, and not without end. */
export const printable = (text: string): string =>
  text.slice(0, LONGEST).replace(ESCAPES, '').replace(/\r\n?/g, '\n').replace(UNPRINTABLE, '\uFFFD');
