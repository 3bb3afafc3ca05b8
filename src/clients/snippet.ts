import type { Env } from '../env.ts';
import type { Client } from './client.ts';
import { formatOf } from './formats/index.ts';
import { clientOf, shapeOf } from './registry.ts';
import type { NamedEntry } from './types.ts';

/** The text to paste into a client's config: the entry at its place, two spaces, a final newline. */
export function snippetOf(client: Client, { name, entry }: NamedEntry, env: Env): string {
  return formatOf(client).snippet(client.keyPath, name, shapeOf(client, entry, env));
}

/** The text of a project's own `claude_desktop_config.json`. */
export function claudeDesktopConfigText(named: NamedEntry, env: Env): string {
  return snippetOf(clientOf('claude-desktop'), named, env);
}
