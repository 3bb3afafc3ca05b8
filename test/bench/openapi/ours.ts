import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Api } from '../../../src/openapi/model.ts';
import { childEnv, NPM } from '../../support/child.ts';
import { bareName, link } from '../../support/made.ts';
import type { NodeVersion } from '../../support/node-versions.ts';
import { programsOf, pythonTools } from '../../support/python.ts';
import type { Start } from './client.ts';
import type { Description } from './descriptions.ts';
import { measured } from './measured.ts';
import type { Peer, Project } from './peer.ts';

const BIN = fileURLToPath(new URL('../../../bin/create-mcp-mason.js', import.meta.url));

/** What a call in the project's own tests is, and what is to be answered. */
interface Case {
  readonly operation: string;
  readonly arguments: object;
}

interface Data {
  readonly schemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly operations: Api['operations'];
}

export interface OurProject extends Project {
  readonly cpu: number;
  readonly operations: number;
  readonly mode: string;
  /** Of the project's own tests. */
  readonly cases: readonly Case[];
  readonly all: Api['operations'];
  /** The project's own tests. */
  test(): Promise<unknown>;
  build(): Promise<{ readonly cpu: number; readonly wall: number }>;
}

export interface OurPeer extends Peer {
  generate(description: Description, parent: string, upstream: string): Promise<OurProject>;
}

/** The command as it is built, with the dependencies of its projects linked: an installation says nothing about them. */
export function ours(language: 'typescript' | 'python', { node, path }: NodeVersion): OurPeer {
  return {
    title: `ours, ${language === 'python' ? 'Python' : 'TypeScript'}`,
    async generate({ title, file }, parent, upstream) {
      const name = `${bareName(title).replace(/[^a-z0-9]+/g, '-')}-${language === 'python' ? 'py' : 'ts'}`;
      const flags = ['--yes', '--no-install', '--no-git', '--no-check', '--language', language, '--json'];
      const options = { cwd: parent, env: childEnv(), limit: 120 };
      const { cpu, stdout } = await measured(node, [BIN, name, ...flags, '--from-openapi', file], options);
      const { openapi } = JSON.parse(stdout) as { openapi: { operations: number; mode: string } };
      const dir = join(parent, name);
      const [source, tests] = language === 'python' ? [`src/${name.replaceAll('-', '_')}`, 'tests'] : ['src', 'test'];
      const read = (place: string): unknown => JSON.parse(readFileSync(join(dir, place), 'utf8'));
      const data = read(`${source}/api/operations.json`) as Data;
      return {
        cpu,
        mode: openapi.mode,
        operations: openapi.operations,
        cases: read(`${tests}/operations.json`) as Case[],
        ...(openapi.mode === 'search' ? { behind: behindSearch(data) } : {}),
        all: data.operations,
        build: () => build(language, dir, { node, path }),
        test: () => ownTests(language, dir, { node, path }),
        start: startOf(language, dir, node, { ...settings(data), API_BASE_URL: upstream, API_TIMEOUT_MS: '5000' }),
      };
    },
  };
}

function behindSearch({ operations }: Data): NonNullable<Project['behind']> {
  const listed = Object.entries(operations).map(([name, { input }]) => ({ name, inputSchema: input }));
  return { listed: async () => listed, call: (name, args) => ['call_operation', { name, arguments: args }] };
}

/** Without credentials nothing would be asked of an API that wants some. */
function settings({ schemes }: Data): Record<string, string> {
  const names = Object.values(schemes).flatMap(({ value, user, password }) => [value, user, password]);
  return Object.fromEntries(names.flatMap((one) => (one === undefined ? [] : [[one, 'test']])));
}

async function build(language: string, dir: string, { node, path }: NodeVersion) {
  await link(language, dir);
  const limit = 300;
  if (language === 'python') {
    const { bin, env } = await pythonTools();
    const python = join(programsOf(join(dir, '.venv')), 'python');
    return measured(join(bin, 'pyright'), ['--pythonpath', python], { cwd: dir, env, limit });
  }
  const options = { cwd: dir, env: childEnv({}, [path]), limit };
  const types = await measured(node, ['--max-old-space-size=2048', join(dir, 'node_modules/.bin/tsc')], options);
  const bundle = await measured(NPM, ['run', '--silent', 'bundle'], options);
  return { cpu: types.cpu + bundle.cpu, wall: types.wall + bundle.wall };
}

function ownTests(language: string, dir: string, { path }: NodeVersion) {
  const limit = 300;
  if (language !== 'python') return measured(NPM, ['test', '--silent'], { cwd: dir, env: childEnv({}, [path]), limit });
  const python = join(programsOf(join(dir, '.venv')), 'python');
  return measured(python, ['-m', 'pytest', '-q', 'tests/test_operations.py'], { cwd: dir, env: childEnv(), limit });
}

function startOf(language: string, dir: string, node: string, env: Readonly<Record<string, string>>): Start {
  const command =
    language === 'python'
      ? [join(programsOf(join(dir, '.venv')), bareName(dir.split(/[\\/]/).at(-1) ?? ''))]
      : [node, join(dir, 'dist/main.mjs')];
  return { command, env: childEnv(env), cwd: dir };
}
