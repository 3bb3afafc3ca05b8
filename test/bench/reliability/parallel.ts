import { setTimeout as sleep } from 'node:timers/promises';
import { contentOf, entriesOf, keepsData, leftoversOf, readLeniently, type Table } from './judge.ts';
import { count, type Print, printSummary, printTable, randomFrom } from './print.ts';
import type { Tool } from './tools.ts';
import type { Finished, World } from './world.ts';

export interface ParallelOptions {
  readonly rounds: number;
  readonly processes: number;
  readonly seed: number;
}

const BEFORE = `{
  "theme": "dark",
  "mcpServers": {
    "keep1": { "command": "a", "args": ["1"] },
    "keep2": { "command": "b", "args": ["2"] }
  },
  "preferences": { "window": [1, 2, 3] }
}
`;

interface Round {
  /** Of the new entries. */
  readonly survived: number;
  readonly succeeded: number;
  /** Entries whose process ended with exit code 0 and that are not in the file. */
  readonly lost: number;
  readonly oldKept: boolean;
  readonly readable: boolean;
  readonly leftovers: number;
  readonly wallMs: number;
}

interface Kill {
  /** In milliseconds after the start. */
  readonly moment: number;
  /** Which of those that still run then, from 0 to 1. */
  readonly which: number;
}

/** Many processes add as many entries to one file at once: undisturbed, then with some of them killed on the way. */
export async function parallel(
  print: Print,
  world: World,
  tools: readonly Tool[],
  options: ParallelOptions,
): Promise<boolean> {
  const { rounds, processes } = options;
  const random = randomFrom(options.seed);
  const calm = new Map<string, readonly Round[]>();
  const killed = new Map<string, readonly Round[]>();
  for (const tool of tools) {
    const all: Round[] = [];
    for (let round = 0; round < rounds; round++) all.push(await roundOf(world, tool, processes, []));
    calm.set(tool.id, all);
    const life = Math.min(...all.map(({ wallMs }) => wallMs));
    const some: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const kills = Array.from({ length: processes >> 2 }, () => ({ moment: random() * life, which: random() }));
      some.push(await roundOf(world, tool, processes, kills));
    }
    killed.set(tool.id, some);
  }
  show(print, `1a. ${processes} processes at once, ${rounds} rounds`, calm, processes);
  show(print, `1b. The same, with ${processes >> 2} of them killed at random moments`, killed, processes);
  printSummary(print, 'parallel', { processes, calm: figuresOf(calm), killed: figuresOf(killed) });
  const ids = tools.filter((tool) => tool.ours).map(({ id }) => id);
  const undisturbed = ids.flatMap((id) => calm.get(id) ?? []);
  const all = [...undisturbed, ...ids.flatMap((id) => killed.get(id) ?? [])];
  return (
    undisturbed.every(({ survived }) => survived === processes) &&
    all.every(({ lost, oldKept, leftovers }) => lost === 0 && oldKept && leftovers === 0)
  );
}

async function roundOf(world: World, tool: Tool, processes: number, kills: readonly Kill[]): Promise<Round> {
  const home = world.home(tool, 'claude-desktop', BEFORE);
  const started = performance.now();
  const names = Array.from({ length: processes }, (_, index) => `new-${index}`);
  const running = names.map((name) => world.start(tool, home, name));
  const alive = new Set(running);
  for (const each of running) void each.done.then(() => alive.delete(each));
  const killing = kills.map(async ({ moment, which }) => {
    await sleep(moment);
    [...alive][Math.floor(which * alive.size)]?.kill();
  });
  const [results] = await Promise.all([Promise.all(running.map(({ done }) => done)), ...killing]);
  const wallMs = performance.now() - started;
  // The last of the killed ones left its traces to whoever comes next.
  if (kills.length > 0) await world.run(tool, home, 'afterwards');
  const after = contentOf(home.file);
  const round = judge(names, results, after && readLeniently(after), home.target.keys);
  const leftovers = leftoversOf(home).length;
  world.forget(home);
  return { ...round, leftovers, wallMs };
}

function judge(
  names: readonly string[],
  results: readonly Finished[],
  after: Table | undefined,
  keys: readonly string[],
) {
  const entries = entriesOf(after, keys);
  const before = readLeniently(Buffer.from(BEFORE)) ?? {};
  const missing = names.filter((name) => !(name in entries));
  return {
    survived: names.length - missing.length,
    succeeded: count(results, ({ exit }) => exit === 0),
    lost: count(missing, (name) => results[names.indexOf(name)]?.exit === 0),
    oldKept: after !== undefined && keepsData(before, after, keys),
    readable: after !== undefined,
  };
}

function figuresOf(all: ReadonlyMap<string, readonly Round[]>): object {
  const entries = [...all].map(([id, rounds]) => [
    id,
    {
      survived: rounds.map(({ survived }) => survived),
      succeeded: rounds.map(({ succeeded }) => succeeded),
      lostThoughExit0: total(rounds, 'lost'),
      oldKept: count(rounds, ({ oldKept }) => oldKept),
      readable: count(rounds, ({ readable }) => readable),
      leftovers: total(rounds, 'leftovers'),
      wallMs: rounds.map(({ wallMs }) => Math.round(wallMs)),
    },
  ]);
  return Object.fromEntries(entries);
}

const total = (rounds: readonly Round[], key: 'lost' | 'leftovers'): number =>
  rounds.reduce((sum, round) => sum + round[key], 0);

function show(print: Print, title: string, all: ReadonlyMap<string, readonly Round[]>, processes: number): void {
  const head = [
    'tool',
    `of ${processes} survive`,
    'exit 0',
    'exit 0 but lost',
    'old data kept',
    'readable',
    'leftovers',
  ];
  const rows = [...all].map(([id, rounds]) => [
    id,
    rounds.map(({ survived }) => survived).join(' '),
    rounds.map(({ succeeded }) => succeeded).join(' '),
    total(rounds, 'lost'),
    `${count(rounds, ({ oldKept }) => oldKept)}/${rounds.length}`,
    `${count(rounds, ({ readable }) => readable)}/${rounds.length}`,
    total(rounds, 'leftovers'),
  ]);
  printTable(print, title, head, rows);
}
