import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnv } from '../../support/child.ts';
import { warm } from '../../support/made.ts';
import type { NodeVersion } from '../../support/node-versions.ts';
import { pythonProgram } from '../../support/python.ts';
import { toolOf } from '../../support/tools.ts';
import type { Tool } from './client.ts';
import { neededBy } from './descriptions.ts';
import { measured } from './measured.ts';
import type { Peer } from './peer.ts';

const KLARIDIAN = 'klaridian==0.5.1';
const FASTMCP = 'fastmcp==4.2.3';

/** Seconds of CPU. */
const GENERATE_LIMIT = 120;
const BUILD_LIMIT = 300;

/** Everybody compiles with the same memory. */
const HEAP = '--max-old-space-size=2048';

export function peers(node: NodeVersion): Peer[] {
  return [
    klaridianInTypeScript(node),
    klaridianInPython(),
    klaridianInCode(node),
    openapiMcpGenerator(node),
    fastMcp(),
    fastMcpWithSearch(),
  ];
}

async function klaridian(
  language: string,
  file: string,
  dir: string,
  upstream: string,
  ...more: readonly string[]
): Promise<number> {
  // Without a version it refuses those descriptions whose own is none that npm would take.
  const version = ['--server-version', '1.0.0'];
  const flags = ['--language', language, '--out', dir, '--base-url', upstream, '--quiet', ...version, ...more];
  const args = ['-m', 'klaridian', 'generate', '--spec', file, ...flags];
  const options = { cwd: join(dir, '..'), env: childEnv(), limit: GENERATE_LIMIT };
  return (await measured(await pythonProgram(KLARIDIAN), args, options)).cpu;
}

function klaridianInTypeScript(node: NodeVersion): Peer {
  return {
    title: 'klaridian, TypeScript',
    async generate({ file }, parent, upstream) {
      const dir = join(parent, 'server');
      return {
        cpu: await klaridian('typescript', file, dir, upstream),
        build: () => compileAndBundle(dir, node),
        start: {
          command: [node.node, join(dir, 'dist/server.bundle.js')],
          env: childEnv({ KLARIDIAN_BASE_URL: upstream }),
          cwd: dir,
        },
      };
    },
  };
}

