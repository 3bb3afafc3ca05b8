import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { childEnv, runOk } from '../support/child.ts';
import { type E2eRow, PYTHON_ROWS, recipeOf, TYPESCRIPT_ROWS } from '../support/e2e-rows.ts';
import { exercise, type Offer, RESOURCE_URIS, startUpstream, toolNamesOf, type Upstream } from '../support/exercise.ts';
import { INSPECTOR_ERAS, inspectorOf } from '../support/inspector.ts';
import { bareName, type Made } from '../support/made.ts';
import { CLIENTS, connectClient, type Target } from '../support/mcp-clients.ts';
import { nodeOf } from '../support/node-versions.ts';
import { pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { BARE_ENV, type Listening, listen } from '../support/server.ts';
import { sample } from '../support/tier.ts';
import { useMade } from '../support/use-made.ts';
import { useService } from '../support/use-service.ts';

/** A server that a client is to use. */
interface Subject {
  readonly row: E2eRow;
  readonly target: Target;
  readonly upstream: Upstream;
  /** What must be seen nowhere. */
  readonly password: string;
  /** A folder for what the client keeps. */
  readonly home: string;
}

/** What each client does with a server, and expects of it. */
const CLIENT_RUNS: Readonly<Record<string, (subject: Subject, context: TestContext) => Promise<void>>> = {
  ...Object.fromEntries(CLIENTS.map((kind) => [`client ${kind}`, (subject: Subject) => withSdk(kind, subject)])),
  ...Object.fromEntries(
    INSPECTOR_ERAS.map((era) => [`Inspector ${era}`, (subject: Subject) => withInspector(era, subject)]),
  ),
  'Python client': withPython,
};

/**
 * The rows of both languages, and who drives them. Who it is has nothing to do with the storage: all clients come to two rows
 * of each language, and to the others one of either era, over every transport.
 */
const ROWS = sample(
  [...TYPESCRIPT_ROWS, ...PYTHON_ROWS],
  ({ language, storage, tools, transports, resources, node }) => [
    language,
    storage,
    ...tools,
    ...transports,
    ...resources,
    `Node ${node}`,
  ],
  { always: ({ isForAll = false }) => isForAll },
);

describe.each(ROWS)('$name in $language on $storage', (row) => {
  const { name, language, node = '', storage, transports } = row;
  const service = useService(storage);
  const project = useMade(recipeOf(row));
  let home: string;
  let upstream: Upstream;
  let server: Listening | undefined;

  beforeAll(async () => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'mason-clients-')));
    upstream = await startUpstream();
  });
  afterAll(async () => {
    await server?.kill();
    await upstream?.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  /** As a client's entry starts it. */
  async function startOf(): Promise<Made['start']> {
    if (language === 'typescript') return [(await nodeOf(node)).node, ...project.start.slice(1)];
    const { bin } = await pythonTools();
    return [join(bin, 'uv'), '--directory', project.dir, 'run', '--no-sync', bareName(name)];
  }

  async function targetOf(transport: string): Promise<Target> {
    const [command, ...args] = await startOf();
    const own = transports.length > 1 ? [...args, transport] : args;
    const env = { ...BARE_ENV, ...upstream.env, ...service.env() };
    if (transport === 'stdio') return { command, args: own, env };
    server ??= await listen([command, ...own], env);
    return { url: server.url };
  }

  const drives = transports.flatMap((transport) =>
    Object.keys(CLIENT_RUNS).map((client) => [client, transport] as const),
  );
  const current = drives.filter(([client]) => client.startsWith('client v2'));
  // With the row's name each row has a choice of its own.
  const few = sample(current, (drive) => [...drive, row.name + row.language]);

  it.for(row.isForAll ? drives : few)('serves the %s over %s', async ([client, transport], context) => {
    const target = await targetOf(transport);
    await CLIENT_RUNS[client]?.({ row, target, upstream, password: service.password(), home }, context);
  });

  if (transports.includes('http')) {
    it('stops on SIGTERM while a client is still there', async () => {
      const client = await connectClient('v2 2025', await targetOf('http'));
      try {
        expect(await server?.stop()).toBe(0);
      } finally {
        server = undefined;
        await client.close();
      }
    });
  }
});

/** In Python a server is called without the scope. */
const serverName = ({ name, language }: E2eRow): string => (language === 'python' ? bareName(name) : name);
/** Over HTTP the log is for nobody, unless a setting says so. */
const offerOf = (row: E2eRow, target: Target): Offer => ({
  ...row,
  resources: row.resources.filter((id) => id !== 'logs' || !('url' in target)),
});
const urisOf = ({ resources }: Offer): string[] => resources.flatMap((id) => RESOURCE_URIS[id] ?? []).sort();

async function withSdk(kind: (typeof CLIENTS)[number], { row, target, upstream, password }: Subject): Promise<void> {
  const client = await connectClient(kind, target);
  try {
    if (row.description !== undefined) {
      // Metadata of a Python package holds one line.
      const description = row.language === 'python' ? row.description.replace(/\n/g, ' ') : row.description;
      expect(client.getServerVersion()).toMatchObject({ description });
    }
    const offer = offerOf(row, target);
    await exercise(client, serverName(row), offer, upstream);
    const shown = await Promise.all(urisOf(offer).map((uri) => client.readResource({ uri })));
    expect(JSON.stringify(shown)).not.toContain(password);
  } finally {
    await client.close();
  }
}

/** Its strict lint finds nothing. */
async function withInspector(era: (typeof INSPECTOR_ERAS)[number], { row, target, home }: Subject): Promise<void> {
  const inspect = await inspectorOf(home, target, era);
  const listed = JSON.parse(await inspect('--method', 'tools/list', '--strict'));
  expect(JSON.stringify(listed)).toContain(toolNamesOf(row)[0]);
  const [uri] = urisOf(offerOf(row, target));
  if (uri !== undefined) expect(await inspect('--method', 'resources/read', '--uri', uri)).toMatch(/LOG_LEVEL/i);
}

/** In both eras. */
async function withPython({ row, target, home }: Subject, context: TestContext): Promise<void> {
  const tools = await pythonTools().catch(({ message }: Error) => cannotRun(context, message));
  const script = fileURLToPath(new URL('../support/python_client.py', import.meta.url));
  const args = 'url' in target ? [target.url] : [target.command, ...target.args];
  const settings = 'url' in target ? {} : { SERVER_ENV: JSON.stringify(target.env) };
  const output = await runOk(tools.python, [script, ...args], { cwd: home, env: { ...childEnv(), ...settings } });
  const seen = JSON.parse(output);
  expect([seen[2025].version, seen[2026].version]).toEqual(['2025-11-25', '2026-07-28']);
  for (const era of [seen[2025], seen[2026]]) {
    expect(era).toMatchObject({
      server: serverName(row),
      tools: toolNamesOf(row),
      resources: urisOf(offerOf(row, target)),
      ...(row.tools.includes('notes') && { deleted: true }),
      ...(row.tools.includes('jobs') && { job: ['done', [0, 1, 2]] }),
    });
  }
}
