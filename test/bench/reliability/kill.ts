import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { median } from '../measure.ts';
import { contentOf, copyOf, entriesOf, hasEntry, keepsData, leftoversOf, readLeniently, type Table } from './judge.ts';
import { count, type Print, printSummary, printTable, randomFrom } from './print.ts';
import type { Tool } from './tools.ts';
import type { Home, World } from './world.ts';

export interface KillOptions {
  readonly ourRounds: number;
  readonly peerRounds: number;
  readonly megabytes: number;
  readonly seed: number;
}

type State = 'old' | 'new' | 'lost' | 'corrupt';

interface Round {
  /** False when the process had ended before the kill. */
  readonly hit: boolean;
  readonly state: State;
  /** Files beside the target right after the kill. */
  readonly left: number;
  /** Our own copy of the old file, where it exists, is not the old file. */
  readonly copyBad: boolean;
  /** After a normal run: old data and that run's entry are there, and files that should not be. */
  readonly nextGood: boolean;
  readonly leftAfterNext: number;
  readonly nextMs: number;
}

/** When to kill: at a fraction of the run, or as soon as the target is seen to change. */
type Moment = number | 'change';

interface Scene {
  readonly world: World;
  readonly tool: Tool;
  readonly bytes: Buffer;
  readonly before: Table;
}

/** `kill -9` while an entry is written into a large file. */
export async function kill(print: Print, world: World, tools: readonly Tool[], options: KillOptions): Promise<boolean> {
  const bytes = largeConfig(options.megabytes);
  const before = readLeniently(bytes) ?? {};
  const random = randomFrom(options.seed);
  const anywhere = new Map<string, readonly Round[]>();
  const atChange = new Map<string, readonly Round[]>();
  const lives: Record<string, number> = {};
  for (const tool of tools) {
    const scene = { world, tool, bytes, before };
    const rounds = tool.ours ? options.ourRounds : options.peerRounds;
    const life = await lifeOf(scene);
    lives[tool.id] = Math.round(life);
    anywhere.set(tool.id, await roundsOf(scene, spread(rounds, random), life));
    const changes = Array.from({ length: rounds }, () => 'change' as const);
    atChange.set(tool.id, await roundsOf(scene, changes, life));
  }
  const size = `${options.megabytes} MB file`;
  show(print, `2a. kill -9 at a random moment of the whole run, ${size}`, anywhere, lives);
  show(print, `2b. kill -9 at the first observed change of the target, ${size}`, atChange, lives);
  printSummary(print, 'kill', { life: lives, anywhere: figuresOf(anywhere), atChange: figuresOf(atChange) });
  const ours = tools.filter((tool) => tool.ours).flatMap(({ id }) => [anywhere.get(id) ?? [], atChange.get(id) ?? []]);
  return ours.flat().every(isGood);
}

const isGood = ({ state, copyBad, nextGood, leftAfterNext }: Round): boolean =>
  (state === 'old' || state === 'new') && !copyBad && nextGood && leftAfterNext === 0;

function largeConfig(megabytes: number): Buffer {
  const history = Array.from({ length: megabytes * 1000 }, (_, id) => ({ id, text: 'x'.repeat(960) }));
  const mcpServers = { keep1: { command: 'a', args: ['1'] }, keep2: { command: 'b', args: ['2'] } };
  return Buffer.from(`${JSON.stringify({ theme: 'dark', mcpServers, history }, null, 2)}\n`);
}

/** How long an undisturbed run takes here and now, in milliseconds. */
async function lifeOf({ world, tool, bytes }: Scene): Promise<number> {
  const walls: number[] = [];
  for (let run = 0; run < 3; run++) {
    const home = world.home(tool, 'claude-desktop', bytes);
    const { exit, output, wallMs } = await world.run(tool, home, 'normal');
    if (exit !== 0) throw new Error(`${tool.id} exited with ${exit}: ${output}`);
    walls.push(wallMs);
    world.forget(home);
  }
  return median(walls);
}

/** One moment in each of as many equal parts of a life, so that no part of it is left out. */
const spread = (rounds: number, random: () => number): readonly number[] =>
  Array.from({ length: rounds }, (_, index) => (index + random()) / rounds);

