import type { Context } from '../base/context.ts';
import type { CliError } from '../base/errors.ts';
import { painter } from './style.ts';

/**
 * An error for people, for stderr.
 *
 *     error: "stido" is not a value of --transport. It takes stdio, http, both or sse.
 *       Did you mean stdio?
 */
export function errorText(error: CliError, { stderr, env }: Pick<Context, 'stderr' | 'env'>): string {
  const paint = painter(stderr, env);
  const mark = error.code === 'cancelled' ? '' : `${paint('red', 'error:')} `;
  const hint = error.hint === undefined ? '' : indent(error.hint);
  return `${mark}${error.message}\n${hint}`;
}

/** An error for `--json`. */
export const errorObject = ({ code, message, hint, missing, exit }: CliError): object => ({
  ok: false,
  code,
  message,
  hint: hint ?? null,
  missing,
  exit,
});

/** The one line that `--json` prints. */
export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`;

/** Every line moved in by two, with a line break at the end. */
export const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '\n' : `  ${line}\n`))
    .join('');
