import { isDeepStrictEqual } from 'node:util';
import type { NamedEntry, ServerEntry } from '../../base/entry.ts';
import { isObject } from '../../base/json.ts';
import { pathOf } from '../../base/paths.ts';
import { secretsIn } from '../../base/secrets.ts';
import type { Spot } from '../../configs/formats/index.ts';
import type { Client, Companion, Place } from './client.ts';
import { vscodeButton, vscodeLink } from './links.ts';
import { applicationSupport, inProject } from './paths.ts';
import { addressOf, commandOf, withMembers } from './shapes.ts';

/** The folder in which VS Code or a build of it keeps a person's settings. */
export const vscodeUser =
  (product: string, ...parts: readonly string[]) =>
  ({ env }: Place): readonly string[] => [pathOf(env).join(applicationSupport(env), product, 'User', ...parts)];

const inputId = (variable: string, server: string): string =>
  `${server}-${variable.toLowerCase().replaceAll('_', '-')}`;
const inputOf = (variable: string, server: string) => ({
  type: 'promptString',
  id: inputId(variable, server),
  description: `${variable} for ${server}`,
  password: true,
});
const inputSpot = (id: string): Spot => ({ path: ['inputs'], name: id, by: 'id' });

/** `${input:…}`: VS Code asks once and keeps the answer in the system's keychain. */
export const inputs = {
  secret: (variable: string, server: string): string => `\${input:${inputId(variable, server)}}`,
  companions: {
    of: ({ name, entry }: NamedEntry): readonly Companion[] =>
      secretsOf(entry).map((variable) => {
        const id = inputId(variable, name);
        return { spot: inputSpot(id), value: inputOf(variable, name) };
      }),
    named: (entry: unknown): readonly Spot[] => {
      const text = JSON.stringify(entry) ?? '';
      const ids = [...text.matchAll(/\$\{input:([\w.-]+)\}/g)].map(([, id = '']) => id);
      return [...new Set(ids)].map(inputSpot);
    },
    isOurs: (value: unknown, server: string): boolean => {
      const { description } = isObject(value) ? value : {};
      const end = ` for ${server}`;
      if (typeof description !== 'string' || !description.endsWith(end)) return false;
      return isDeepStrictEqual(value, inputOf(description.slice(0, -end.length), server));
    },
  },
} satisfies Pick<Client, 'secret' | 'companions'>;

const secretsOf = (entry: ServerEntry): readonly string[] =>
  secretsIn(Object.values(entry.transport === 'stdio' ? entry.env : entry.headers));

const build = (id: string, title: string, product: string, links: Pick<Client, 'link' | 'button'>): Client => ({
  id,
  title,
  format: 'jsonc',
  keyPath: ['servers'],
  paths: { user: vscodeUser(product, 'mcp.json'), project: inProject('.vscode', 'mcp.json') },
  stdio: withMembers({ type: 'stdio' }, commandOf),
  http: withMembers({ type: 'http' }, addressOf),
  ...inputs,
  ...links,
  projectRoot: `\${workspaceFolder}`,
  hasWindows: true,
  after: [],
  forNew: [`Run "MCP: List Servers" in ${title}, start the server there and trust it.`],
  evidence: 'code.visualstudio.com/docs/agents/reference/mcp-configuration',
});

export const vscode = build('vscode', 'VS Code', 'Code', {
  link: vscodeLink('vscode:'),
  button: vscodeButton('VS_Code', '0098FF', ''),
});
export const vscodeInsiders = build('vscode-insiders', 'VS Code Insiders', 'Code - Insiders', {
  link: vscodeLink('vscode-insiders:'),
  button: vscodeButton('VS_Code_Insiders', '24bfa5', '&quality=insiders'),
});
export const vscodium = build('vscodium', 'VSCodium', 'VSCodium', {});
