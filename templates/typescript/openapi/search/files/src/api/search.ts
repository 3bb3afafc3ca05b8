import { type Operation, operations } from './table.js';

/** Operations in one answer. */
const PAGE = 25;

export interface Wanted {
  query: string;
  tag?: string | undefined;
  path?: string | undefined;
  start: number;
}

/** Operations as one line each, the best first. */
export function search({ query, tag, path, start }: Wanted) {
  const given = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  // "a" and "of" are in everything.
  const words = given.some((word) => word.length > 2) ? given.filter((word) => word.length > 2) : given;
  const found = [...operations]
    .filter(([, { tags = [] }]) => tag === undefined || tags.some((one) => one.toLowerCase() === tag.toLowerCase()))
    .filter(([, operation]) => path === undefined || operation.path.toLowerCase().includes(path.toLowerCase()))
    .map(([name, operation]) => ({ name, operation, score: scoreOf(name, operation, words) }))
    .filter(({ score }) => words.length === 0 || score > 0)
    .sort((a, b) => b.score - a.score);
  const next = start + PAGE;
  return {
    total: found.length,
    operations: found.slice(start, next).map(({ name, operation }) => lineOf(name, operation)),
    ...(next < found.length && { next }),
  };
}

const lineOf = (name: string, { title, method, path }: Operation): string => `${name}: ${title} (${method} ${path})`;

/** Where a word stands counts; an operation that has all of them comes before those with some. */
function scoreOf(name: string, { title, description, path, tags = [] }: Operation, words: readonly string[]): number {
  const places: [string, number][] = [
    [name.toLowerCase(), 4],
    [title.toLowerCase(), 4],
    [`${tags.join(' ')} ${path}`.toLowerCase(), 2],
    [description.toLowerCase(), 1],
  ];
  const scores = words.map((word) => {
    // "issues" finds "issue" as well.
    const stem = word.length > 3 ? word.replace(/s$/, '') : word;
    return places.reduce((sum, [text, weight]) => sum + (text.includes(stem) ? weight : 0), 0);
  });
  const hits = scores.filter((score) => score > 0).length;
  return scores.reduce((sum, score) => sum + score, 0) + 20 * (hits === words.length ? 1 : 0);
}
