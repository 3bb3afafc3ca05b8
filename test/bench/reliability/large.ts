import { median } from '../measure.ts';
import { contentOf, hasEntry, keepsData, readLeniently } from './judge.ts';
import { type Print, printSummary, printTable } from './print.ts';
import type { Tool } from './tools.ts';
import { PATIENCE_S, type World } from './world.ts';

export interface LargeOptions {
  readonly rounds: number;
  readonly megabytes: number;
}

interface Measured {
  readonly cpu: number;
  readonly wall: number;
  readonly runs: number;
  readonly good: boolean;
}

/** A run that took longer is not repeated. */
const LONG_S = 20;

/** CPU seconds for one entry in a large file: large for its settings, or for its entries. */
export async function large(
  print: Print,
  world: World,
  tools: readonly Tool[],
  options: LargeOptions,
): Promise<boolean> {
  const figures: Record<string, Record<string, Measured>> = {};
  for (const [title, bytes] of Object.entries(filesOf(options.megabytes))) {
    const results = await measure(world, tools, bytes, options.rounds);
    const base = [...results.values()][0];
    const rows = [...results].map(([id, { cpu, wall, runs, good }]) => {
      const ratio = (cpu / (base?.cpu ?? Number.NaN)).toFixed(2);
      return [id, shown(cpu), ratio, wall.toFixed(2), runs, good ? 'yes' : 'NO'];
    });
    const head = ['tool', 'CPU s', 'x', 'wall s', 'runs', 'old data and entry there'];
    printTable(print, `5. ${options.megabytes} MB of ${title}`, head, rows);
    figures[title] = Object.fromEntries(results);
  }
  printSummary(print, 'large', { megabytes: options.megabytes, ...figures });
  const ours = tools.filter((tool) => tool.ours);
  return Object.values(figures).every((by) => ours.every(({ id }) => by[id]?.good));
}

const shown = (seconds: number): string => (Number.isNaN(seconds) ? 'given up' : seconds.toFixed(2));

function filesOf(megabytes: number): Record<string, Buffer> {
  const text = (servers: object, history: readonly object[]): Buffer =>
    Buffer.from(`${JSON.stringify({ theme: 'dark', mcpServers: servers, history }, null, 2)}\n`);
  const keep = { command: 'a', args: ['x'.repeat(100)] };
  const size = megabytes * 1_000_000;
  const servers = Object.fromEntries(Array.from({ length: size / 193 }, (_, id) => [`keep-${id}`, keep]));
  const history = Array.from({ length: size / 145 }, (_, id) => ({ id, text: 'x'.repeat(90) }));
  return { settings: text({ keep }, history), entries: text(servers, []) };
}

/** All tools in turn, round by round, so that whatever else the machine does hits all of them alike. */
async function measure(world: World, tools: readonly Tool[], bytes: Buffer, rounds: number) {
  const all = new Map(tools.map(({ id }) => [id, [] as Measured[]]));
  for (let round = 0; round < rounds; round++) {
    for (const tool of tools) {
      const runs = all.get(tool.id) ?? [];
      if (runs.every(({ wall }) => wall < LONG_S)) runs.push(await measureOnce(world, tool, bytes));
    }
  }
  return new Map([...all].map(([id, runs]) => [id, middleOf(runs)]));
}

async function measureOnce(world: World, tool: Tool, bytes: Buffer): Promise<Measured> {
  const home = world.home(tool, 'claude-desktop', bytes);
  const { output, signal } = await world.run(tool, home, 'newone', { timed: true });
  // Of what was killed for taking too long, nothing but that is known.
  const [user = 0, system = 0, wall = 0] = signal
    ? [Number.NaN, 0, PATIENCE_S]
    : output.trim().split(/\s+/).map(Number);
  const [before, after] = [readLeniently(bytes), readLeniently(contentOf(home.file) ?? Buffer.alloc(0))];
  const { keys } = home.target;
  const kept = before !== undefined && after !== undefined && keepsData(before, after, keys);
  world.forget(home);
  return { cpu: user + system, wall, runs: 1, good: kept && hasEntry(after, keys, 'newone') };
}

const middleOf = (runs: readonly Measured[]): Measured => ({
  cpu: median(runs.map(({ cpu }) => cpu)),
  wall: median(runs.map(({ wall }) => wall)),
  runs: runs.length,
  good: runs.every(({ good }) => good),
});
