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
 * one of them would still expand there is put in PowerShell's single quotes, for which cmd has no equal.
 */
export function quote(argument: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return BARE_POSIX.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
  if (BARE_WINDOWS.test(argument)) return argument;
  if (!READ_IN_DOUBLE_QUOTES.test(argument)) return `"${argument}"`;
  return `'${argument.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}
