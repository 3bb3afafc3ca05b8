import { type CliError, usageError } from '../base/errors.ts';

/** Kinds of the catalogue that a project can get after it was made. */
export const CATALOGUE_KINDS = ['storage', 'transport', 'extra'] as const;

/**
 * The seam for things of the catalogue: `add storage postgres`, `add transport http`, `add extra docker`, and
 * `add tool --from weather`.
 *
 * @returns the error that says what is possible instead
 */
export function notYet(): CliError {
  return usageError('not-yet', 'Only a tool, a resource or a prompt of your own can be added so far.', {
    hint: 'Run create-mcp-mason add tool|resource|prompt <name>. What the catalogue has, choose when you make a project.',
  });
}
