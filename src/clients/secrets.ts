/** Names of variables, headers and fields whose values are nobody's business. */
const SECRET_NAME = /token|secret|passw|api_?-?key|access_?-?key|private_?-?key|auth|credential|cookie|_dsn$|_url$/i;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/**
 * Two entries as they may be shown: values of fields with telling names are replaced by stars, with a mark where the two
 * differ.
 */
export function hideSecrets(old: unknown, fresh: unknown): [unknown, unknown] {
  return [hidden(old, old), hidden(fresh, old)];
}

function hidden(value: unknown, reference: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => hidden(item, memberOf(reference, String(index))));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const other = memberOf(reference, key);
      if (typeof item !== 'string' || !isSecretName(key)) return [key, hidden(item, other)];
      return [key, item === other ? '***' : '*** (another value)'];
    }),
  );
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
