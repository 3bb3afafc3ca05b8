import type { StdioEntry, Value } from '../../base/entry.ts';
import type { Site } from './client.ts';

/** The fields of a window in which a server is added by hand. */

export const commandLine = ({ command, args, env }: StdioEntry, site: Site): object => ({
  Name: site.name,
  Command: command,
  Arguments: args.map(quoted).join(' '),
  ...lines('Environment', env, site),
});

/** `NAME=value`, several of them with a comma between. */
export function lines(label: string, values: Readonly<Record<string, Value>>, { text }: Site): object {
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${text(value)}`);
  return pairs.length === 0 ? {} : { [label]: pairs.join(', ') };
}

const quoted = (argument: string): string => (/[\s"']/.test(argument) ? JSON.stringify(argument) : argument);
