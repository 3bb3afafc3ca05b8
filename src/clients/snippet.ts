import type { NamedEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { loadFormat } from '../configs/formats/index.ts';
import { clientOf } from './registry.ts';
import type { Client, Scope } from './rows/client.ts';
import { shapeOf, spotOf } from './shape.ts';

/** The text to paste into a client's config: the entry at its place, two spaces, a final newline. */
export async function snippetOf(client: Client, named: NamedEntry, env: Env, scope: Scope = 'user'): Promise<string> {
  const format = await loadFormat(client.format);
  const spot = spotOf(client, named.name, { scope, projectDir: env.cwd, content: undefined });
  const entry = format.snippet(spot, shapeOf(client, named, env));
  // Companions are added as they would be to a file, so that the whole text can be pasted.
  const companions = client.companions?.of(named) ?? [];
  return companions.reduce((text, { spot, value }) => format.set(text, spot, value), entry);
}

/** The file with an entry for this machine that `create` writes into every project. */
export const ENTRY_FILE = 'claude_desktop_config.json';

/** The text of a project's own `claude_desktop_config.json`. */
export function claudeDesktopConfigText(named: NamedEntry, env: Env): Promise<string> {
  return snippetOf(clientOf('claude-desktop'), named, env);
}
