import { afterEach, describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/storage/bridge.ts';
import { proveStore } from '../../src/storage/contract/prove.ts';
import { BACKENDS, flagsOf, openPlace, placeIn, SOME_BACKENDS } from '../support/store-bridge.ts';
import { useMade } from '../support/use-made.ts';
import { useService } from '../support/use-service.ts';

describe.each(SOME_BACKENDS)('the store $storage of a server in $language', ({ language, storage, isDurable }) => {
  const service = useService(storage);
  const project = useMade({ name: 'kept', language, flags: flagsOf({ storage }) });

  it('keeps what storage promises, and nothing of the proof', async () => {
    const place = placeIn(project.dir, language, service.env());
    const proof = await proveStore({ open: () => openPlace(place), promisesShared: isDurable });
    expect(proof.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(proof.isShared).toBe(isDurable);
    const store = await openPlace(place);
    expect((await store.list({ prefix: 'mason-check/' })).entries).toEqual([]);
    await store.end();
  });
});

const SHARED = BACKENDS.filter(({ isDurable, language }) => isDurable && language === 'typescript');

describe.each(SHARED)('data in $storage', ({ storage }) => {
  const service = useService(storage);
  const projects = ['typescript', 'python'].map((language) => {
    const project = useMade({ name: 'kept', language, flags: flagsOf({ storage }) });
    return { language, project };
  });
  let stores: Bridge[] = [];
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.end()));
    stores = [];
  });

  it('is the same for servers in both languages', async () => {
    const places = projects.map(({ language, project }) => placeIn(project.dir, language, service.env()));
    // One after the other, as the second has to take what the first has made.
    for (const place of places) stores.push(await openPlace(place));
    const [one, other] = stores as [Bridge, Bridge];
    const value = { text: 'naïve 🦊 \u2028', list: [1, -0.5, 1e21, null, true], z: { '': 'x' }, a: '\\u0041' };
    for (const [writer, reader] of [
      [one, other],
      [other, one],
    ] as const) {
      const entry = await writer.put('both/é', value, { ttlMs: 3_600_000 });
      const read = await reader.get('both/é');
      expect(JSON.stringify(read?.value)).toBe(JSON.stringify(value));
      expect(read?.version).toBe(entry.version);
      expect(Math.abs(Date.parse(read?.expiresAt ?? '') - Date.parse(entry.expiresAt ?? ''))).toBeLessThan(1_000);
      expect((await reader.list({ prefix: 'both/' })).entries).toHaveLength(1);
      await reader.put('both/é', 2, { ifVersion: entry.version });
      await expect(writer.delete('both/é', { ifVersion: entry.version })).rejects.toMatchObject({ code: 'conflict' });
      expect(await writer.delete('both/é')).toBe(true);
    }
    expect((await one.list()).entries).toEqual([]);
  });
});
