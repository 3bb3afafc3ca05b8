import type { SecretText, Value } from './entry.ts';
import { isObject, memberOf } from './json.ts';

/** Names of variables, headers and fields whose values are secret. */
const SECRET_NAME = /token|secret|passw|api_?-?key|access_?-?key|private_?-?key|auth|credential|cookie|_dsn$|_url$/i;
/** What stands in a config in the place of a secret: `${env:X}`, `$X`, `%X%`, `{env:X}`, `Bearer ${X}`, `<X>`. */
const REFERENCE = /^(?:[A-Za-z]+ )?(?:\$?\{[^{}]*(?:\{[^{}]*\}\})?\}?|\$[A-Za-z_]\w*|%\w+%|<\w+>)$/;
const PLACEHOLDER = /<\w+>/;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** What a person has to replace where the client knows no way to look a variable up. */
export const placeholderOf = (variable: string): string => `<${variable}>`;

/** A value with its secret put in by `reference`. */
export const textOf = (value: Value, reference: (variable: string) => string = placeholderOf): string =>
  isSecret(value) ? `${value.before ?? ''}${reference(value.secret)}${value.after ?? ''}` : value;

export const isSecret = (value: Value): value is SecretText => typeof value !== 'string';

/** The names of the variables that values refer to. */
export const secretsIn = (values: readonly Value[]): readonly string[] => [
  ...new Set(values.filter(isSecret).map(({ secret }) => secret)),
];

/** The names of the variables whose values have to be filled in by hand. */
export function placeholdersIn(entry: unknown): readonly string[] {
  const names = JSON.stringify(entry)?.matchAll(/<(\w+)>/g) ?? [];
  return [...new Set([...names].map(([, name = '']) => name))];
}

/**
 * The entry with what a person has filled into the file in place of its placeholders, so that writing it again takes
 * nobody's secret away.
 */
export function keepFilled(entry: unknown, found: unknown): unknown {
  if (typeof entry === 'string') return PLACEHOLDER.test(entry) && typeof found === 'string' ? found : entry;
  if (Array.isArray(entry)) {
    return entry.map((item, index) => keepFilled(item, Array.isArray(found) ? found[index] : undefined));
  }
  if (!isObject(entry)) return entry;
  return Object.fromEntries(Object.entries(entry).map(([key, item]) => [key, keepFilled(item, memberOf(found, key))]));
}

/** A value as it may be shown: literal values under names of secrets are replaced by stars. */
export const masked = (value: unknown): unknown => hidden(value, value);

/** Two entries as they may be shown, with a mark where secrets of the two differ. */
export function hideSecrets(old: unknown, fresh: unknown): [unknown, unknown] {
  return [hidden(old, old), hidden(fresh, old)];
}

/** The lines of a config or a diff as they may be shown. */
export const maskLines = (text: string): string =>
  text.replace(
    // A name is matched from its first letter only; otherwise a long word would be tried again from each of its letters.
    /(["']?)(?<![\w-])([\w-]+)\1(\s*[:=]\s*)(["'])((?:\\.|(?!\4).)*)\4/g,
    (whole, mark: string, name: string, between: string, quote: string, value: string) =>
      isSecretName(name) && value !== '' && !REFERENCE.test(value)
        ? `${mark}${name}${mark}${between}${quote}***${quote}`
        : whole,
  );

function hidden(value: unknown, reference: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => hidden(item, Array.isArray(reference) ? reference[index] : undefined));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const other = memberOf(reference, key);
      if (typeof item !== 'string' || !isSecretName(key) || REFERENCE.test(item)) return [key, hidden(item, other)];
      return [key, item === other ? '***' : '*** (another value)'];
    }),
  );
}
