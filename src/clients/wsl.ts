import type { NamedEntry, StdioEntry, Value } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { textOf } from '../base/secrets.ts';
import { printableJson } from '../base/text.ts';
import { type Client, REAL_FILES } from './rows/client.ts';
import { shapeOf } from './shape.ts';

/** Windows, as its own shells spell its folders. */
const WINDOWS = {
  platform: 'win32',
  home: '%USERPROFILE%',
  vars: { APPDATA: '%APPDATA%', LOCALAPPDATA: '%LOCALAPPDATA%' },
} as const;

/** A server in this Linux as Windows starts it. Variables do not come through `wsl.exe`, so `env` sets them. */
function startedByWindows({ command, args, env }: StdioEntry, distro: string): StdioEntry {
  const set = Object.entries(env).map(([name, value]: [string, Value]) => `${name}=${textOf(value)}`);
  const inside = [...(set.length > 0 ? ['/usr/bin/env', ...set] : []), command, ...args];
  return { transport: 'stdio', command: 'wsl.exe', args: ['-d', distro, '--exec', ...inside], env: {} };
}

/** Where an application of Windows has its file, and what has to stand in it for a server in WSL; undefined elsewhere. */
export function wslNote(client: Client, { name, entry }: NamedEntry, { vars }: Pick<Env, 'vars'>): string | undefined {
  const { WSL_DISTRO_NAME: distro } = vars;
  if (!distro || client.hasWindows !== true) return undefined;
  const place = { env: WINDOWS, files: { ...REAL_FILES, exists: () => false }, projectDir: '' };
  const [path] = client.paths.user?.(place) ?? [];
  const there = entry.transport === 'stdio' ? startedByWindows(entry, distro) : entry;
  const shape = printableJson(JSON.stringify({ [name]: shapeOf(client, { name, entry: there }, WINDOWS) }));
  return `This is WSL, and ${client.title} for Windows reads ${path} instead. Enter there: ${shape}`;
}
