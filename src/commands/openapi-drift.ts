import type { Context } from '../base/context.ts';
import { CliError, failure } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { printable } from '../base/text.ts';
import { compile, type Mode } from '../openapi/compile.ts';
import { type Drift, driftLines, driftOf } from '../openapi/drift.ts';
import type { ProjectRecord } from '../plan/record.ts';
import type { Judgement } from '../probe/steps.ts';
import { readSource, sourceIn } from './openapi-source.ts';

/** What is known of a project's description: how it has changed, or why nobody can tell. */
export type OpenapiState = { readonly drift: Drift; readonly why?: undefined } | { readonly why: string };

/**
 * Reads the description again that a project was made of, and compares; undefined for a project that was made of none.
 *
 * @throws CliError `cancelled`
 */
export async function openapiState(
  dir: string,
  { answers, openapi }: ProjectRecord,
  context: Context,
): Promise<OpenapiState | undefined> {
  const { fromOpenapi, openapiMode = 'tools', operations = '' } = answers;
  if (fromOpenapi === undefined || openapi === undefined) return undefined;
  try {
    const source = sourceIn(dir, fromOpenapi);
    const { description, origin } = await readSource(source, context);
    const { hashes } = await compile(description, { source, mode: openapiMode as Mode, operations, origin });
    return { drift: driftOf(openapi.operations, hashes) };
  } catch (error) {
    if (!(error instanceof CliError) || error.code === 'cancelled') throw error;
    return { why: printable(error.message) };
  }
}

/** The same as a step of `check`. Where the description is not there, which is so in most clones, nothing is wrong. */
export function openapiJudgement(state: OpenapiState, { env }: Context): Judgement {
  const name = 'openapi';
  if (state.why !== undefined) return { name, ok: true, detail: `not compared: ${state.why}`, findings: [] };
  const lines = driftLines(state.drift);
  if (lines.length === 0) return { name, ok: true, detail: 'the description is as it was', findings: [] };
  const fix = `Bring the operations up to date: ${ownCommand(env)} add openapi`;
  return {
    name,
    ok: false,
    detail: `The description has changed since: ${lines.join('; ')}. ${fix}`,
    findings: Object.entries(state.drift).flatMap(([what, names]: [string, readonly string[]]) =>
      names.map((one) => ({
        code: `operation-${what}`,
        where: `operation ${one}`,
        what: `was ${what} in the description.`,
        fix,
      })),
    ),
  };
}

/** The same as what `update` ends with; undefined where all is as it was, or nobody can tell. */
export function openapiFailure(state: OpenapiState | undefined, { env }: Context): CliError | undefined {
  const lines = state?.why === undefined && state !== undefined ? driftLines(state.drift) : [];
  if (lines.length === 0) return undefined;
  return failure(
    'openapi-drift',
    `The description has changed since the operations were made of it: ${lines.join('; ')}.`,
    {
      hint: `Bring them up to date: ${ownCommand(env)} add openapi`,
    },
  );
}
