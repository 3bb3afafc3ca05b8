import type { SecretText, Value } from './entry.ts';
import { isObject, memberOf } from './json.ts';

/** Names of variables, headers and fields whose values are secret. */
const SECRET_NAME =
  /token|secret|passw|passphrase|pwd|api_?-?key|access_?-?key|private_?-?key|auth|credential|cookie|bearer|(^|[_-])(key|pat|jwt)$|connection_?string|_(dsn|url|uri)$/i;
/** Texts that are secrets whatever they stand under: passwords in addresses, and the beginnings that services give to theirs. */
const PASSWORD_IN_ADDRESS = /(:\/\/)[^/@\s"']*:[^/@\s"']+@/g;
const KNOWN_SECRET =
  /\b(?:gh[pousr]_\w{10,}|github_pat_\w{10,}|glpat-[\w-]{10,}|sk-[\w-]{10,}|xox[abeprs]-[\w-]{10,}|AKIA[0-9A-Z]{12,}|eyJ[\w-]{10,}\.[\w.-]+)/g;
/** What stands in a config in the place of a secret: `${env:X}`, `$X`, `%X%`, `{env:X}`, `Bearer ${X}`, `<X>`. */
export const REFERENCE = /^(?:[A-Za-z]+ )?(?:\$?\{[^{}]*(?:\{[^{}]*\}\})?\}?|\$[A-Za-z_]\w*|%\w+%|<\w+>)$/;
const PLACEHOLDER = /<\w+>/;
/** Flags and parameters that take a secret itself; `--token-file` and `--auth-server` do not. */
const TAKES_SECRET =
  /(?:token|secret|passw(?:or)?d|passphrase|pwd|(?:api|access|private|auth|subscription)[-_]?key|credentials?|jwt)$|^(?:key|pat|auth|sig|signature)$/i;
/** What stands where a secret could, and is none: a path, a number, a switch. */
const NO_SECRET = /^(?:[./~]|[A-Za-z]:[\\/]|\d{1,6}$|(?:true|false|none|null|auto|stdin|env)$)/i;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** A text that is a secret whatever it is called: it begins as services begin theirs. */
export const looksSecret = (text: string): boolean => text.search(KNOWN_SECRET) >= 0;

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

/** A secret that is written out, and what it stands behind: `--token`, `API_TOKEN=`, `Authorization:`, `?api_key=`. */
export interface Literal {
  readonly behind: string;
  readonly value: string;
}

