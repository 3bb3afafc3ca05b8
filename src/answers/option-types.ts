import type { Answers } from '../base/answers.ts';
import type { Env } from '../base/env.ts';

/** The shapes of the rows of the options table. */

export type Key = keyof Answers;
export type Group = 'Project' | 'Server' | 'Target' | 'Clients' | 'Steps';

export interface Choice {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly deprecated?: boolean;
  /** Found on this machine. */
  readonly detected?: boolean;
}

/** What the table may ask about the machine. Everything in it is looked up only when a row needs it. */
export interface Surroundings {
  readonly env: Env;
  /** Every row takes its default, `dir` included. */
  readonly yes: boolean;
  /** Which of these package managers is used: around the target, or by whoever runs us. */
  packageManager(target: string, ids: readonly string[]): string;
  /** The version of a language's runtime on this machine, if there is one. */
  runtime(language: string): string | undefined;
  /** Checks that a folder is at the target or can be made. @throws {CliError} when it is a file, or lies under one. */
  inspectTarget(target: string): void;
  /** What git knows of who works at the target, and of where it is kept; empty where it knows nothing. */
  gitFacts(target: string): { readonly author: string; readonly repository: string };
  clients(): Promise<readonly Choice[]>;
  /** How many files a project with these answers has; undefined when they are not enough to tell. */
  countFiles(answers: Partial<Answers>): Promise<number | undefined>;
  /** The version of this package. */
  readonly version: string;
}

export interface Situation extends Surroundings {
  /** Undefined while every language is still possible. */
  readonly language: string | undefined;
  /** What is settled so far, in the table's order. */
  readonly answers: Partial<Answers>;
}

interface Row {
  readonly key: Key;
  readonly group: Group;
  /** For `--help` and the README. */
  readonly summary: string;
  /** In place of the value in `--help`. */
  readonly placeholder: string;
  /** Absent: never asked. */
  readonly question?: string;
  /** `always`: named in the replay command even with its default, because elsewhere the default may be another one. */
  readonly replay: 'always' | 'changed';
  /** Asked only of people who want to choose more than a preset. */
  readonly inPreset?: true;
  /** The default in words, where it is not one of the choices. */
  readonly defaultText?: string;
}

export interface TextOption extends Row {
  readonly type: 'text';
  /** Given without a flag. */
  readonly positional?: true;
  /** Without it there is no such answer at all. */
  readonly optional?: true;
  /** What is wrong with the text itself. */
  problem(value: string, situation: Situation): string | undefined;
  /** A valid value that looks like the wrong one. */
  similar?(value: string): string;
  /** Looks at the machine. @throws {CliError} when the value cannot be used on it. */
  verify?(value: string, situation: Situation): void;
  /** Undefined: there is none, so it must be given or asked. */
  fallback(situation: Situation): string | undefined;
  /** Offered by the question when there is no fallback. */
  readonly suggestion?: string;
  /** Ask only when there is no fallback. */
  readonly askOnlyIfNeeded?: true;
}

export interface ChoiceOption extends Row {
  readonly type: 'choice';
  /** Offered by the question beside the choices: to answer one by one what they answer at once. */
  readonly other?: Choice;
  /** The question says of each choice how many files it makes. */
  readonly countsFiles?: true;
  /** Which of them the question offers, when not all. */
  offered?(choices: readonly Choice[], situation: Situation): readonly Choice[];
  choices(situation: Pick<Situation, 'language'>): readonly Choice[];
  fallback(situation: Situation, ids: readonly string[]): string;
}

export interface ListOption extends Row {
  readonly type: 'list';
  choices(situation: Pick<Situation, 'language' | 'clients'>): readonly Choice[] | Promise<readonly Choice[]>;
  fallback(situation: Situation): readonly string[];
  /** Which of them the question offers, when not all; a flag takes every one. */
  offered?(choices: readonly Choice[]): readonly Choice[];
  /** Which ones are ticked when the question is asked, when not the fallback. */
  ticked?(choices: readonly Choice[]): readonly string[];
  /** What can be named, and is never offered. */
  unasked?(situation: Pick<Situation, 'language'>): readonly Choice[];
  /** Words that stand for several choices. */
  readonly words: Readonly<Record<string, (choices: readonly Choice[], situation: Situation) => readonly Choice[]>>;
  /** A yes-or-no question for a list of one. */
  questionForOne?(choice: Choice): string;
}

interface MapOption extends Row {
  readonly type: 'map';
  /** What may stand before the `=`. */
  choices(situation: Pick<Situation, 'clients'>): Promise<readonly Choice[]>;
}

interface SwitchOption extends Row {
  readonly type: 'switch';
  readonly fallback: boolean;
}

export type OptionRow = TextOption | ChoiceOption | ListOption | MapOption | SwitchOption;
