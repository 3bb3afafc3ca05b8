import type { Answers } from '../base/answers.ts';
import { messageOf } from '../base/errors.ts';
import type { Choice, ChoiceOption, Group, Key, ListOption, OptionRow, Situation, TextOption } from './option-types.ts';
import { OPTIONS, rowOf, SWITCHES_QUESTION } from './options.ts';
import { fallbackOf, idsOf, inOrder, type Value } from './values.ts';

/** One question, whatever library asks it. */
export type Question =
  | {
      readonly type: 'text';
      readonly message: string;
      readonly initial: string;
      /** What is wrong with an answer, or undefined. */
      readonly problem: (value: string) => string | undefined;
    }
  | {
      readonly type: 'choice';
      readonly message: string;
      readonly choices: readonly Choice[];
      readonly initial: string;
    }
  | {
      readonly type: 'list';
      readonly message: string;
      readonly choices: readonly Choice[];
      readonly initial: readonly string[];
      /** What a choice comes to, shown below the list and anew with each change. */
      readonly sum?: (chosen: readonly string[]) => string;
      /** What is wrong with a choice, or undefined. */
      readonly problem?: (chosen: readonly string[]) => string | undefined;
    }
  | { readonly type: 'confirm'; readonly message: string; readonly initial: boolean };

/** Asks a person and resolves to what the question's type says. Throws `cancelled()` when they back out. */
export type Ask = (question: Question) => Promise<string | boolean | readonly string[]>;

/** Asks for one row, or returns undefined when there is nothing to ask: no question, no choice, or a sure default. */
export async function askRow(row: OptionRow, situation: Situation, ask: Ask): Promise<Value | undefined> {
  if (row.question === undefined) return undefined;
  switch (row.type) {
    case 'text': {
      const fallback = row.fallback(situation);
      if (fallback !== undefined && row.askOnlyIfNeeded === true) return undefined;
      const initial = fallback ?? row.suggestion ?? '';
      return ask({ type: 'text', message: row.question, initial, problem: (text) => problemOf(row, text, situation) });
    }
    case 'choice': {
      const every = row.choices(situation);
      const choices = row.offered?.(every, situation) ?? every;
      if (choices.length < 2) return undefined;
      const initial = row.fallback(situation, idsOf(choices));
      const offered = [
        ...(row.countsFiles ? await counted(row, choices, situation) : choices),
        ...(row.other ? [row.other] : []),
      ];
      return ask({ type: 'choice', message: row.question, choices: offered, initial });
    }
    case 'list':
      return askList(row, row.question, situation, ask);
    default:
      return undefined;
  }
}

/** Each choice with the number of files that it makes when all else that decides them takes its default. */
function counted(row: ChoiceOption, choices: readonly Choice[], situation: Situation): Promise<readonly Choice[]> {
  return Promise.all(
    choices.map(async (choice) => {
      let answers: Partial<Answers> = { ...situation.answers, [row.key]: choice.id };
      for (const other of OPTIONS) {
        if (answers[other.key] !== undefined || !DECIDING.includes(other.group)) continue;
        const value = fallbackOf(other, { ...situation, answers });
        if (value !== undefined) answers = { ...answers, [other.key]: value };
      }
      const files = await situation.countFiles(answers);
      return files === undefined ? choice : { ...choice, hint: `${choice.hint}; ${files} files` };
    }),
  );
}

/** The groups of rows that decide which files there are. */
const DECIDING: readonly Group[] = ['Project', 'Server', 'Target'];

/** The same judgement as a flag gets, as one line under the question. */
function problemOf(row: TextOption, text: string, situation: Situation): string | undefined {
  const problem = row.problem(text, situation);
  if (problem !== undefined) return problem;
  try {
    row.verify?.(text, situation);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function askList(row: ListOption, message: string, situation: Situation, ask: Ask): Promise<Value | undefined> {
  const every = await row.choices(situation);
  const choices = row.offered?.(every) ?? every;
  const initial = row.ticked?.(choices) ?? row.fallback(situation);
  const [only, ...others] = choices;
  if (only === undefined) return undefined;
  if (others.length > 0 || row.questionForOne === undefined) {
    const answer = await ask({ type: 'list', message, choices, initial });
    return inOrder(answer as readonly string[], choices);
  }
  const yes = await ask({ type: 'confirm', message: row.questionForOne(only), initial: initial.includes(only.id) });
  return yes === true ? [only.id] : [];
}

/** Asks what to do about files that are in the way. The suggestion is to stop, so that Return alone loses nothing. */
export async function askOnConflict(message: string, ask: Ask): Promise<Answers['onConflict']> {
  const row = rowOf('onConflict');
  const choices = row.type === 'choice' ? row.choices({ language: undefined }) : [];
  return (await ask({ type: 'choice', message, choices, initial: 'error' })) as Answers['onConflict'];
}

/** Asks for several switches at once, as the ticks of one list; for a single one, yes or no. */
export async function askSwitches(rows: readonly OptionRow[], ask: Ask): Promise<[Key, boolean][]> {
  const [only, ...others] = rows;
  if (only?.type !== 'switch') return [];
  if (others.length === 0) {
    const message = `${only.question ?? only.summary}?`;
    return [[only.key, (await ask({ type: 'confirm', message, initial: only.fallback })) === true]];
  }
  const choices = rows.map((row) => ({ id: row.key, title: row.question ?? row.summary, hint: '' }));
  const initial = rows.filter((row) => row.type === 'switch' && row.fallback).map((row) => row.key);
  const ticked = await ask({ type: 'list', message: SWITCHES_QUESTION, choices, initial });
  return rows.map((row) => [row.key, Array.isArray(ticked) && ticked.includes(row.key)]);
}
