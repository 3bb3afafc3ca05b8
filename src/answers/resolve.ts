import type { Answers } from '../base/answers.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { pathOf, targetOf } from '../base/paths.ts';
import { show } from '../base/text.ts';
import { languages } from '../catalog/catalog.ts';
import type { RawAnswers } from './file.ts';
import { similarName } from './names.ts';
import type { Key, OptionRow, Situation, Surroundings } from './option-types.ts';
import { OPTIONS, rowOf } from './options.ts';
import { type Ask, askRow, askSwitches } from './questions.ts';
import { createCommand } from './replay.ts';
import { judge } from './rules.ts';
import { fallbackOf, readValue, type Source, type Value } from './values.ts';

export interface Resolved {
  readonly answers: Answers;
  readonly sources: Readonly<Record<Key, Source>>;
  /** What a rule changed, for people. */
  readonly notes: readonly string[];
}

/**
 * Settles every answer: what was given (flags over the answers file) > `ask` > default, in the table's order.
 *
 * All that was given is judged before the first question, so nobody answers five of them to learn of a typo. Pure but for
 * `ask` and what `surroundings` looks up.
 *
 * @throws {CliError} exit 2 for an invalid or missing value or a broken rule; exit 130 when `ask` is backed out of.
 */
export async function resolve(raw: RawAnswers, surroundings: Surroundings, ask?: Ask): Promise<Resolved> {
  const given = await judgeGiven(raw, surroundings, ask !== undefined);
  applyRules(given, surroundings);
  if (ask === undefined) refuseMissing(given, surroundings);

  const draft = emptyDraft();
  for (const row of OPTIONS) {
    if (draft.sources[row.key] === undefined) await settle(row, raw, draft, surroundings, ask);
  }
  const { answers, notes } = applyRules(draft, surroundings);
  // The table has a row for every key, and every row is settled now.
  return { answers: answers as Answers, sources: draft.sources as Record<Key, Source>, notes };
}

interface Draft {
  answers: Partial<Answers>;
  readonly sources: Partial<Record<Key, Source>>;
}

const emptyDraft = (): Draft => ({ answers: {}, sources: {} });

function put(draft: Draft, key: Key, value: Value, source: Source): void {
  draft.answers = { ...draft.answers, [key]: value };
  draft.sources[key] = source;
}

/** The given values alone. While the language is open, a value counts when any language has it. */
async function judgeGiven(raw: RawAnswers, surroundings: Surroundings, mayAsk: boolean): Promise<Draft> {
  const draft = emptyDraft();
  const fallback = mayAsk && languages().length > 1 ? undefined : defaultLanguage(surroundings);
  for (const row of [rowOf('language'), ...OPTIONS]) {
    const value = raw[row.key];
    if (value === undefined || draft.sources[row.key] !== undefined) continue;
    const situation = situationOf(draft, surroundings, draft.answers.language ?? fallback);
    put(draft, row.key, await readValue(row, value, situation), value.source);
  }
  return draft;
}

async function settle(
  row: OptionRow,
  raw: RawAnswers,
  draft: Draft,
  surroundings: Surroundings,
  ask?: Ask,
): Promise<void> {
  const situation = situationOf(draft, surroundings, draft.answers.language ?? defaultLanguage(surroundings));
  const given = raw[row.key];
  if (given !== undefined) return put(draft, row.key, await readValue(row, given, situation), given.source);

  if (ask !== undefined && row.type === 'switch') {
    const isOpen = ({ key }: OptionRow): boolean => raw[key] === undefined && draft.sources[key] === undefined;
    const open = OPTIONS.filter((other) => isOpen(other) && canBeOn(other, situation));
    for (const [key, on] of await askSwitches(open, ask)) put(draft, key, on, 'answer');
  } else if (ask !== undefined) {
    const answer = await askRow(row, situation, ask);
    if (answer !== undefined) put(draft, row.key, answer, 'answer');
  }
  if (draft.sources[row.key] !== undefined) return;

  const fallback = fallbackOf(row, situation);
  if (fallback === undefined) throw noName(situation);
  put(draft, row.key, fallback, 'default');
}

/** A switch that a rule would turn off again is no question. */
function canBeOn({ key, type }: OptionRow, { answers, env }: Situation): boolean {
  return type === 'switch' && judge({ ...answers, [key]: true }, {}, env).answers[key] === true;
}

function refuseMissing(given: Draft, surroundings: Surroundings): void {
  const situation = situationOf(given, surroundings, undefined);
  const missing = OPTIONS.filter(
    (row) =>
      row.type === 'text' &&
      row.askOnlyIfNeeded !== true &&
      given.sources[row.key] === undefined &&
      row.fallback(situation) === undefined,
  );
  if (missing.length === 0) return;
  const names = missing.map((row) => row.key);
  const ready = createCommand({ ...given.answers, dir: 'mcp-server' }, surroundings);
  throw usageError('missing-argument', `Nobody is here to ask, and this was not given: ${names.join(', ')}.`, {
    hint: `A command that needs no questions:\n  ${ready}`,
    missing: names,
  });
}

function noName({ answers, env }: Situation): CliError {
  const folder = pathOf(env).basename(targetOf(answers.dir ?? '.', env));
  return usageError('invalid-name', `The folder name ${show(folder)} cannot be the server's name as well.`, {
    hint: `Give a name: --name ${similarName(folder)}`,
    missing: ['name'],
  });
}

function applyRules(draft: Draft, surroundings: Surroundings): { answers: Partial<Answers>; notes: readonly string[] } {
  const { answers, notes, broken } = judge(draft.answers, draft.sources, surroundings.env);
  if (broken === undefined) return { answers, notes };
  throw usageError('contradiction', broken.message, { hint: broken.rule.hint });
}

const situationOf = (draft: Draft, surroundings: Surroundings, language: string | undefined): Situation => ({
  ...surroundings,
  answers: draft.answers,
  language,
});

const defaultLanguage = (surroundings: Surroundings): string | undefined =>
  fallbackOf(rowOf('language'), situationOf(emptyDraft(), surroundings, undefined)) as string | undefined;
