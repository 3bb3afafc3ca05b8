import { type Command, Option } from 'commander';
import type { RawAnswers } from './file.ts';
import type { Key, OptionRow } from './option-types.ts';
import { flagOf, OPTIONS, RUN_FLAGS } from './options.ts';
import type { RawValue } from './values.ts';

/** Flags that are not answers: they say how this one run goes. */
interface RunFlags {
  readonly answers?: string;
  readonly dryRun?: true;
  readonly json?: true;
  readonly yes?: true;
  readonly interactive: boolean;
}

export interface CreateFlags extends RunFlags {
  /** What was given on the command line, by key of the options table. */
  readonly given: RawAnswers;
}

/**
 * Adds the table's flags to a command. Every occurrence of a flag is collected, so that a contradiction is reported and
 * the last one does not silently win.
 */
export function addFlags(command: Command): Command {
  for (const row of OPTIONS) {
    for (const option of optionsOf(row)) command.addOption(option);
  }
  for (const { flags, summary } of RUN_FLAGS) command.addOption(new Option(flags, summary));
  return command;
}

/** Reads what commander collected. */
export function flagsOf(dir: string | undefined, collected: Readonly<Record<string, unknown>>): CreateFlags {
  const given: Partial<Record<Key, RawValue>> = {};
  if (dir !== undefined) given.dir = { source: 'flag', value: [dir] };
  for (const { key } of OPTIONS) {
    if (collected[key] !== undefined && key !== 'dir') given[key] = { source: 'flag', value: collected[key] };
  }
  const { answers, dryRun, json, yes, interactive } = collected as unknown as RunFlags;
  return {
    given,
    interactive,
    ...(answers === undefined ? {} : { answers }),
    ...(dryRun ? { dryRun } : {}),
    ...(json ? { json } : {}),
    ...(yes ? { yes } : {}),
  };
}

function optionsOf(row: OptionRow): readonly Option[] {
  if (row.type === 'text' && row.positional === true) return [];
  const flag = flagOf(row.key);
  if (row.type !== 'switch') {
    const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
    return [new Option(`--${flag} ${row.placeholder}`, row.summary).argParser(collect)];
  }
  return [true, false].map((on) => {
    const collect = (_: unknown, before: readonly boolean[] = []): readonly boolean[] => [...before, on];
    return new Option(on ? `--${flag}` : `--no-${flag}`, row.summary).argParser(collect);
  });
}
