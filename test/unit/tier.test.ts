import { describe, expect, it } from 'vitest';
import { sample } from '../support/tier.ts';

/** Twelve servers: every storage with every transport, some of them with tools. */
const ROWS = ['memory', 'file', 'sqlite', 'redis'].flatMap((storage, index) =>
  ['stdio', 'http', 'both'].map((transport) => ({ storage, transport, tools: ['notes', 'jobs'].slice(0, index % 3) })),
);
type Row = (typeof ROWS)[number];
const valuesOf = ({ storage, transport, tools }: Row): string[] => [storage, transport, ...tools];
const VALUES = new Set(ROWS.flatMap(valuesOf));
const SEEDS = Array.from({ length: 40 }, (_, index) => `commit ${index}`);
const STANDARD = { isFull: false } as const;

describe('a sample', () => {
  it('holds every value with few rows, in the order of the table', () => {
    for (const seed of SEEDS) {
      const rows = sample(ROWS, valuesOf, { ...STANDARD, seed });
      expect(new Set(rows.flatMap(valuesOf))).toEqual(VALUES);
      // Each storage needs one; that is enough for all the rest.
      expect(rows).toHaveLength(4);
      expect(rows).toEqual(ROWS.filter((row) => rows.includes(row)));
    }
  });

  it('is the same again for the same seed, and another one for another', () => {
    const samples = SEEDS.map((seed) => sample(ROWS, valuesOf, { ...STANDARD, seed }));
    expect(SEEDS.map((seed) => sample(ROWS, valuesOf, { ...STANDARD, seed }))).toEqual(samples);
    expect(new Set(samples.map((rows) => JSON.stringify(rows))).size).toBeGreaterThan(10);
  });

  it('leaves no row out for ever', () => {
    for (const more of [0, 2]) {
      const seen = new Set(SEEDS.flatMap((seed) => sample(ROWS, valuesOf, { ...STANDARD, seed, more })));
      expect(seen.size).toBe(ROWS.length);
    }
    // Also one that no value needs.
    const plain = [...ROWS, { storage: 'memory', transport: 'stdio', tools: [] }];
    const seen = new Set(SEEDS.flatMap((seed) => sample(plain, valuesOf, { ...STANDARD, seed, more: 2 })));
    expect(seen.size).toBe(plain.length);
  });

  it('has some more rows on request, each once', () => {
    for (const seed of SEEDS) {
      const rows = sample(ROWS, valuesOf, { ...STANDARD, seed, more: 3 });
      expect(rows).toHaveLength(7);
      expect(new Set(rows).size).toBe(7);
      expect(rows).toEqual(expect.arrayContaining(sample(ROWS, valuesOf, { ...STANDARD, seed })));
    }
    expect(sample(ROWS, valuesOf, { ...STANDARD, more: 100 })).toEqual(ROWS);
  });

  it('always has the rows that must be in it, which count for their values', () => {
    const always = ({ storage }: Row): boolean => storage === 'file';
    for (const seed of SEEDS) {
      const rows = sample(ROWS, valuesOf, { ...STANDARD, seed, always });
      expect(rows.filter(always)).toEqual(ROWS.filter(always));
      expect(rows).toHaveLength(6);
    }
  });

  it('is everything in the full tier', () => {
    expect(sample(ROWS, valuesOf, { isFull: true })).toEqual(ROWS);
  });
});
