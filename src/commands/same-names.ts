import { type CliError, conflictError } from '../base/errors.ts';
import { firstOf, listOf, printable } from '../base/text.ts';
import type { ProjectRecord } from '../plan/record.ts';
import { apiIn, apiPaths } from './project-api.ts';
import { ownersOf, registrarOf } from './project-sources.ts';

/*
 * Two tools of one name: in TypeScript the SDK throws, so that no server starts; in Python it keeps the first and warns, so
 * that a call goes to the wrong one. So nothing is added that would make two.
 */

/**
 * Refuses operations that are called as tools of the owner's own.
 *
 * @param names of the tools that operations would become
 * @throws CliError (conflict) `name-taken`
 */
export async function refuseOwnTools(names: readonly string[], dir: string, language: string): Promise<void> {
  const owners = [...ownersOf(dir, await registrarOf(language), 'tool', names)];
  if (owners.length === 0) return;
  const where = owners.map(([name, path]) => `${name} in ${printable(path)}`);
  throw taken(
    `The project registers tools already that the description would register once more: ${firstOf(where, 10).join(', ')}.`,
    `Rename yours, or leave the operation out: --operations ${quoted(owners.map(([name]) => `!${name}`))}`,
  );
}

/**
 * Refuses tools that are called as operations which the project has as tools.
 *
 * @throws CliError (conflict) `name-taken`; what `apiIn` throws
 */
export async function refuseOperations(names: readonly string[], dir: string, record: ProjectRecord): Promise<void> {
  const { answers } = record;
  if (answers.openapiMode !== 'tools') return;
  const api = await apiIn(dir, record);
  if (api === undefined) return;
  const { apiFrom } = await import('../openapi/part.ts');
  const { operations } = apiFrom(api.data);
  const same = names.filter((name) => Object.hasOwn(operations, name));
  if (same.length === 0) return;
  const { data } = apiPaths(answers);
  throw taken(
    `${data} has an operation ${listOf(same, 'and')}, which is a tool already.`,
    'Choose another name; or delete the line of the operation, if yours is to stand in for it.',
  );
}

const quoted = (globs: readonly string[]): string => `'${firstOf(globs, 10).join(',')}'`;

const taken = (message: string, way: string): CliError =>
  conflictError('name-taken', message, { hint: `Nothing was written. ${way}` });
