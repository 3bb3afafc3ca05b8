import type { HttpEntry, StdioEntry } from '../../base/entry.ts';
import type { Client, Place, Site } from './client.ts';
import { inHome } from './paths.ts';
import { commandOf, textsAs } from './shapes.ts';

export const continueDev: Client = {
  id: 'continue',
  title: 'Continue',
  format: 'yaml',
  keyPath: ['mcpServers'],
  by: 'name',
  // In a project each server would be a file of its own, .continue/mcpServers/<name>.yaml: nothing to merge into.
  paths: { user: inHome('.continue', 'config.yaml') },
  obstacle: (place: Place) => {
    const [yaml, json] = ['config.yaml', 'config.json'].map((name) => inHome('.continue', name)(place)[0] ?? '');
    return place.files.exists(json ?? '') && !place.files.exists(yaml ?? '')
      ? `Continue reads ${json} here, and would read nothing of it beside a config.yaml: move what is in it there first`
      : undefined;
  },
  blank: 'name: Local\nversion: 0.0.1\nschema: v1\n',
  stdio: (entry: StdioEntry, site: Site) => ({ name: site.name, type: 'stdio', ...commandOf(entry, site) }),
  http: ({ url, headers }: HttpEntry, site: Site) => {
    const given = textsAs('headers', headers, site);
    const options = Object.keys(given).length > 0 ? { requestOptions: given } : {};
    return { name: site.name, type: 'streamable-http', url, ...options };
  },
  secret: (variable) => `\${{ secrets.${variable} }}`,
  after: ['Reload the window of your editor.'],
  forNew: ['Secrets stand in ~/.continue/.env.'],
  evidence:
    'continuedev/continue@d0a3c0b6: packages/config-yaml/src/schemas, core/config/profile/doLoadConfig.ts (config.json); docs.continue.dev',
};
