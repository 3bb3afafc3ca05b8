import type { Answers, ProjectAnswers } from '../base/answers.ts';
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
  given.applyRules();
  if (ask === undefined) refuseMissing(given);

  const draft = new Draft(surroundings);
  for (const row of OPTIONS) {
    if (!draft.has(row.key)) await settle(row, raw, draft, ask);
  }
  const { answers, notes } = draft.applyRules();
  // The table has a row for every key, and every row is settled now.
  return { answers: answers as Answers, sources: draft.sources as Record<Key, Source>, notes };
}

/**
 * Judges answers that were given before by the rules of a file's: names are names, choices exist, and go together. What is
 * missing stays so.
 *
 * @throws {CliError} as `resolve` does
 */
export async function judgeAnswers(answers: ProjectAnswers, surroundings: Surroundings): Promise<ProjectAnswers> {
  const raw = Object.entries(answers).map(([key, value]) => [key, { source: 'file', value }] as const);
  const given = await judgeGiven(Object.fromEntries(raw), surroundings, false);
  given.applyRules();
  return given.answers as ProjectAnswers;
}

/** Answers while they are being settled. */
class Draft {
  answers: Partial<Answers> = {};
  readonly sources: Partial<Record<Key, Source>> = {};
  readonly surroundings: Surroundings;
  /** Somebody wants to be asked for what a preset would answer. */
  choosesAll = false;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  has(key: Key): boolean {
    return this.sources[key] !== undefined;
  }

  put(key: Key, value: Value, source: Source): void {
    this.answers = { ...this.answers, [key]: value };
    this.sources[key] = source;
  }

  /** @param fallback the language as long as none is settled; undefined when it may become any */
  situation(fallback: string | undefined): Situation {
    return { ...this.surroundings, answers: this.answers, language: this.answers.language ?? fallback };
  }

  applyRules(): { answers: Partial<Answers>; notes: readonly string[] } {
    const { answers, notes, broken } = judge(this.answers, this.sources, this.surroundings);
    if (broken === undefined) return { answers, notes };
    throw usageError('contradiction', broken.message, { hint: broken.rule.hint });
  }
}

/** The given values alone. While the language is open, a value counts when any language has it. */
async function judgeGiven(raw: RawAnswers, surroundings: Surroundings, mayAsk: boolean): Promise<Draft> {
  const draft = new Draft(surroundings);
  const fallback = mayAsk && languages().length > 1 ? undefined : defaultLanguage(surroundings);
  for (const row of [rowOf('language'), ...OPTIONS]) {
    const value = raw[row.key];
    if (value === undefined || draft.has(row.key)) continue;
    draft.put(row.key, await readValue(row, value, draft.situation(fallback)), value.source);
  }
  return draft;
}

async function settle(row: OptionRow, raw: RawAnswers, draft: Draft, ask?: Ask): Promise<void> {
  const situation = draft.situation(defaultLanguage(draft.surroundings));
  const given = raw[row.key];
  if (given !== undefined) return draft.put(row.key, await readValue(row, given, situation), given.source);

  if (ask !== undefined && row.type === 'switch') {
    const isOpen = ({ key }: OptionRow): boolean => raw[key] === undefined && !draft.has(key);
    const open = OPTIONS.filter((other) => isOpen(other) && canBeOn(other, situation));
    for (const [key, on] of await askSwitches(open, ask)) draft.put(key, on, 'answer');
  } else if (ask !== undefined && (row.inPreset !== true || draft.choosesAll)) {
    const answer = await askRow(row, situation, ask);
    if (row.type === 'choice' && row.other !== undefined && answer === row.other.id) draft.choosesAll = true;
    else if (answer !== undefined) draft.put(row.key, answer, 'answer');
  }
  if (draft.has(row.key)) return;

  const fallback = fallbackOf(row, situation);
  if (fallback === undefined && row.type === 'text' && row.optional === true) return;
  if (fallback === undefined) throw noName(situation);
  draft.put(row.key, fallback, 'default');
}

/** A switch that a rule would turn off again is not asked for. */
function canBeOn({ key, type }: OptionRow, situation: Situation): boolean {
  return type === 'switch' && judge({ ...situation.answers, [key]: true }, {}, situation).answers[key] === true;
}

function refuseMissing(given: Draft): void {
  const situation = given.situation(undefined);
  const missing = OPTIONS.filter(
    (row) =>
      row.type === 'text' &&
      row.askOnlyIfNeeded !== true &&
      row.optional !== true &&
      !given.has(row.key) &&
      row.fallback(situation) === undefined,
  );
  if (missing.length === 0) return;
  const names = missing.map((row) => row.key);
  const ready = createCommand({ ...given.answers, dir: 'mcp-server' }, given.surroundings);
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

const defaultLanguage = (surroundings: Surroundings): string | undefined =>
  fallbackOf(rowOf('language'), new Draft(surroundings).situation(undefined)) as string | undefined;
