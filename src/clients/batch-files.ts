import type { Env } from '../env.ts';
import type { StdioEntry } from './types.ts';

/** What is a batch file on Windows, which only cmd.exe can start. */
const BATCH_FILE = /^(?:npx|npm|pnpx|pnpm|yarn|yarnpkg|corepack)(?:\.cmd)?$/i;

/** The entry as Windows can start it. On other systems, and for programs, as it is. */
export function startable<Entry extends Pick<StdioEntry, 'command' | 'args'>>(
  entry: Entry,
  { platform }: Pick<Env, 'platform'>,
): Entry {
  if (platform !== 'win32' || !BATCH_FILE.test(entry.command)) return entry;
  return { ...entry, command: 'cmd', args: ['/c', entry.command, ...entry.args] };
}
