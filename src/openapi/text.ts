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
  const plain = text.replace(/^\uFEFF/, '');
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
