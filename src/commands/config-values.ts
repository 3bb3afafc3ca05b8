import type { ServerEntry, Value } from '../base/entry.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { isSecretName, literalsIn, looksSecret } from '../base/secrets.ts';
import { show } from '../base/text.ts';

/** `--env` and `--header`: what a server needs to be told, without anybody's secret on a command line. */

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** RFC 9110, 5.1: a token. */
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const REFERENCE = /^(.*?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}(.*)$/s;

/**
 * Environment variables by name.
 *
 * @param given `NAME=value`, `NAME=…${VARIABLE}…`, or `NAME` for the variable of the same name
 * @throws {CliError} `invalid-env`, `literal-secret`, exit 2
 */
export function parseEnv(given: readonly string[] = []): Record<string, Value> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
      if (!VARIABLE.test(name)) {
        throw usageError('invalid-env', `--env ${show(name)} is not of the form NAME=value or NAME.`, {
          hint: 'For example: --env LOG_LEVEL=debug --env API_TOKEN (a secret that the client looks up)',
        });
      }
      if (value === undefined) return [name, { secret: name }];
      return [
        name,
        valueFrom(value, isSecretName(name) && !/_url$/i.test(name), () => literalSecret('--env', name, name)),
      ];
    }),
  );
}

/**
 * Headers by name.
 *
 * @param given `Name: value` or `Name: …${VARIABLE}…`
 * @throws {CliError} `invalid-header`, `literal-secret`, exit 2
 */
export function parseHeaders(given: readonly string[] = []): Record<string, Value> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name = '', value = ''] = /^([^:]*):\s*(.*)$/.exec(text) ?? [];
      if (!HEADER.test(name) || value === '') {
        throw usageError('invalid-header', '--header takes a name and a value: "Name: value".', {
          hint: `For example: --header 'Authorization: Bearer \${API_TOKEN}'`,
        });
      }
      return [name, valueFrom(value, isSecretName(name), () => literalSecret('--header', name, 'API_TOKEN'))];
    }),
  );
}

function valueFrom(text: string, isSecret: boolean, refusal: () => CliError): Value {
  const [, before = '', secret, after = ''] = REFERENCE.exec(text) ?? [];
  if (secret !== undefined) return { ...(before && { before }), secret, ...(after && { after }) };
  const hasPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i.test(text);
  if (isSecret || hasPassword || looksSecret(text)) throw refusal();
  return text;
}

/**
 * An entry without secrets that are written out: the command line and the address of a server have no other place for them
 * than the client's file.
 *
 * @throws {CliError} `literal-secret`, exit 2
 */
export function withoutLiterals<Entry extends ServerEntry>(entry: Entry): Entry {
  const [literal] = literalsIn(entry.transport === 'stdio' ? [entry.command, ...entry.args] : [entry.url]);
  if (literal === undefined) return entry;
  const [what, instead] =
    entry.transport === 'stdio'
      ? ['The command of the server', 'If the server reads a variable: --env API_TOKEN']
      : ['The address of the server', `If the server takes a header: --header 'Authorization: Bearer \${API_TOKEN}'`];
  throw usageError(
    'literal-secret',
    `${what} holds a secret (${show(literal.behind)} …), which would be written into a file as it is.`,
    { hint: `${instead}\nElse put <API_TOKEN> in its place, and fill it in where the client keeps it.` },
  );
}

/** The value itself is not repeated: it is in the shell's history already. */
const literalSecret = (flag: string, name: string, variable: string): CliError =>
  usageError('literal-secret', `${flag} ${name} holds a secret, which would be written into a file as it is.`, {
    hint:
      flag === '--env'
        ? `Give only its name, --env ${name}: each client then gets its own way to look it up.`
        : `Put the name of a variable in its place: ${flag} '${name}: \${${variable}}'`,
  });
