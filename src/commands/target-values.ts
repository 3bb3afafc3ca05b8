import type { Env } from '../base/env.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { show } from '../base/text.ts';

/** Values of `check` and `call`. Nothing of them is written anywhere, so that a literal secret is the user's own affair. */

type Vars = Env['vars'];

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** RFC 9110, 5.1 and 5.5: a token, and what a value may hold. */
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]+)$/;

/**
 * Headers by name.
 *
 * @param given `Name: value`, with `${VARIABLE}` for what the environment has
 * @throws {CliError} `invalid-header`, `missing-variable`, exit 2
 */
export function headersFrom(given: readonly string[] = [], vars: Vars): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = HEADER.exec(withVariables(text, vars, '--header')) ?? [];
      if (name === undefined || value === undefined) {
        throw usageError('invalid-header', '--header takes a name and a value: "Name: value".', {
          hint: `For example: --header 'Authorization: Bearer \${API_TOKEN}'`,
        });
      }
      return [name, value.trim()];
    }),
  );
}

/**
 * Variables by name.
 *
 * @param given `NAME=value`, or `NAME` for what the environment has
 * @throws {CliError} `invalid-env`, `missing-variable`, exit 2
 */
export function variablesFrom(given: readonly string[] = [], vars: Vars): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
      if (!VARIABLE.test(name)) {
        throw usageError('invalid-env', `--env ${show(name)} is not of the form NAME=value or NAME.`, {
          hint: 'For example: --env LOG_LEVEL=debug --env API_TOKEN',
        });
      }
      return [name, value === undefined ? variableOf(name, vars, '--env') : value];
    }),
  );
}

/** An address that is http or https. @throws {CliError} `invalid-url`, exit 2 */
export function urlFrom(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href;
  throw usageError('invalid-url', `${show(text)} is no http or https URL.`, {
    hint: 'For example: --url https://example.com/mcp',
  });
}

const withVariables = (text: string, vars: Vars, flag: string): string =>
  text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => variableOf(name, vars, flag));

function variableOf(name: string, vars: Vars, flag: string): string {
  const value = vars[name];
  if (value !== undefined && value !== '') return value;
  throw missing(name, flag);
}

const missing = (name: string, flag: string): CliError =>
  usageError('missing-variable', `${flag} needs the variable ${name}, which is not set.`, {
    hint: `Set it: export ${name}=…`,
  });
