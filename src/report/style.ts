import { styleText } from 'node:util';
import type { Output } from '../base/context.ts';
import type { Env } from '../base/env.ts';

type Format = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow';
export type Paint = (format: Format, text: string) => string;

/**
 * Colours for one stream: NO_COLOR (no-color.org) and FORCE_COLOR (force-color.org) decide, else whether it is a terminal.
 */
export function painter(output: Output, { vars }: Pick<Env, 'vars'>): Paint {
  // Newer Node versions would ask stdout again, whatever the text is written to.
  return wantsColour(output, vars)
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
}

function wantsColour(output: Output, vars: Env['vars']): boolean {
  const forced = vars.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (vars.NO_COLOR) return false;
  return output.isTTY === true && vars.TERM !== 'dumb';
}
