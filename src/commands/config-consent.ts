import type { Context } from '../base/context.ts';
import type { NamedEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { cancelled, usageError } from '../base/errors.ts';
import { masked, textOf } from '../base/secrets.ts';
import { cut, listOf, printable, quote, show } from '../base/text.ts';
import type { ConfigFlags } from './config-flags.ts';
import type { ChosenServer } from './config-server.ts';

/** Nobody reads on, and what is hidden behind it is counted. */
const MOST_SHOWN = 2000;

/** The command of an entry in one line as a shell has it, with control characters visible and without secrets. */
export function commandShown({ entry }: NamedEntry, env: Pick<Env, 'platform'>): string {
  if (entry.transport === 'http') return printable(entry.url);
  const values = Object.entries(entry.env).map(([name, value]) => [name, textOf(value)]);
  const variables = Object.entries(masked(Object.fromEntries(values)) as Readonly<Record<string, string>>);
  const words = [entry.command, ...(masked(entry.args) as readonly string[])].map((word) => quote(word, env.platform));
  const line = [...variables.map(([name, value]) => `${name}=${quote(value, env.platform)}`), ...words].join(' ');
  return cut(
    printable(line).replace(/[\n\t]/g, (white) => JSON.stringify(white).slice(1, -1)),
    MOST_SHOWN,
  );
}

/**
 * What a folder's files say is somebody else's until its user has seen it: asks at a terminal, and wants `--yes` where
 * nobody can be asked and the command or its variables are not of our making.
 *
 * @param titles the clients that would get it
 * @throws {CliError} `needs-consent`, exit 2; `cancelled`, exit 130
 */
export async function askConsent(
  { named, found }: ChosenServer,
  titles: readonly string[],
  { yes, json }: ConfigFlags,
  context: Context,
): Promise<void> {
  if (found === undefined || yes === true) return;
  const { env } = context;
  const command = commandShown(named, env);
  const clients = listOf([...new Set(titles)], 'and');
  if (json !== true && !env.isCI && env.stdoutIsTTY && env.stdinIsTTY) {
    const { openTerminal } = await import('../answers/prompts.ts');
    const terminal = openTerminal(context);
    const whose = found.asWritten ? `\nThis is what the files in ${printable(found.dir)} say.` : '';
    terminal.note(`${clients} would start ${named.name} with:\n${command}${whose}`);
    const message = `Write it into ${clients}?`;
    if ((await terminal.ask({ type: 'confirm', message, initial: !found.asWritten })) !== true) throw cancelled();
    return;
  }
  if (!found.asWritten) return;
  throw usageError(
    'needs-consent',
    `The files in ${show(found.dir)} say with what ${clients} would start ${named.name}:\n${command}`,
    { missing: ['--yes'], hint: 'If that is what you want, give --yes. To see the whole change first: --dry-run' },
  );
}
