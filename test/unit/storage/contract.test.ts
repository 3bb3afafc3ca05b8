import { describe, expect, it } from 'vitest';
import { CONTRACT, proveStore } from '../../../src/storage/contract/prove.ts';
import { DEFECTS, type Kind } from './defects.ts';
import { MemoryStore, type Rows } from './memory-store.ts';

async function broken(Store: Kind, name?: string): Promise<string[]> {
  const rows: Rows = new Map();
  const checks = name === undefined ? CONTRACT : CONTRACT.filter((check) => check.name === name);
  const proof = await proveStore({
    open: async () => new Store(rows),
    promisesShared: true,
    checks,
  });
  return proof.steps.filter(({ ok }) => !ok).map((step) => step.name);
}

describe('the contract of stores', () => {
  it('is kept by a store as it should be', async () => {
    expect(await broken(MemoryStore)).toEqual([]);
  });

  it('has a store for each of its promises that breaks it', () => {
    expect(Object.keys(DEFECTS)).toEqual(CONTRACT.map(({ name }) => name));
  });

  it.each(Object.entries(DEFECTS))('finds what is wrong: %s', async (name, Store) => {
    expect(await broken(Store, name)).toEqual([name]);
  });
});
