import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnv } from '../../support/child.ts';
import { warm } from '../../support/made.ts';
import type { NodeVersion } from '../../support/node-versions.ts';
import { pythonProgram } from '../../support/python.ts';
import { toolOf } from '../../support/tools.ts';
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
  return [klaridianInTypeScript(node), klaridianInPython(), openapiMcpGenerator(node), fastMcp()];
}

async function klaridian(language: string, file: string, dir: string, upstream: string): Promise<number> {
  // Without a version it refuses those descriptions whose own is none that npm would take.
  const version = ['--server-version', '1.0.0'];
  const flags = ['--language', language, '--out', dir, '--base-url', upstream, '--quiet', ...version];
  const args = ['-m', 'klaridian', 'generate', '--spec', file, ...flags];
  const options = { cwd: join(dir, '..'), env: childEnv(), limit: GENERATE_LIMIT };
  return (await measured(await pythonProgram(KLARIDIAN), args, options)).cpu;
}

function klaridianInTypeScript(node: NodeVersion): Peer {
  return {
    title: 'klaridian, TypeScript',
    async generate({ file }, parent, upstream) {
      const dir = join(parent, 'server');
      const env = childEnv({ KLARIDIAN_BASE_URL: upstream });
      return {
        cpu: await klaridian('typescript', file, dir, upstream),
        build: async () => {
          const types = await compile(dir, node);
          const options = { cwd: dir, env: childEnv({}, [node.path]), limit: BUILD_LIMIT };
          const bundle = await measured('npm', ['run', '--silent', 'bundle'], options);
          return { cpu: types.cpu + bundle.cpu, wall: types.wall + bundle.wall };
        },
        start: { command: [node.node, join(dir, 'dist/server.bundle.js')], env, cwd: dir },
      };
    },
  };
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
const FASTMCP_SERVER = `import json
import sys

import httpx2
from fastmcp import FastMCP

with open(sys.argv[1], encoding="utf-8") as file:
    description = json.load(file)
client = httpx2.AsyncClient(base_url=sys.argv[2])
FastMCP.from_openapi(openapi_spec=description, client=client, name="bench").run(show_banner=False)
`;

function fastMcp(): Peer {
  return {
    title: 'FastMCP',
    async generate({ file }, parent, upstream) {
      const script = join(parent, 'server.py');
      writeFileSync(script, FASTMCP_SERVER);
      const command = [await pythonProgram(FASTMCP), script, file, upstream];
      return { start: { command, env: childEnv(), cwd: parent } };
    },
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