/** Two tools: a model looks functions up, and writes code that Deno runs. */
function klaridianInCode(node: NodeVersion): Peer {
  return {
    title: 'klaridian, code mode',
    isForMany: true,
    async generate({ file }, parent, upstream) {
      const dir = join(parent, 'server');
      const cpu = await klaridian('typescript', file, dir, upstream, '--architecture', 'code-mode');
      const deno = join(await toolOf('deno'), '.bin');
      const functions = readFileSync(join(dir, 'src/docs-data.ts'), 'utf8').matchAll(/\{ functionName: "/g);
      return {
        cpu,
        operations: [...functions].length,
        build: () => compileAndBundle(dir, node),
        start: {
          command: [node.node, join(dir, 'dist/server.bundle.js')],
          env: childEnv({ KLARIDIAN_BASE_URL: upstream }, [deno]),
          cwd: dir,
        },
        behind: {
          async listed(client) {
            const text = (await client.call('search_docs', {})).content?.[0]?.text ?? '';
            const needed = neededBy(file);
            return [...text.matchAll(/^### (\w+)\nGET (\S+)/gm)].map(([, name = '', path = '']) => ({
              name,
              inputSchema: needed(path),
            }));
          },
          call: (name, args) => [
            'execute_code',
            { code: `import { ${name} } from './client.js';\nconsole.log(await ${name}(${JSON.stringify(args)}));` },
          ],
        },
      };
    },
  };
}

async function compileAndBundle(dir: string, node: NodeVersion) {
  const types = await compile(dir, node);
  const options = { cwd: dir, env: childEnv({}, [node.path]), limit: BUILD_LIMIT };
  const bundle = await measured('npm', ['run', '--silent', 'bundle'], options);
  return { cpu: types.cpu + bundle.cpu, wall: types.wall + bundle.wall };
}

function klaridianInPython(): Peer {
  return {
    title: 'klaridian, Python',
    async generate({ file }, parent, upstream) {
      const dir = join(parent, 'server');
      const cpu = await klaridian('python', file, dir, upstream);
      const needed = readFileSync(join(dir, 'requirements.txt'), 'utf8').trim().split('\n');
      const python = await pythonProgram(...needed);
      const env = childEnv({ KLARIDIAN_BASE_URL: upstream });
      return {
        cpu,
        // Its code has no types to check.
        build: () => measured(python, ['-m', 'compileall', '-q', '.'], { cwd: dir, env, limit: BUILD_LIMIT }),
        start: { command: [python, join(dir, 'server.py')], env, cwd: dir },
      };
    },
  };
}

function openapiMcpGenerator(node: NodeVersion): Peer {
  return {
    title: 'openapi-mcp-generator',
    async generate({ file }, parent, upstream) {
      const dir = join(parent, 'server');
      const program = join(await toolOf('openapi-mcp-generator'), 'openapi-mcp-generator/bin/openapi-mcp-generator.js');
      const args = [program, '--input', file, '--output', dir, '--base-url', upstream];
      const { cpu } = await measured(node.node, args, { cwd: parent, env: childEnv(), limit: GENERATE_LIMIT });
      return {
        cpu,
        build: () => compile(dir, node),
        start: {
          command: [node.node, join(dir, 'build/index.js')],
          env: childEnv({ API_BASE_URL: upstream }),
          cwd: dir,
        },
      };
    },
  };
}

/** It makes no project: the description is read at each start. */
const fastMcpServer = (more: string, setting: string): string => `import json
import sys

import httpx2
from fastmcp import FastMCP
${more}
with open(sys.argv[1], encoding="utf-8") as file:
    description = json.load(file)
client = httpx2.AsyncClient(base_url=sys.argv[2])
server = FastMCP.from_openapi(openapi_spec=description, client=client, name="bench"${setting})
server.run(show_banner=False)
`;

async function fastMcpStart(file: string, parent: string, upstream: string, ...more: [string, string] | []) {
  const script = join(parent, 'server.py');
  writeFileSync(script, fastMcpServer(more[0] ?? '', more[1] ?? ''));
  return { command: [await pythonProgram(FASTMCP), script, file, upstream], env: childEnv(), cwd: parent };
}

function fastMcp(): Peer {
  return {
    title: 'FastMCP',
    generate: async ({ file }, parent, upstream) => ({ start: await fastMcpStart(file, parent, upstream) }),
  };
}

/** Two tools: one that finds tools, and one that calls them. */
function fastMcpWithSearch(): Peer {
  const more = 'from fastmcp.server.transforms.search import BM25SearchTransform\n';
  return {
    title: 'FastMCP, tool search',
    isForMany: true,
    generate: async ({ file }, parent, upstream) => ({
      start: await fastMcpStart(file, parent, upstream, more, ', transforms=[BM25SearchTransform()]'),
      behind: {
        async listed(client) {
          const found = await client.call('search_tools', { query: 'list get' });
          return JSON.parse(found.content?.[0]?.text ?? '[]') as Tool[];
        },
        call: (name, args) => ['call_tool', { name, arguments: args }],
      },
    }),
  };
}

/** Gives a project what its manifest names, and compiles it. */
async function compile(dir: string, { node, path }: NodeVersion) {
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const modules = join(dir, 'node_modules');
  symlinkSync(await warm({ ...manifest.dependencies, ...manifest.devDependencies }), modules, 'junction');
  const options = { cwd: dir, env: childEnv({}, [path]), limit: BUILD_LIMIT };
  return measured(node, [HEAP, join(modules, '.bin/tsc')], options);
}
