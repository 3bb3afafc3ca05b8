import type { Answers } from '../base/answers.ts';
import { startedByUvx } from '../base/own-command.ts';
import { quote } from '../base/text.ts';
import type { OptionRow, Surroundings } from './option-types.ts';
import { flagOf, OPTIONS } from './options.ts';
import type { Value } from './values.ts';
import { fallbackOf } from './values.ts';

/**
 * The arguments that reproduce a run without a question: `dir`, `--transport`, `stdio`, …, `--yes`.
 *
 * What shapes the server, and what its surroundings decide (runtime, package manager), is always named; the rest only
 * when it is not the default. Answers that are not settled yet are left out.
 *
 * @internal exported for tests
 */
export function replayArguments(answers: Partial<Answers>, surroundings: Surroundings): string[] {
  const situation = { ...surroundings, answers, language: answers.language };
  const flags = OPTIONS.flatMap((row) => {
    const value = answers[row.key];
    if (value === undefined) return [];
    // What nobody knows is not worth a flag.
    const isDefault = (row.replay === 'changed' || value === '') && same(value, fallbackOf(row, situation));
    return isDefault ? [] : argumentsOf(row, value);
  });
  return [...flags, '--yes'];
}

/** The same as a command to paste, through uvx where that has started us, else what the project's package manager has for it. */
export function createCommand(answers: Partial<Answers>, surroundings: Surroundings): string {
  const launch = startedByUvx(surroundings.env) ? viaUvx : (LAUNCHERS[answers.pm ?? ''] ?? viaNpm);
  const [dir = '.', ...flags] = replayArguments(answers, surroundings);
  return launch(surroundings.version, dir, flags)
    .map((argument) => quote(argument, surroundings.env.platform))
    .join(' ');
}

type Launch = (version: string, dir: string, flags: readonly string[]) => readonly string[];

/** npm takes flags for itself unless `--` stands before them. */
const viaNpm: Launch = (version, dir, flags) => ['npm', 'create', `mcp-mason@${version}`, dir, '--', ...flags];

const viaUvx: Launch = (version, dir, flags) => ['uvx', `create-mcp-mason@${version}`, dir, ...flags];

/** Not Yarn's: Yarn 1 takes the version for a part of the command's name, and which Yarn is there is unknown. npm comes with Node. */
const LAUNCHERS: Readonly<Record<string, Launch>> = {
  pnpm: (version, dir, flags) => ['pnpm', 'create', `mcp-mason@${version}`, dir, ...flags],
  bun: (version, dir, flags) => ['bunx', `create-mcp-mason@${version}`, dir, ...flags],
};

function argumentsOf(row: OptionRow, value: Value): readonly string[] {
  if (row.type === 'text' && row.positional === true) return [String(value)];
  const flag = `--${flagOf(row.key)}`;
  if (typeof value === 'boolean') return [value ? flag : `--no-${flagOf(row.key)}`];
  if (typeof value === 'string') return withValue(flag, value);
  if (isList(value)) return withValue(flag, value.join(',') || 'none');
  return Object.entries(value).flatMap(([client, path]) => withValue(flag, `${client}=${path}`));
}

/** A value that begins with a dash would be read as a flag, or, as `--`, be dropped. */
const withValue = (flag: string, value: string): readonly string[] =>
  value.startsWith('-') ? [`${flag}=${value}`] : [flag, value];

const isList = (value: Value): value is readonly string[] => Array.isArray(value);

const same = (a: Value, b: Value | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
