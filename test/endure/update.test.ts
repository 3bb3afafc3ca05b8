import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { STAGE } from '../../src/project/stage-journal.ts';
import { firstEdition } from '../support/first-edition.ts';
import { homeEnv, mason, snapshotOf, startMason } from '../support/mason.ts';
import { tempDir } from '../support/temp.ts';
import { rounds } from '../support/tier.ts';

const KILLS = rounds({ standard: 5, full: 50 });

/** Any command that reads a project puts it in order first. */
const NEXT = [
  ['config', '--dir', '.'],
  ['update', '--dry-run'],
] as const;

const differing = (one: Record<string, string>, other: Record<string, string>): string[] =>
  Object.keys({ ...one, ...other }).filter((path) => one[path] !== other[path]);

describe.each(['typescript', 'python'])('an update of a project in %s', (language) => {
  it(`that is killed leaves it as before or as after, ${KILLS} times`, async () => {
    const parent = tempDir();
    const env = homeEnv(parent);
    const original = firstEdition(language, parent);
    const before = snapshotOf(original);
    const dir = join(parent, 'work', 'kept');
    const fresh = (): void => {
      rmSync(dir, { recursive: true, force: true });
      cpSync(original, dir, { recursive: true });
    };

    fresh();
    const started = performance.now();
    expect(await mason(['update'], { cwd: dir, env })).toMatchObject({ code: 0 });
    const whole = performance.now() - started;
    const after = snapshotOf(dir);

    let inside = 0;
    for (let round = 0; round < KILLS; round++) {
      fresh();
      const doomed = startMason(['update'], { cwd: dir, env });
      // Every second one is killed while the change is made; the others at any moment.
      if (round % 2 === 0)
        await doomed.until(({ stdout }) => existsSync(join(dir, STAGE)) || stdout !== '').catch(() => {});
      await sleep(round % 2 === 0 ? Math.random() * 40 : Math.random() * whole);
      doomed.kill('SIGKILL');
      await doomed.finished;
      if (existsSync(join(dir, STAGE))) inside++;
      const [next = 'config', ...flags] = NEXT[round % NEXT.length] ?? NEXT[0];
      const { code, stderr } = await mason([next, ...flags], { cwd: dir, env });
      expect(code, stderr).toBe(0);
      const now = snapshotOf(dir);
      const apart = [before, after].map((tree) => differing(tree, now));
      expect(apart, `round ${round}: ${stderr}`).toContainEqual([]);
    }
    // Of a few, none may have been met in the middle.
    if (KILLS >= 50) expect(inside, 'killed in the middle').toBeGreaterThan(0);
  });
});
