import { isObject } from '../base/json.ts';
import type { Server, ServerVariable } from './model.ts';
import { variableName } from './names.ts';

/**
 * The address that a description names first.
 *
 * @param origin the address of the description itself, where it has one; relative servers are resolved against it
 */
export function serverOf(servers: unknown, origin: string | undefined): Server {
  const [first] = Array.isArray(servers) ? servers.filter(isObject) : [];
  const given = typeof first?.url === 'string' ? first.url : '';
  const url = absolute(given, origin);
  const entries = Object.entries(isObject(first?.variables) ? first.variables : {});
  const used = entries.filter(([name]) => url.includes(`{${name}}`));
  const variables = used.map(([name, value]): [string, ServerVariable] => {
    const { default: preset, enum: values } = isObject(value) ? value : {};
    const known = Array.isArray(values) ? values.map(String) : [];
    return [
      name,
      {
        env: variableName('server', name),
        default: preset === undefined ? (known[0] ?? '') : String(preset),
        ...(known.length > 0 && { enum: known }),
      },
    ];
  });
  return { url, ...(variables.length > 0 && { variables: Object.fromEntries(variables) }) };
}

/**
 * An address without its last slash, and without what does not belong there: a user, a password, a query, a fragment
 * (OpenAPI 3.2, "Server Object"). Empty where nothing says on which host it is.
 */
export function absolute(url: string, origin: string | undefined): string {
  const bare = url
    .trim()
    .replace(/[?#].*$/s, '')
    .replace(/^((?:https?:)?\/\/)[^/]*@/i, '$1');
  const trimmed = bare.replace(/\/+$/, '');
  if (/^https?:\/\//i.test(trimmed)) return trimmed;
  if (/^\/\//.test(trimmed)) return `https:${trimmed}`;
  // A host without scheme, as people write it.
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(\/|$)/i.test(trimmed)) return `https://${trimmed}`;
  if (origin === undefined || /^[a-z][a-z0-9+.-]*:/i.test(trimmed)) return '';
  // Braces of variables must not be escaped.
  const base = new URL(origin);
  const path = trimmed.startsWith('/') ? trimmed : `/${trimmed.replace(/^(\.\/)+/, '')}`;
  return `${base.origin}${path}`.replace(/\/+$/, '');
}
