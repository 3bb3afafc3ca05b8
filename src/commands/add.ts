import type { Context } from '../base/context.ts';
import { usageError } from '../base/errors.ts';
import { listOf, nearest, show } from '../base/text.ts';
import { OWN_KINDS, type OwnKind } from '../languages/registrar.ts';
import type { Report } from '../report/report.ts';
import type { AddFlags } from './add-names.ts';

/** Kinds of which nobody has one of their own, so that their name is the catalogue's. */
const CATALOGUE_KINDS: readonly string[] = ['storage', 'transport', 'auth', 'extra'];
/** What has a source instead of a name. */
const OTHER_KINDS: readonly string[] = ['openapi'];

export interface AddArgs {
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly flags: AddFlags;
}

/**
 * Adds something to a project: a tool, resource or prompt of somebody's own, or a thing of the catalogue.
 *
 * @throws {CliError} exit 2 for what cannot be asked for; else what the two ways throw
 */
export async function runAdd({ kind, name, flags }: AddArgs, context: Context): Promise<Report> {
  const kinds: readonly string[] = [...OWN_KINDS, ...CATALOGUE_KINDS, ...OTHER_KINDS];
  if (kind === 'openapi') {
    const { addOpenapi } = await import('./add-openapi.ts');
    return addOpenapi({ source: name, flags }, context);
  }
  const missing = [...(kind === undefined ? ['kind'] : []), ...(name === undefined ? ['name'] : [])];
  if (kind !== undefined && !kinds.includes(kind)) {
    const meant = nearest(kind, kinds);
    throw usageError('unknown-kind', `${show(kind)} is nothing that can be added. There are ${listOf(kinds, 'and')}.`, {
      hint: meant === undefined ? 'Run create-mcp-mason add tool <name>.' : `Did you mean ${meant}?`,
    });
  }
  const id = kind !== undefined && CATALOGUE_KINDS.includes(kind) ? (name ?? flags.from) : flags.from;
  if (kind !== undefined && id !== undefined) {
    if (flags.from !== undefined && name !== undefined) {
      throw usageError(
        'two-names',
        `${show(name)} is a name of your own, and --from ${show(flags.from)} one of the catalogue.`,
        {
          hint: `Give one of them: create-mcp-mason add ${kind} --from ${flags.from}`,
        },
      );
    }
    const { addFromCatalogue } = await import('./add-catalogue.ts');
    return addFromCatalogue({ kind, id, flags }, context);
  }
  if (kind === undefined || name === undefined) {
    throw usageError('missing-arguments', `What is to be added is not said: ${listOf(missing, 'and')} missing.`, {
      hint: 'Run create-mcp-mason add tool <name>, add tool --from weather, add extra docker, or add openapi <file>.',
      missing,
    });
  }
  const { addOwn } = await import('./add-own.ts');
  return addOwn({ kind: kind as OwnKind, name, flags }, context);
}