/** The secrets that are written out in a command line, or in an address. */
export function literalsIn(words: readonly string[]): readonly Literal[] {
  const found = words.flatMap((word, index) => [
    ...namedIn(word, words[index - 1] ?? '').filter(({ value }) => !NO_SECRET.test(value)),
    // A user and a password end with the last @ before the path (WHATWG URL, 4.4).
    ...[...word.matchAll(/:\/\/[^/?#\s":]*:([^/?#\s"]+)@/g)].map(([, value = '']) => ({ behind: '://', value })),
    ...[...word.matchAll(KNOWN_SECRET)].map(([value]) => ({ behind: value.slice(0, 3), value })),
  ]);
  return found.filter(({ value }) => value !== '' && !REFERENCE.test(value));
}

/** What stands behind the name of a secret: in the word itself, or in one that follows a flag. */
function namedIn(word: string, before: string): readonly Literal[] {
  const [flag = '', bare = ''] = /^--?([\w.-]+)$/.exec(before) ?? [];
  const [, start = '', name = '', assigned = ''] = /^((?:--?)?([\w.-]+)=)(.+)$/s.exec(word) ?? [];
  const [, header = '', sent = ''] = /^([\w-]+):\s*(?:[A-Za-z]+ +)?(?!\/\/)(\S+)$/.exec(word) ?? [];
  return [
    ...(TAKES_SECRET.test(bare) && !word.startsWith('-') ? [{ behind: flag, value: word }] : []),
    ...(TAKES_SECRET.test(name) ? [{ behind: start, value: assigned }] : []),
    ...(isSecretName(header) ? [{ behind: `${header}:`, value: sent }] : []),
    ...[...word.matchAll(/([?&;#]([\w.-]+)=)([^&;#\s]+)/g)].flatMap(([, behind = '', parameter = '', value = '']) =>
      TAKES_SECRET.test(parameter) ? [{ behind, value }] : [],
    ),
  ];
}

/** A value as it may be shown: literal values under names of secrets are replaced by stars. */
export const masked = (value: unknown): unknown => hidden(value, value);

/** Two entries as they may be shown, with a mark where secrets of the two differ. */
export function hideSecrets(old: unknown, fresh: unknown): [unknown, unknown] {
  return [hidden(old, old), hidden(fresh, old)];
}

/** The lines of a config or a diff as they may be shown. A diff without secrets still is one that `patch` applies. */
export function maskLines(text: string): string {
  let before = '';
  return text
    .split('\n')
    .map((line) => {
      const shown = /^(?:---|\+\+\+) /.test(line) ? line : maskLine(line, before);
      before = line;
      return shown;
    })
    .join('\n');
}

// One that nobody closes ends with the line: else it would be tried again from each quote behind it.
const TEXT_IN_QUOTES = /(["'])((?:\\.|(?!\1).)*)(\1|$)/g;
/** The last argument of a line: `"--token",` or `- --token`. */
const LAST_FLAG = /(?:["']|^[-+ ]?\s*- +)(--?[A-Za-z][\w-]*)["']?\s*,?\s*$/;
const FLAG_AND_VALUE = /(["'])(--?[A-Za-z][\w-]*)\1(\s*,\s*)(["'])((?:\\.|(?!\4).)*)\4/g;
const FLAG_WITH_VALUE = /(?<![\w-])(--?[A-Za-z][\w-]*)=([^\s"']+)/g;
/** A member of YAML or of an environment file whose value has no quotes; before it the mark of a diff. */
const PLAIN = /^([-+ ]?\s*(?:- +)*)([\w.-]+)(:\s+|=)([^\s"'{}[\]|>&#][^{}[\]]*)$/;
// A name is matched from its first letter only; otherwise a long word would be tried again from each of its letters.
const QUOTED = /(["']?)(?<![\w-])([\w-]+)\1(\s*[:=]\s*)(["'])((?:\\.|(?!\4).)*)\4/g;

const isOpen = (name: string, value: string): boolean => isSecretName(name) && value !== '' && !REFERENCE.test(value);

function maskLine(line: string, before: string): string {
  const flag = LAST_FLAG.exec(before)?.[1] ?? '';
  return maskText(isSecretName(flag) ? withoutItem(line) : line)
    .replace(QUOTED, (whole, mark: string, name: string, between: string, quote: string, value: string) =>
      isOpen(name, value) ? `${mark}${name}${mark}${between}${quote}***${quote}` : whole,
    )
    .replace(FLAG_AND_VALUE, (whole, mark: string, name: string, between: string, quote: string, value: string) =>
      isOpen(name, value) ? `${mark}${name}${mark}${between}${quote}***${quote}` : whole,
    )
    .replace(FLAG_WITH_VALUE, (whole, name: string, value: string) => (isOpen(name, value) ? `${name}=***` : whole))
    .replace(PLAIN, (whole, indent: string, name: string, between: string, value: string) =>
      isOpen(name, value.trim()) ? `${indent}${name}${between}***` : whole,
    );
}

/** The item of a list that stands alone on a line. */
const withoutItem = (line: string): string =>
  line
    .replace(/^([-+ ]?\s*)(["'])((?:\\.|(?!\2).)*)\2/, (whole, indent: string, quote: string, value: string) =>
      REFERENCE.test(value) ? whole : `${indent}${quote}***${quote}`,
    )
    .replace(/^([-+ ]?\s*- +)([^\s"'].*)$/, (whole, indent: string, value: string) =>
      REFERENCE.test(value) ? whole : `${indent}***`,
    );

const maskText = (text: string): string =>
  maskWord(text)
    .replace(PASSWORD_IN_ADDRESS, '$1***@')
    .replace(TEXT_IN_QUOTES, (_, quote: string, inner: string, end: string) => quote + maskWord(inner) + end);

/** One word of a command line, or an address, as it may be shown. */
export const maskWord = (word: string): string =>
  literalsIn([word]).reduce((shown, { value }) => shown.replaceAll(value, '***'), word);

function hidden(value: unknown, reference: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      // `--token`, `abc`
      const flag: unknown = value[index - 1];
      const isSecret =
        typeof item === 'string' && typeof flag === 'string' && /^-[\w-]+$/.test(flag) && isSecretName(flag);
      if (isSecret && !REFERENCE.test(item)) return '***';
      return hidden(item, Array.isArray(reference) ? reference[index] : undefined);
    });
  }
  if (typeof value === 'string')
    return maskText(value).replace(/^(-[\w-]+=)(.+)$/, (whole, flag: string, text: string) =>
      isSecretName(flag.slice(0, -1)) && !REFERENCE.test(text) ? `${flag}***` : whole,
    );
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const other = memberOf(reference, key);
      if (typeof item !== 'string' || !isSecretName(key) || REFERENCE.test(item)) return [key, hidden(item, other)];
      return [key, item === other ? '***' : '*** (another value)'];
    }),
  );
}