async function roundsOf(scene: Scene, moments: readonly Moment[], life: number): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (const moment of moments) {
    // The machine gets faster and slower, so the last undisturbed runs say how long the next one will take.
    const recent = rounds.slice(-3).map(({ nextMs }) => nextMs);
    rounds.push(await roundOf(scene, moment, recent.length > 0 ? median(recent) : life));
  }
  return rounds;
}

async function roundOf({ world, tool, bytes, before }: Scene, moment: Moment, life: number): Promise<Round> {
  const home = world.home(tool, 'claude-desktop', bytes);
  const hit = await killed(world, tool, home, moment === 'change' ? moment : moment * life);
  const state = stateOf(home, bytes, before, 'killed');
  const left = leftoversOf(home).length;
  const copy = contentOf(copyOf(home.file));
  const next = await world.run(tool, home, 'next');
  const round = {
    hit,
    state,
    left,
    copyBad: copy !== undefined && !copy.equals(bytes),
    nextGood: next.exit === 0 && stateOf(home, bytes, before, 'next') === 'new',
    leftAfterNext: leftoversOf(home).length,
    nextMs: next.wallMs,
  };
  world.forget(home);
  return round;
}

/** Whether the process was killed, in milliseconds after its start, before it ended. */
async function killed(world: World, tool: Tool, home: Home, moment: Moment): Promise<boolean> {
  const name = basename(home.file);
  const watcher = moment === 'change' ? watch(dirname(home.file)) : undefined;
  const running = world.start(tool, home, 'killed');
  watcher?.on('change', (_, file) => {
    if (file === name) running.kill();
  });
  const timer = moment === 'change' ? undefined : setTimeout(running.kill, moment);
  const { signal } = await running.done;
  clearTimeout(timer);
  watcher?.close();
  return signal === 'SIGKILL';
}

function stateOf({ file, target: { keys } }: Home, bytes: Buffer, before: Table, name: string): State {
  const now = contentOf(file);
  if (now?.equals(bytes)) return 'old';
  const after = now && readLeniently(now);
  if (after === undefined) return 'corrupt';
  // What the killed one wrote may be there or not when the next one has run.
  const others = Object.keys(entriesOf(after, keys)).filter((entry) => entry !== 'killed' && entry !== name);
  const kept = keepsData(before, after, keys) && others.length === Object.keys(entriesOf(before, keys)).length;
  return kept && hasEntry(after, keys, name) ? 'new' : 'lost';
}

const STATES = ['old', 'new', 'lost', 'corrupt'] as const;

function figures(rounds: readonly Round[]): Record<State, number> & Record<string, number> {
  const states = STATES.map((state) => [state, count(rounds, (round) => round.state === state)]);
  return {
    ...(Object.fromEntries(states) as Record<State, number>),
    rounds: rounds.length,
    hit: count(rounds, ({ hit }) => hit),
    left: count(rounds, ({ left }) => left > 0),
    copyBad: count(rounds, ({ copyBad }) => copyBad),
    nextGood: count(rounds, ({ nextGood }) => nextGood),
    leftAfterNext: count(rounds, ({ leftAfterNext }) => leftAfterNext > 0),
  };
}

const figuresOf = (all: ReadonlyMap<string, readonly Round[]>): object =>
  Object.fromEntries([...all].map(([id, rounds]) => [id, figures(rounds)]));

function show(
  print: Print,
  title: string,
  all: ReadonlyMap<string, readonly Round[]>,
  lives: Readonly<Record<string, number>>,
): void {
  const head = ['tool', 'run ms', 'rounds', 'killed alive', ...STATES, 'left behind', 'good after next', 'left then'];
  const rows = [...all].map(([id, rounds]) => {
    const { hit, left, nextGood, leftAfterNext, ...states } = figures(rounds);
    const before = [id, lives[id] ?? '', rounds.length, hit ?? 0, ...STATES.map((state) => states[state])];
    return [...before, left ?? 0, `${nextGood}/${rounds.length}`, leftAfterNext ?? 0];
  });
  printTable(print, title, head, rows);
}
