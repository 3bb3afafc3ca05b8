/**
 * `npx tsx test/bench/reliability.ts`: what our `config --write` and its peers do to a user's config file, side by side;
 * the tables of docs/reliability.md. Each section ends with lines `summary {…}` for scripts.
 *
 *     npx tsx test/bench/reliability.ts [--only parallel,kill,disk,hostile,large] [--tools create-mcp-mason,add-mcp]
 *         [--rounds 5] [--processes 20] [--our-kills 100] [--peer-kills 12] [--kill-mb 30] [--large-mb 5]
 *         [--large-rounds 5] [--seed 1]
 *
 * Needs Linux and bash, and takes twenty minutes on an idle machine. Everything runs in a temporary folder, each case
 * with a home folder of its own; the registry that smithery asks is one on loopback. Exits with 1 if ours lost or harmed
 * anything.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { disk } from './reliability/disk.ts';
import { hostile } from './reliability/hostile.ts';
import { kill } from './reliability/kill.ts';
import { large } from './reliability/large.ts';
import { parallel } from './reliability/parallel.ts';
import type { Tool } from './reliability/tools.ts';
import { World } from './reliability/world.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'parallel,kill,disk,hostile,large' },
    tools: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    processes: { type: 'string', default: '20' },
    'our-kills': { type: 'string', default: '100' },
    'peer-kills': { type: 'string', default: '12' },
    'kill-mb': { type: 'string', default: '30' },
    'large-mb': { type: 'string', default: '5' },
    'large-rounds': { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const seed = Number(values.seed);

const world = await World.open();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    world.close();
    process.exit(130);
  });
}
try {
  const wanted = values.tools === '' ? undefined : values.tools.split(',');
  const tools = world.install(join(import.meta.dirname, '..', '..')).filter(({ id }) => wanted?.includes(id) ?? true);
  print(`Node ${process.version}, seed ${seed}, ${tools.map(({ id, version }) => `${id} ${version}`).join(', ')}`);
  if (!(await sections(tools))) {
    print('\nOurs did not hold: see above.');
    process.exitCode = 1;
  }
} finally {
  world.close();
}

/** Whether ours did well in all of them. */
async function sections(tools: readonly Tool[]): Promise<boolean> {
  const all: Readonly<Record<string, () => Promise<boolean>>> = {
    parallel: () =>
      parallel(print, world, tools, { rounds: Number(values.rounds), processes: Number(values.processes), seed }),
    kill: () =>
      kill(print, world, tools, {
        ourRounds: Number(values['our-kills']),
        peerRounds: Number(values['peer-kills']),
        megabytes: Number(values['kill-mb']),
        seed,
      }),
    disk: () => disk(print, world, tools),
    hostile: () => hostile(print, world, tools),
    large: () =>
      large(print, world, tools, { rounds: Number(values['large-rounds']), megabytes: Number(values['large-mb']) }),
  };
  let good = true;
  for (const name of values.only.split(',')) {
    const section = all[name];
    if (section === undefined) throw new Error(`There is no section ${name}: ${Object.keys(all).join(', ')}.`);
    if (!(await section())) good = false;
  }
  return good;
}
