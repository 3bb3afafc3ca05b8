import { CORE_SCHEMA, loadAll, YAMLException } from 'js-yaml';
import { type CliError, usageError } from '../base/errors.ts';
import { jsonProblem } from '../base/json-where.ts';
import { printable, show } from '../base/text.ts';

/** Most bytes of a description: GitHub's has 13 MB. */
export const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Reads JSON or YAML. A text that begins with a brace is JSON, of which the place of a fault can be told best.
 *
 * @param where the file or address, for messages
 * @throws CliError (usage) `openapi-broken` with line and column
 */
export function parseText(text: string, where: string): unknown {
  const value = read(text.replace(/^\uFEFF/, ''), where);
  // Only YAML has values that stand in several places.
  const sizes = text.includes('*') ? new Map<object, number>() : undefined;
  if (sizeOf(value, 0, sizes) <= MOST_VALUES) return value;
  throw usageError('openapi-too-large', `${show(where)} has more than ${MOST_VALUES} values, or is nested too deep.`, {
    hint: 'An alias (*) may unfold into millions of values, or into itself. Write the description out.',
  });
}

/** GitHub's has half a million. */
const MOST_VALUES = 5_000_000;
const MOST_DEPTH = 300;

/** How many values there are, with aliases written out; infinite for what has no end. */
function sizeOf(value: unknown, depth: number, sizes: Map<object, number> | undefined): number {
  if (typeof value !== 'object' || value === null) return 1;
  if (depth > MOST_DEPTH) return Number.POSITIVE_INFINITY;
  const known = sizes?.get(value);
  if (known !== undefined) return known;
  // As long as it is not done, whoever meets it again is inside of it.
  sizes?.set(value, Number.POSITIVE_INFINITY);
  let size = 1;
  for (const one of Object.values(value)) size += sizeOf(one, depth + 1, sizes);
  sizes?.set(value, size);
  return size;
}

function read(plain: string, where: string): unknown {
  if (/^\s*[{[]/.test(plain)) {
    try {
      return JSON.parse(plain);
    } catch (error) {
      const problem = jsonProblem(plain);
      // YAML takes braces as well: {openapi: 3.1.0}.
      const value = problem === undefined ? undefined : yamlOrNothing(plain);
      if (value !== undefined) return value;
      throw broken(where, problem?.line ?? 1, problem?.column ?? 1, problem?.reason ?? String(error));
    }
  }
  try {
    return loadAll(plain, { schema: CORE_SCHEMA })[0];
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line = 0, column = 0 } = error.mark ?? {};
    throw broken(where, line + 1, column + 1, error.reason);
  }
}

function yamlOrNothing(text: string): unknown {
  try {
    return loadAll(text, { schema: CORE_SCHEMA })[0];
  } catch {
    return undefined;
  }
}

const broken = (where: string, line: number, column: number, reason: string): CliError =>
  usageError('openapi-broken', `${printable(where)}:${line}:${column}: ${printable(reason)}`, {
    hint: `${show(where)} is neither JSON nor YAML from there on. Mend it, or give another description.`,
  });
