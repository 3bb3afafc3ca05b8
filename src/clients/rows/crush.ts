import type { HttpEntry, StdioEntry } from '../../base/entry.ts';
import { pathOf } from '../../base/paths.ts';
import type { Client, Place, Site } from './client.ts';
import { configHome, firstOf, inProject } from './paths.ts';
import { addressOf, commandOf, shellReference } from './shapes.ts';

/** It also runs a `crushrc`, which is a program and not for us to edit. What both say is taken from there. */
export const crush: Client = {
  id: 'crush',
  title: 'Crush',
  format: 'json',
  keyPath: ['mcp'],
  paths: { user: userPath, project: firstOf(inProject('.crush.json'), inProject('crush.json')) },
  noMark: 'Crush ends with an error',
  stdio: ({ command, args, ...entry }: StdioEntry, site: Site) => ({
    type: 'stdio',
    ...commandOf({ ...entry, command: site.text(command), args: args.map(site.text) }, site),
  }),
  http: ({ url, ...entry }: HttpEntry, site: Site) => ({
    type: 'http',
    ...addressOf({ ...entry, url: site.text(url) }, site),
  }),
  secret: shellReference,
  // All texts of an entry are expanded as a shell would.
  escape: ['\\', '\\$`'],
  after: ['Start a new session of Crush.'],
  evidence: 'charmbracelet/crush@37f36e93: internal/config, internal/shell/expand.go; mvdan.cc/sh 3.13.1 run (escapes)',
};

function userPath({ env }: Place): readonly string[] {
  const { join } = pathOf(env);
  return [join(env.vars.CRUSH_GLOBAL_CONFIG || join(configHome(env), 'crush'), 'crush.json')];
}
