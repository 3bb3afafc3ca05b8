import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CLIENTS, isWritable, locate } from '../../src/clients/registry.ts';
import { type Client, SCOPES, type Scope } from '../../src/clients/rows/client.ts';
import { fakeEnv } from '../support/env.ts';
import { fakeFiles } from './support.ts';

const HEAD = `# Clients

\`create-mcp-mason config --list\` shows the files on your machine; \`config <id> --write\` merges an entry into one of them.
This page is made from the registry (\`src/clients/rows/\`) by \`test/clients/docs.test.ts\`, and fails the tests when it is
not true. What each client gets, on each system, is in \`test/clients/golden/\`.

- **Scopes.** \`user\` is the person's file, \`project\` one that a team shares, \`local\` the person's own for one project.
- **Secrets** are never written: one that is typed into a variable, a header, an address or the server's own command line is
  refused (exit 2). Each client gets its own way to look a variable up; where it has none, a placeholder \`<NAME>\`, which is
  not touched again once you have filled it in.
- **By hand.** Clients without a file that could be edited, or whose file is known from hearsay only, are printed.
- **Consent.** A command that comes from a folder's files is shown, with control characters visible, and asked for at a terminal.
  Elsewhere \`--write\` takes \`--yes\` (exit 2 without) when it, or a variable beside it, is not of our own making.

`;

/** A path for all systems in one line, where they only differ in how they are written. */
function pathsOf(client: Client, scope: Scope): string {
  const system = (platform: NodeJS.Platform): string => {
    const env = fakeEnv({ platform, home: '~', cwd: '.', vars: platform === 'win32' ? { APPDATA: '%APPDATA%' } : {} });
    const [first] = locate(client, scope, { env, files: fakeFiles([]), projectDir: '.' });
    return first?.path.replaceAll('\\', '/') ?? '';
  };
  const [linux, mac, windows] = [system('linux'), system('darwin'), system('win32')];
  if (linux === mac && linux === windows) return `\`${linux}\``;
  const named: [string, string][] =
    linux === mac
      ? [['', linux]]
      : [
          ['Linux ', linux],
          ['macOS ', mac],
        ];
  return [...named, ['Windows ', windows] as [string, string]]
    .filter(([, path]) => path !== '')
    .map(([label, path]) => `${label}\`${path}\``)
    .join('<br>');
}

const secretOf = ({ id, secret }: Client): string => {
  if (id === 'codex') return '`env_vars = ["X"]`';
  if (id === 'goose') return '`env_keys: [X]`';
  return secret === undefined ? '`<X>`' : `\`${secret('X', 'server')}\``;
};

const HAND = 'by hand';
const row = (client: Client): string => {
  const scopes = SCOPES.filter((scope) => client.paths[scope] !== undefined);
  const files = scopes.map((scope) => `${scope}: ${pathsOf(client, scope)}`).join('<br>') || HAND;
  return `| \`${client.id}\` | ${client.title} | ${files} | ${client.format} | ${secretOf(client)} | ${client.evidence} |`;
};

it('docs/clients.md tells of every client', async () => {
  const table = [
    '| id | client | files | format | a secret | how we know |',
    '|---|---|---|---|---|---|',
    ...CLIENTS.map(row),
  ];
  await expect(`${HEAD}${table.join('\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/clients.md'));
});

it('README.md and CHANGELOG.md count them', () => {
  const read = (name: string): string => readFileSync(join(import.meta.dirname, '../..', name), 'utf8');
  const [all, written] = [CLIENTS.length, CLIENTS.filter(isWritable).length];
  expect(read('README.md')).toContain(`# ${all} clients, with their files`);
  // Claude Desktop has a row of its own.
  expect(read('README.md')).toContain(`| other clients | ${written - 1} written, ${all - written} printed |`);
  expect(read('CHANGELOG.md')).toContain(`for ${all} clients, or merges it into the real files of ${written} of them`);
});
