import { randomBytes } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isRunning, thisMachine } from '../../base/processes.ts';

/**
 * The files that an edit puts beside its target for a moment, locks and temporary copies, are named after who made them:
 * `.config.json.mason-lock.<machine>.<pid>.<nonce>`. A name is never used twice, so one that was left behind by a process
 * that is gone can be deleted without a race: nobody else can have taken it over.
 */
export type TraceKind = 'lock' | 'tmp';

/** Longer than any edit takes: for processes of other machines, and for process ids that were given out again. */
const STALE_MS = 120_000;

export function traceName(target: string, kind: TraceKind): string {
  return join(
    dirname(target),
    `${prefixOf(target, kind)}${thisMachine()}.${process.pid}.${randomBytes(8).toString('hex')}`,
  );
}

/** The paths of one kind that living processes have beside a target. Those of dead ones are deleted. */
export async function liveTraces(target: string, kind: TraceKind): Promise<readonly string[]> {
  const prefix = prefixOf(target, kind);
  const names = (await readdir(dirname(target))).filter((name) => name.startsWith(prefix));
  const live: string[] = [];
  for (const name of names) {
    const path = join(dirname(target), name);
    if (await isLive(path, name.slice(prefix.length))) live.push(path);
    else await unlink(path).catch(() => {});
  }
  return live;
}

async function isLive(path: string, owner: string): Promise<boolean> {
  const [host, pid] = owner.split('.');
  if (host === thisMachine() && !isRunning(Number(pid))) return false;
  const made = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  return made !== undefined && Date.now() - made < STALE_MS;
}

const prefixOf = (target: string, kind: TraceKind): string => `.${basename(target)}.mason-${kind}.`;
