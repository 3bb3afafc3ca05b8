import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { CliError } from '../../../src/base/errors.ts';
import type { Json } from '../../../src/base/json.ts';
import { type CopyResult, copyAll } from '../../../src/storage/migrate/copy.ts';
import { CopyJournal } from '../../../src/storage/migrate/copy-journal.ts';
import { checkPlaces } from '../../../src/storage/migrate/places.ts';
import { type PutOptions, StoreFault } from '../../../src/storage/store.ts';
import { tempDir } from '../../support/temp.ts';
import { MemoryStore } from './memory-store.ts';

/** Two stores, and runs that share a journal as runs of the command do. */
class Places {
  from: MemoryStore = new MemoryStore();
  to: MemoryStore = new MemoryStore();
  readonly path = join(tempDir(), 'state', 'journal.txt');
  readonly interrupt = new AbortController();

  copy(onProgress?: (done: number, total: number) => void): Promise<CopyResult> {
    const { from, to, interrupt } = this;
    const journal = new CopyJournal(this.path);
    return copyAll({ from, to, journal, signal: interrupt.signal, ...(onProgress && { onProgress }) });
  }

  async fill(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await this.from.put(`key/${n}`, { n });
  }

  values(): Record<string, unknown> {
    return Object.fromEntries([...this.to.rows].map(([key, { text }]) => [key, JSON.parse(text)]));
  }
}

function counts({ fates }: CopyResult): Record<string, number> {
  const all: Record<string, number> = {};
  for (const fate of fates.values()) all[fate] = (all[fate] ?? 0) + 1;
  return all;
}

/** A store that does something before each put. */
class Disturbed extends MemoryStore {
  before: (key: string) => Promise<unknown> = async () => {};
  override async put(key: string, value: Json, options?: PutOptions) {
    await this.before(key);
    return super.put(key, value, options);
  }
}

