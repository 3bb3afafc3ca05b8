import type { HttpEntry, StdioEntry } from '../../base/entry.ts';
import type { Client, Place, Site } from './client.ts';
import { inHome } from './paths.ts';
import { commandOf, textsAs } from './shapes.ts';

const yaml = inHome('.continue', 'config.yaml');
const json = inHome('.continue', 'config.json');

const local = (entry: StdioEntry, site: Site): object => ({ type: 'stdio', ...commandOf(entry, site) });

function remote({ url, headers }: HttpEntry, site: Site): object {
  const given = textsAs('headers', headers, site);
  const options = Object.keys(given).length > 0 ? { requestOptions: given } : {};
  return { type: 'streamable-http', url, ...options };
}

const common = {
  id: 'continue',
  title: 'Continue',
  by: 'name',
  after: ['Reload the window of your editor.'],
  evidence:
    'continuedev/continue@d0a3c0b6: packages/config-yaml/src/schemas, core/config/profile/doLoadConfig.ts and load.ts (config.json); docs.continue.dev',
} satisfies Partial<Client>;

/** The older file is read as long as there is no config.yaml, and then no longer: that must not be made beside it. */
const older: Client = {
  ...common,
  format: 'json-comments',
  keyPath: ['experimental', 'modelContextProtocolServers'],
  paths: { user: json },
  stdio: (entry: StdioEntry, site: Site) => ({ name: site.name, transport: local(entry, site) }),
  http: (entry: HttpEntry, site: Site) => ({ name: site.name, transport: remote(entry, site) }),
};

export const continueDev: Client = {
  ...common,
  format: 'yaml',
  keyPath: ['mcpServers'],
  // In a project each server would be a file of its own, .continue/mcpServers/<name>.yaml: nothing to merge into.
  paths: { user: yaml },
  inPlace: (place: Place) => {
    const isThere = (path: string): boolean => place.files.exists(path);
    return json(place).some(isThere) && !yaml(place).some(isThere) ? older : undefined;
  },
  blank: 'name: Local\nversion: 0.0.1\nschema: v1\n',
  stdio: (entry: StdioEntry, site: Site) => ({ name: site.name, ...local(entry, site) }),
  http: (entry: HttpEntry, site: Site) => ({ name: site.name, ...remote(entry, site) }),
  secret: (variable) => `\${{ secrets.${variable} }}`,
  forNew: ['Secrets stand in ~/.continue/.env.'],
};
