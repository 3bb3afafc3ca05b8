import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { contentOf, hasEntry, keepsData, leftoversOf, readLeniently } from './judge.ts';
import { type Print, printSummary, printTable } from './print.ts';
import type { Tool } from './tools.ts';
import type { Home, StartOptions, World } from './world.ts';

interface Situation {
  readonly title: string;
  readonly options: StartOptions;
  readonly prepare?: (home: Home) => void;
}

const KB = 64;

const SITUATIONS: readonly Situation[] = [
  { title: `full after ${KB / 2} KB`, options: { limitKb: KB / 2 } },
  { title: `full after ${KB} KB`, options: { limitKb: KB } },
  { title: 'read-only folder', options: { plainUser: true }, prepare: ({ file }) => chmodSync(dirname(file), 0o555) },
  { title: 'read-only file', options: { plainUser: true }, prepare: ({ file }) => chmodSync(file, 0o444) },
];

/** A disk that is full, as far as `ulimit -f` can stand for one, and places that may not be written to. */
export async function disk(print: Print, world: World, tools: readonly Tool[]): Promise<boolean> {
  const rows: string[][] = [];
  const figures: Record<string, Record<string, Outcome>> = {};
  for (const tool of tools) {
    const outcomes: Record<string, Outcome> = {};
    for (const situation of SITUATIONS) outcomes[situation.title] = await tried(world, tool, situation);
    figures[tool.id] = outcomes;
    rows.push([tool.id, ...Object.values(outcomes).map(cellOf)]);
  }
  printTable(
    print,
    `3. A file of exactly ${KB} KB on a full disk; what may not be written`,
    ['tool', ...SITUATIONS.map(({ title }) => title)],
    rows,
  );
  printSummary(print, 'disk', { tools: figures });
  const ours = tools.filter((tool) => tool.ours).flatMap(({ id }) => Object.values(figures[id] ?? {}));
  return ours.every(({ file, exit, leftovers }) => file === 'untouched' && exit === 1 && leftovers === 0);
}

interface Outcome {
  readonly file: 'untouched' | 'written' | 'lost' | 'corrupt';
  readonly exit: number | null;
  readonly leftovers: number;
}

function cellOf({ file, exit, leftovers }: Outcome): string {
  const harm = file === 'lost' || file === 'corrupt';
  return `${harm ? file.toUpperCase() : file}, exit ${exit}${leftovers > 0 ? `, ${leftovers} left` : ''}`;
}

async function tried(world: World, tool: Tool, { options, prepare }: Situation): Promise<Outcome> {
  const bytes = configOf(KB * 1024);
  const home = world.home(tool, 'claude-desktop', bytes);
  prepare?.(home);
  const { exit } = await world.run(tool, home, 'newone', options);
  const file = judge(home, bytes);
  const leftovers = leftoversOf(home).length;
  chmodSync(dirname(home.file), 0o755);
  world.forget(home);
  return { file, exit, leftovers };
}

function judge({ file, target: { keys } }: Home, bytes: Buffer): Outcome['file'] {
  const now = contentOf(file);
  if (now?.equals(bytes)) return 'untouched';
  const [before, after] = [readLeniently(bytes), now && readLeniently(now)];
  if (before === undefined || after === undefined) return 'corrupt';
  return keepsData(before, after, keys) && hasEntry(after, keys, 'newone') ? 'written' : 'lost';
}

/** Laid out as `JSON.stringify` does it, so that no tool saves room by another layout. */
function configOf(size: number): Buffer {
  const mcpServers = { keep1: { command: 'a', args: ['1'] }, keep2: { command: 'b', args: ['2'] } };
  const text = (padding: string): string => JSON.stringify({ theme: 'dark', mcpServers, notes: padding }, null, 2);
  return Buffer.from(text('x'.repeat(size - text('').length)));
}