describe('a copy from one store to another', () => {
  it('takes every entry over, with what is left of its lifetime', async () => {
    const places = new Places();
    const values: readonly Json[] = [null, false, 0, 1e300, '', 'naïve 🦊', [], { z: 1, a: { '': [null] } }];
    for (const [n, value] of values.entries()) await places.from.put(`naïve/日本語/${n}`, value);
    await places.from.put('brief', 1, { ttlMs: 3_600_000 });
    const result = await places.copy();
    expect(counts(result)).toEqual({ copied: 9 });
    expect(result).toMatchObject({ total: 9, foreign: [], changed: [], removed: 0 });
    expect(places.values()).toMatchObject(Object.fromEntries(values.map((value, n) => [`naïve/日本語/${n}`, value])));
    const ends = [places.from, places.to].map(({ rows }) => Date.parse(rows.get('brief')?.expiresAt ?? ''));
    expect(Math.abs((ends[0] ?? 0) - (ends[1] ?? 0))).toBeLessThan(2_000);
    expect(places.to.rows.get('naïve/日本語/0')?.expiresAt).toBeUndefined();
    // In the order of its members.
    expect(places.to.rows.get('naïve/日本語/7')?.text).toBe('{"z":1,"a":{"":[null]}}');
  });

  it('finds everything there when it is run again', async () => {
    const places = new Places();
    await places.fill(20);
    await places.copy();
    expect(counts(await places.copy())).toEqual({ present: 20 });
  });

  it('goes through more than a page', async () => {
    const places = new Places();
    await places.fill(1201);
    expect(counts(await places.copy())).toEqual({ copied: 1201 });
    expect(places.to.rows.size).toBe(1201);
  });

  it.each([
    ['the same key', 'key/3'],
    ['another key', 'other'],
  ])('writes nothing when the target holds something else: %s', async (_, key) => {
    const places = new Places();
    await places.fill(5);
    await places.to.put(key, 'precious');
    const result = await places.copy();
    expect(result).toMatchObject({ foreign: [key] });
    expect(counts(result)).toEqual({});
    expect(places.values()).toEqual({ [key]: 'precious' });
  });

  it('replaces and removes its own older copies, and nothing that somebody has changed since', async () => {
    const places = new Places();
    for (const key of ['changed', 'gone', 'same']) await places.from.put(key, 1);
    await places.copy();
    // What a killed run may leave behind.
    appendFileSync(places.path, '\n"half of a li');
    await places.from.put('changed', 2);
    await places.from.delete('gone');
    const result = await places.copy();
    expect(counts(result)).toEqual({ replaced: 1, present: 1 });
    expect(result.removed).toBe(1);
    expect(places.values()).toEqual({ changed: 2, same: 1 });

    await places.to.put('changed', 'theirs');
    expect(await places.copy()).toMatchObject({ foreign: ['changed'] });
    expect(places.values()).toEqual({ changed: 'theirs', same: 1 });
  });

  it('takes nothing for its own without its journal', async () => {
    const places = new Places();
    await places.from.put('key', 1);
    await places.to.put('key', 0);
    expect(await places.copy()).toMatchObject({ foreign: ['key'] });
  });

  it('never writes over what is written at the same moment', async () => {
    const places = new Places();
    const to = new Disturbed();
    places.to = to;
    await places.from.put('key', 'ours');
    to.before = async (key) => {
      to.before = async () => {};
      await to.put(key, 'theirs');
    };
    expect(counts(await places.copy())).toEqual({ different: 1 });
    expect(places.values()).toEqual({ key: 'theirs' });
  });

  it('finds out what a running server has changed, made and deleted', async () => {
    const places = new Places();
    const to = new Disturbed();
    places.to = to;
    for (const key of ['changed', 'deleted', 'lasting']) await places.from.put(key, 1);
    to.before = async () => {
      to.before = async () => {};
      await places.from.put('changed', 2);
      await places.from.put('new', 1);
      await places.from.delete('deleted');
    };
    expect((await places.copy()).changed).toEqual(['changed', 'deleted', 'new']);
    // Once it has stopped, the next run puts it right.
    expect(await places.copy()).toMatchObject({ changed: [], foreign: [] });
    expect(places.values()).toEqual({ changed: 2, lasting: 1, new: 1 });
  });

  it('does not take an entry that has expired meanwhile for a change', async () => {
    const places = new Places();
    const to = new Disturbed();
    places.to = to;
    await places.from.put('brief', 1, { ttlMs: 40 });
    await places.from.put('lasting', 1);
    to.before = () => new Promise((resolve) => setTimeout(resolve, 60));
    const result = await places.copy();
    expect(result.changed).toEqual([]);
    expect(result.reasons).toEqual(new Map());
  });

  it('goes on after what the target does not take, and names it', async () => {
    const places = new Places();
    await places.from.put('large', 'x'.repeat(500));
    await places.from.put('small', 1);
    Object.assign(places.to, { maxValueBytes: 100 });
    const result = await places.copy();
    expect(counts(result)).toEqual({ failed: 1, copied: 1 });
    expect([...result.reasons.keys()]).toEqual(['large']);
  });

  it('says so when the target gives back something else', async () => {
    const places = new Places();
    places.to = new (class extends MemoryStore {
      override encode(value: Json) {
        return super.encode(value).replace('é', '?');
      }
    })();
    await places.from.put('key', 'café');
    const result = await places.copy();
    expect(counts(result)).toEqual({ failed: 1 });
    expect(result.reasons.get('key')).toContain('something else than it got');
  });

  it('is patient with a target that does not answer for a moment, whether it has written or not', async () => {
    const places = new Places();
    let failures = 0;
    places.to = new (class extends MemoryStore {
      override async put(key: string, value: Json, options?: PutOptions) {
        if (failures++ === 0) throw new StoreFault('unavailable', 'A moment, please.');
        const entry = await super.put(key, value, options);
        if (failures === 2) throw new StoreFault('unavailable', 'Written, but nobody knows.');
        return entry;
      }
    })();
    await places.from.put('key', 1);
    expect(counts(await places.copy())).toEqual({ copied: 1 });
    expect(places.values()).toEqual({ key: 1 });
  });

  it('gives up on a store that does not answer at all', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const places = new Places();
    await places.from.put('key', 1);
    places.from.get = () => Promise.reject(new StoreFault('unavailable', 'Gone.'));
    await expect(places.copy()).rejects.toThrow('Gone.');
    vi.restoreAllMocks();
  });

  it('does not go in circles', async () => {
    const places = new Places();
    places.from.listKeys = async () => ({ entries: [], next: 'again' });
    await expect(places.copy()).rejects.toThrow('circle');
  });

  it('stops when it is told to, and goes on the next time', async () => {
    const places = new Places();
    await places.fill(30);
    const { interrupt } = places;
    const result = await places.copy((done) => void (done === 5 && interrupt.abort()));
    expect(result.fates.size).toBeLessThan(30);
    const again = new Places();
    Object.assign(again, { from: places.from, to: places.to, path: places.path });
    expect(counts(await again.copy())).toEqual({ present: result.fates.size, copied: 30 - result.fates.size });
  });

  it('knows what it was writing when it was killed', async () => {
    const places = new Places();
    const to = new Disturbed();
    places.to = to;
    await places.from.put('key', 1);
    to.before = () => Promise.reject(new StoreFault('gone', 'killed'));
    await expect(places.copy()).rejects.toThrow('killed');
    // It was written all the same, and the original has changed before the next run.
    to.before = async () => {};
    await to.put('key', 1);
    await places.from.put('key', 2);
    expect(counts(await places.copy())).toEqual({ replaced: 1 });
  });

  it("leaves out what is nobody's data", async () => {
    const places = new Places();
    await places.from.put('server/rate/1/somebody', 1);
    await places.from.put('server/request-state-key', 'old');
    await places.to.put('server/request-state-key', 'new');
    await places.from.put('mason-check/x/y', 1);
    await places.from.put('key', 1);
    await places.to.put('mason-migrate/probe', 1);
    expect(await places.copy()).toMatchObject({ total: 1, foreign: [] });
  });

  it('keeps its journal to itself', async () => {
    const places = new Places();
    await places.from.put('key', 'a value that may be secret');
    await places.copy();
    expect(readFileSync(places.path, 'utf8')).not.toContain('secret');
    expect(statSync(places.path).mode & 0o777).toBe(0o600);
    expect(statSync(join(places.path, '..')).mode & 0o777).toBe(0o700);
  });
});

describe('two places', () => {
  const journal = (): CopyJournal => new CopyJournal(join(tempDir(), 'journal.txt'));

  it('may be different', async () => {
    const [from, to] = [new MemoryStore(), new MemoryStore()];
    await checkPlaces(from, to, journal());
    expect([from.rows.size, to.rows.size]).toEqual([0, 0]);
  });

  it('must not be the same', async () => {
    const from = new MemoryStore();
    const error = await checkPlaces(from, new MemoryStore(from.rows), journal()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({ code: 'same-place', exit: 2 });
    expect(from.rows.size).toBe(0);
  });
});
