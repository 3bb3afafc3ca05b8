import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { once } from '../support/cache.ts';
import { Child } from '../support/child.ts';
import { tempDir } from '../support/temp.ts';

let worker = '';
beforeAll(() => {
  const dir = mkdtempSync(join(tmpdir(), 'mason-once-'));
  worker = built(join(import.meta.dirname, 'once-worker.ts'), dir);
  return () => rmSync(dir, { recursive: true, force: true });
});

/** Processes that want one folder, of which `count` must be there before it is finished. */
function crowd(count: number) {
  const root = tempDir();
  const notes = join(tempDir(), 'notes');
  writeFileSync(notes, '');
  const start = (...how: readonly string[]): Child =>
    new Child(process.execPath, [worker, join(root, 'thing'), notes, String(count), ...how], { cwd: root });
  const noted = (word: string): number => readFileSync(notes, 'utf8').split(word).length - 1;
  return { root, start, noted };
}

/** What each of them got. */
const results = (children: readonly Child[]) =>
  Promise.all(
    children.map(async ({ finished }) => {
      const { code, stdout, stderr } = await finished;
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout) as { readonly by: number; readonly found: readonly string[] };
    }),
  );

describe('what is made once', () => {
  it('is made by one of several processes, and all get it', async () => {
    const { root, start, noted } = crowd(8);
    const children = Array.from({ length: 8 }, () => start());
    const got = await results(children);
    expect(noted('making')).toBe(1);
    expect(new Set(got.map(({ by }) => by)).size).toBe(1);
    expect(children.map(({ pid }) => pid)).toContain(got[0]?.by);
    expect(readdirSync(root).sort()).toEqual(['thing', 'thing.done']);
  });

  it('is made anew when a process was killed in the middle, by one of those who wait', async () => {
    const { root, start, noted } = crowd(5);
    const killed = start('hang');
    await killed.until(() => noted('making') === 1 && readdirSync(join(root, 'thing')).includes('half'));
    const waiting = Array.from({ length: 4 }, () => start());
    await killed.until(() => noted('here') === 5);
    expect(noted('making')).toBe(1);
    // Those who wait try to take the lock, each with a file of its own for a moment.
    const settled = readdirSync(root).filter((name) => !name.endsWith('.new'));
    expect(settled.sort()).toEqual(['thing', 'thing.lock']);
    await killed.stop();
    const got = await results(waiting);
    expect(noted('making')).toBe(2);
    expect(new Set(got.map(({ by }) => by)).size).toBe(1);
    // Nothing of the first attempt.
    expect(got[0]?.found).toEqual([]);
    expect(readdirSync(root).sort()).toEqual(['thing', 'thing.done']);
  });

  it('is made anew when it failed', async () => {
    const root = tempDir();
    const dir = join(root, 'deep', 'thing');
    const failing = once(dir, async () => {
      writeFileSync(join(dir, 'half'), '');
      throw new Error('no network');
    });
    await expect(failing).rejects.toThrow('no network');
    const found = await once(dir, async () => readdirSync(dir));
    expect(found).toEqual([]);
    expect(readdirSync(join(root, 'deep')).sort()).toEqual(['thing', 'thing.done']);
  });

  it('is not made a second time, and says the same again', async () => {
    const dir = join(tempDir(), 'thing');
    expect(await once(dir, async () => ({ port: 1 }))).toEqual({ port: 1 });
    expect(await once(dir, async () => ({ port: 2 }))).toEqual({ port: 1 });
    const nothing = join(tempDir(), 'nothing');
    await once(nothing, async () => {});
    expect(await once(nothing, async () => 1)).toBeNull();
  });
});
