import type { Context } from '../base/context.ts';
import type { CliError, ExitCode } from '../base/errors.ts';
import { printableJson } from '../base/text.ts';
import { painter } from './style.ts';

/** What a command did. Every command returns one, and `print` is the only place that prints it. */
export interface Report {
  readonly exit: ExitCode;
  /** The one object of `--json`, with its keys in the order of printing: `schemas/report.json`. */
  readonly json: { readonly ok: boolean; readonly [key: string]: unknown };
  /** For people, in the order of printing. */
  readonly text: readonly Piece[];
}

/** Text for one of the two streams: results on stdout, and what a pipe must not carry on stderr. */
export interface Piece {
  readonly to: 'stdout' | 'stderr';
  readonly text: string;
}

/** Prints a report in one of its two forms. @returns the exit code */
export function print({ exit, json, text }: Report, asJson: boolean, context: Context): ExitCode {
  if (asJson) context.stdout.write(`${printableJson(JSON.stringify(json))}\n`);
  else for (const piece of text) if (piece.text !== '') context[piece.to].write(piece.text);
  return exit;
}

/** A piece of whole lines. */
export const lines = (to: Piece['to'], ...texts: readonly string[]): Piece => ({
  to,
  text: texts.map((text) => `${text}\n`).join(''),
});

/** The report of a command that has stopped at an error. */
export const errorReport = (error: CliError, context: Pick<Context, 'stderr' | 'env'>): Report => ({
  exit: error.exit,
  json: errorObject(error),
  text: [{ to: 'stderr', text: errorText(error, context) }],
});

/** An error for `--json`; what else the command has to tell follows. */
export const errorObject = ({ code, message, hint, missing, exit }: CliError) => ({
  ok: false,
  code,
  message,
  hint: hint ?? null,
  missing,
  exit,
});

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

/** Every line moved in by two, with a line break at the end. */
export const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '\n' : `  ${line}\n`))
    .join('');
