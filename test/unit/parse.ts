import { Command } from 'commander';
import { addFlags, type CreateFlags, flagsOf } from '../../src/answers/flags.ts';

/** Parses a command line with commander, as `src/cli.ts` does for `create`. */
export function parseCreate(argv: readonly string[]): CreateFlags {
  let flags: CreateFlags | undefined;
  addFlags(new Command().argument('[dir]').exitOverride())
    .action((dir: string | undefined, collected) => {
      flags = flagsOf(dir, collected);
    })
    .parse([...argv], { from: 'user' });
  if (flags === undefined) throw new Error('commander did not run the action.');
  return flags;
}

/** Splits a line as a POSIX shell does, for words that are bare, in single quotes, or escaped by a backslash. */
export function splitShell(line: string): string[] {
  const words: string[] = [];
  const pattern = /(?:'[^']*'|\\[\s\S]|[^\s'\\])+/g;
  for (const [word] of line.matchAll(pattern)) {
    words.push(
      word.replace(/'([^']*)'|\\([\s\S])/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
    );
  }
  return words;
}
