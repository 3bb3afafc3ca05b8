/**
 * Has a folder made once, as one of several processes: `node once-worker.mjs <dir> <notes> <how many> [hang]`.
 *
 * Prints what it got: who has made the folder, and what was in it before.
 */
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from '../support/cache.ts';

const [dir = '', notes = '', count = '', how] = process.argv.slice(2);
const present = (): number => readFileSync(notes, 'utf8').split('here').length - 1;

appendFileSync(notes, 'here\n');
const made = await once(dir, async () => {
  appendFileSync(notes, 'making\n');
  const found = readdirSync(dir);
  writeFileSync(join(dir, 'half'), '');
  // Not before all the others want it, too; or never.
  while (how === 'hang' || present() < Number(count)) await sleep(5);
  return { by: process.pid, found };
});
process.stdout.write(JSON.stringify(made));
