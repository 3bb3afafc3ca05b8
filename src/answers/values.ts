import { type CliError, usageError } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import { listOf, nearest, pairIn, show } from '../base/text.ts';
import type { Choice, ListOption, OptionRow, Situation } from './option-types.ts';
import { flagOf } from './options.ts';

export type Value = string | boolean | readonly string[] | Readonly<Record<string, string>>;

/** Where a value came from: decides how an error names it, and which contradictions are the user's own. */
export type Source = RawValue['source'] | 'answer' | 'default';

/** A value as it was given, not yet judged. */
export interface RawValue {
  /** `call`: by who calls the programmatic API. */
  readonly source: 'flag' | 'file' | 'call';
  /** Of a flag: every occurrence's text, or booleans. Else: any JSON. */
  readonly value: unknown;
}

/**
 * Turns what was given for one option into a valid value.
 *
 * @throws {CliError} exit 2, naming the flag or key, the value, what would be valid, and what was probably meant.
 */
export async function readValue(row: OptionRow, raw: RawValue, situation: Situation): Promise<Value> {
  const label = labelOf(row, raw.source);
  switch (row.type) {
    case 'text': {
      const text = oneText(raw, label);
      const problem = row.problem(text, situation);
      if (problem !== undefined) throw usageError(`invalid-${flagOf(row.key)}`, problem, meant(row.similar?.(text)));
      row.verify?.(text, situation);
      return text;
    }
    case 'choice':
      return oneOf(oneText(withoutNumber(raw), label), row.choices(situation), label);
    case 'list':
      return expand(row, words(raw, label), situation, label);
    case 'map':
      return mapOf(raw, await row.choices(situation), label);
    case 'switch':
      return oneBoolean(raw, label);
  }
}

/** The value of a row that was neither given nor asked; undefined when there is none. */
export function fallbackOf(row: OptionRow, situation: Situation): Value | undefined {
  switch (row.type) {
    case 'text':
      return row.fallback(situation);
    case 'choice':
      return row.fallback(situation, idsOf(row.choices(situation)));
    case 'list':
      return row.fallback(situation);
    case 'map':
      return {};
    case 'switch':
      return row.fallback;
  }
}

export const idsOf = (choices: readonly { readonly id: string }[]): string[] => choices.map((choice) => choice.id);

/** Ids in the catalogue's order without duplicates, so that the order of typing changes no byte. */
export function inOrder(ids: readonly string[], choices: readonly Choice[]): readonly string[] {
  return choices.map((choice) => choice.id).filter((id) => ids.includes(id));
}

const labelOf = (row: OptionRow, source: Source): string => {
  if (source === 'file') return `"${row.key}" in the answers file`;
  if (source === 'call') return `"${row.key}"`;
  return row.type === 'text' && row.positional ? '[dir]' : `--${flagOf(row.key)}`;
};

/** `"runtime": 24` is what anybody would write. */
const withoutNumber = ({ source, value }: RawValue): RawValue => ({
  source,
  value: typeof value === 'number' ? String(value) : value,
});

function oneText({ source, value }: RawValue, label: string): string {
  if (source !== 'flag') {
    if (typeof value === 'string') return value;
    throw wrongType(label, 'a string', value);
  }
  const texts = [...new Set(value as readonly string[])];
  if (texts.length > 1) throw contradiction(label, texts);
  return texts[0] ?? '';
}

function oneBoolean({ source, value }: RawValue, label: string): boolean {
  if (source !== 'flag') {
    if (typeof value === 'boolean') return value;
    throw wrongType(label, 'true or false', value);
  }
  const switches = [...new Set(value as readonly boolean[])];
  if (switches.length > 1) throw contradiction(label, ['on', 'off']);
  return switches[0] ?? true;
}

function words({ source, value }: RawValue, label: string): string[] {
  const given = source !== 'flag' && typeof value === 'string' ? [value] : value;
  if (!Array.isArray(given) || given.some((one) => typeof one !== 'string')) {
    throw wrongType(label, 'a list of strings', value);
  }
  if (source !== 'flag' && Array.isArray(value)) return value.map((one: string) => one.trim());
  return given.flatMap((one: string) => one.split(',')).map((one) => one.trim());
}

async function expand(row: ListOption, given: readonly string[], situation: Situation, label: string): Promise<Value> {
  const choices = await row.choices(situation);
  const unasked = row.unasked?.(situation) ?? [];
  const ids: string[] = [];
  for (const word of given) {
    if (unasked.some(({ id }) => id === word)) {
      ids.push(word);
      continue;
    }
    const several = Object.hasOwn(row.words, word) ? row.words[word] : undefined;
    if (several === undefined) ids.push(oneOf(word, choices, label, Object.keys(row.words)));
    else if (new Set(given).size > 1 && word !== 'detected') throw standsAlone(label, word, given);
    else ids.push(...several(choices, situation).map((choice) => choice.id));
  }
  return inOrder(ids, [...unasked, ...choices]);
}

function oneOf(value: string, choices: readonly Choice[], label: string, words: readonly string[] = []): string {
  const valid = [...choices.map((choice) => choice.id), ...words];
  if (valid.includes(value) && !words.includes(value)) return value;
  const message = `${show(value)} is not a value of ${label}. It takes ${listOf(valid)}.`;
  throw usageError('invalid-value', message, meant(nearest(value, valid)));
}

function mapOf(
  { source, value }: RawValue,
  choices: readonly Choice[],
  label: string,
): Readonly<Record<string, string>> {
  const pairs =
    source === 'flag' ? (value as readonly string[]).map((one) => pairOf(one, label)) : entriesOf(value, label);
  const result: Record<string, string> = {};
  for (const [client, path] of pairs) {
    oneOf(client, choices, label);
    const before = result[client];
    if (before !== undefined && before !== path) throw contradiction(`${label} ${client}`, [before, path]);
    result[client] = path;
  }
  return result;
}

function pairOf(text: string, label: string): [string, string] {
  const pair = pairIn(text);
  if (pair !== undefined) return pair;
  throw usageError('invalid-value', `${label} ${show(text)} is not of the form <client>=<path>.`, {
    hint: `For example: ${label} claude-desktop=./claude_desktop_config.json`,
  });
}

function entriesOf(value: unknown, label: string): [string, string][] {
  const entries = isObject(value) ? Object.entries(value) : undefined;
  const isPath = (path: unknown): path is string => typeof path === 'string' && path.trim() !== '';
  if (entries?.every((entry): entry is [string, string] => isPath(entry[1]))) return entries;
  throw wrongType(label, 'an object of client ids and paths', value);
}

const meant = (value: string | undefined): { hint?: string } =>
  value === undefined ? {} : { hint: `Did you mean ${value}?` };

const wrongType = (label: string, wanted: string, value: unknown): CliError =>
  usageError('invalid-value', `${label} must be ${wanted}, not ${show(JSON.stringify(value) ?? String(value))}.`);

const contradiction = (label: string, values: readonly string[]): CliError =>
  usageError('contradiction', `${label} is given more than once: ${listOf(values.map(show), 'and')}.`, {
    hint: 'Give it once.',
  });

const standsAlone = (label: string, word: string, given: readonly string[]): CliError =>
  usageError(
    'contradiction',
    `${label} ${show(given.join(','))}: "${word}" stands for itself and takes no other value beside it.`,
  );
