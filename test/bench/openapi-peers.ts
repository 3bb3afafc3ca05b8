/**
 * Servers of real descriptions, made by us and by others, and measured alike:
 *
 *     npx tsx test/bench/openapi-peers.ts [--only <part of a description or of a peer> …]
 *
 * It prints the table of docs/benchmarks.md. All servers in TypeScript run on Node 22, as one of them demands it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeOf } from '../support/node-versions.ts';
import { RawClient, type Tool } from './openapi/client.ts';
import { type Description, descriptions } from './openapi/descriptions.ts';
import { ours } from './openapi/ours.ts';
import type { Peer, Project } from './openapi/peer.ts';
import { peers } from './openapi/peers.ts';
import { requiredOf, sample } from './openapi/sample.ts';
import { upstream } from './openapi/upstream.ts';

/** Those that docs/openapi.md has only of ours: no peer was chosen by them. */
const LEFT_OUT = ['petstore 2.0', 'security', 'jira'];
/** How many operations are called, and how many are tried for that: some take no call that a bench could make up. */
const [CALLS, TRIES] = [3, 10];
/** From how many operations on peers show what they have for many. */
const MANY = 100;
const COLUMNS = [
  'description',
  'made by',
  'operations',
  'generated, CPU s',
  'types and build, CPU s',
  'start and list, CPU s',
  'tools',
  'list, KB',
  'with output schema',
  'RSS, MB',
  '404 and 500 as errors',
  'another 200 shown',
] as const;

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const work = realpathSync(mkdtempSync(join(tmpdir(), 'mason-peers-')));
process.once('exit', () => rmSync(work, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const root = fileURLToPath(new URL('../..', import.meta.url));
execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
const mock = await upstream();
try {
  const node = await nodeOf('22');
  const everybody = [ours('typescript', node), ours('python', node), ...peers(node)];
  const everything = (await descriptions()).filter(({ title }) => !LEFT_OUT.includes(title));
  const chosen = chosenBy(values.only, everything, everybody);
  print(`| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}`);
  for (const description of chosen.descriptions) {
    const fit = chosen.peers.filter(({ isForMany = false }) => !isForMany || description.operations >= MANY);
    for (const peer of fit) print(`| ${(await row(description, peer)).join(' | ')} |`);
  }
} finally {
  mock.close();
}

/** Of what a word fits only among descriptions, all peers are meant, and the other way round. */
function chosenBy(words: readonly string[], all: readonly Description[], everybody: readonly Peer[]) {
  const fits = <T extends { title: string }>(from: readonly T[]): readonly T[] => {
    const some = from.filter(({ title }) => words.some((word) => title.toLowerCase().includes(word.toLowerCase())));
    return some.length > 0 ? some : from;
  };
  return { descriptions: fits(all), peers: fits(everybody) };
}

/** A step that fails ends its row, and says why in its own cell. */
async function row(description: Description, peer: Peer): Promise<string[]> {
  const parent = join(work, `${description.title} ${peer.title}`.replace(/\W+/g, '-'));
  mkdirSync(parent);
  const cells: string[] = [description.title, peer.title];
  let client: RawClient | undefined;
  try {
    const project = await peer.generate(description, parent, mock.url);
    const generated = seconds(project.cpu);
    const built = seconds(await project.build?.().then(({ cpu }) => cpu, failure));
    cells.push('', generated, built);
    if (built.startsWith('**')) return padded(cells);
    client = new RawClient(project.start);
    const list = await client.list().catch(failure);
    const { cpu, megabytes } = client.used();
    const memory = Number.isNaN(megabytes) ? '–' : megabytes.toFixed(0);
    if (typeof list === 'string') return padded([...cells, seconds(cpu), list, '', '', memory]);
    const { tools, bytes } = list;
    const reachable = project.operations ?? (project.behind === undefined ? tools.length : '–');
    cells[2] = `${reachable} of ${description.operations}`;
    const schemas = tools.filter(({ outputSchema }) => outputSchema !== undefined).length;
    const numbers = [tools.length, (bytes / 1024).toFixed(0), schemas, memory];
    return [...cells, seconds(cpu), ...numbers.map(String), ...(await called(client, project, tools))];
  } catch (error) {
    return padded([...cells, '', failure(error)]);
  } finally {
    await client?.stop();
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Calls operations that need the least, as a model would that has read their schemas. */
async function called(client: RawClient, project: Project, tools: readonly Tool[]): Promise<[string, string]> {
  const listed = (await project.behind?.listed(client)) ?? tools;
  const easiest = listed.toSorted((a, b) => requiredOf(a.inputSchema) - requiredOf(b.inputSchema)).slice(0, TRIES);
  let [reached, errors, shown] = [0, 0, 0];
  for (const { name, inputSchema } of easiest) {
    if (reached === CALLS) break;
    const args = sample(inputSchema) as object;
    const call = project.behind?.call(name, args) ?? [name, args];
    const isError: boolean[] = [];
    const before = mock.requests;
    for (const status of [200, 404, 500]) {
      mock.status = status;
      isError.push((await client.call(...call)).isError === true);
    }
    if (mock.requests < before + 3) continue;
    reached += 1;
    errors += Number(isError[1]) + Number(isError[2]);
    shown += Number(!isError[0]);
  }
  if (reached === 0) return ['**no call arrived**', ''];
  return [`${errors} of ${reached * 2}`, `${shown} of ${reached}`];
}

function seconds(value: number | string | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  return typeof value === 'string' ? value : value.toFixed(1);
}

/** What went wrong, on one line of a table. */
function failure(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.replaceAll(work, '').replace(/\s+/g, ' ');
  return `**${(line.length > 90 ? `${line.slice(0, 90)}…` : line).replaceAll('|', '\\|')}**`;
}

function padded(cells: readonly string[]): string[] {
  return COLUMNS.map((_, index) => cells[index] ?? '');
}
