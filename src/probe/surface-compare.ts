import { isObject } from '../base/json.ts';
import { counted, listOf } from '../base/text.ts';
import { brokenPromises, lostArguments } from './schema-compare.ts';
import type { Finding, Judgement } from './steps.ts';
import type { Surface, ToolSurface } from './surface.ts';

/** A difference between what was recorded and what there is. */
export interface SurfaceChange {
  /** Clients that work with what was recorded may stop working. */
  readonly breaking: boolean;
  readonly where: string;
  readonly what: string;
}

/** All differences, those first that break something. */
export function changesOf(before: Surface, after: Surface): readonly SurfaceChange[] {
  const changes = [
    ...compared('tool', before.tools, after.tools, toolChanges),
    ...compared('resource', before.resources, after.resources, typeChanges),
    ...compared('template', before.templates, after.templates, typeChanges),
    ...compared('prompt', before.prompts, after.prompts, promptChanges),
  ];
  return [...changes.filter(({ breaking }) => breaking), ...changes.filter(({ breaking }) => !breaking)];
}

type Change = Omit<SurfaceChange, 'where'>;
type Table<T> = Readonly<Record<string, T>>;

function compared<T>(
  kind: string,
  before: Table<T>,
  after: Table<T>,
  between: (before: T, after: T) => readonly Change[],
): SurfaceChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const where = `${kind} ${name}`;
    const [old, now] = [before, after].map((table) => (Object.hasOwn(table, name) ? table[name] : undefined));
    if (now === undefined) return [{ breaking: true, where, what: 'is gone.' }];
    if (old === undefined) return [{ breaking: false, where, what: 'is new.' }];
    return between(old, now).map((change) => ({ ...change, where }));
  });
}

function toolChanges(before: ToolSurface, after: ToolSurface): readonly Change[] {
  return [
    ...inputChanges(before.input, after.input),
    ...outputChanges(before.output, after.output),
    ...hintChanges(before.hints, after.hints),
  ];
}

function inputChanges(before: unknown, after: unknown): readonly Change[] {
  if (same(before, after)) return [];
  const lost = lostArguments(before, after);
  if (lost.length > 0) return lost.map((what) => breaking(`${what}.`));
  const added = newMembers(before, after);
  return [
    harmless(
      added.length > 0 ? `takes ${listOf(added, 'and')} as well.` : 'takes other values, or has other defaults.',
    ),
  ];
}

/** Of results it is the other way round: they must stay within what clients were promised. */
function outputChanges(before: unknown, after: unknown): readonly Change[] {
  if (same(before, after)) return [];
  if (after === undefined) return [breaking('does not describe its result any more.')];
  if (before === undefined) return [harmless('describes its result now.')];
  const broken = brokenPromises(before, after);
  if (broken.length > 0) return broken.map((what) => breaking(`of its result, ${what}.`));
  return [harmless('describes more of its result.')];
}

const newMembers = (before: unknown, after: unknown): string[] => {
  const [old, now] = [before, after].map((schema) =>
    Object.keys(isObject(schema) && isObject(schema.properties) ? schema.properties : {}),
  );
  return (now ?? []).filter((name) => !old?.includes(name));
};

function hintChanges(before: readonly string[], after: readonly string[]): readonly Change[] {
  const gone = before.filter((hint) => !after.includes(hint));
  const fresh = after.filter((hint) => !before.includes(hint));
  return [
    ...fresh.map((hint) => harmless(`is ${hint} now.`)),
    ...gone.map((hint) => harmless(`is not ${hint} any more.`)),
  ];
}

const typeChanges = (before: string | null, after: string | null): readonly Change[] =>
  before === after ? [] : [breaking(`was ${before ?? 'of no type'} and is ${after ?? 'of no type'} now.`)];

type Arguments = Readonly<Record<string, 'required' | 'optional'>>;

function promptChanges(before: Arguments, after: Arguments): readonly Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): readonly Change[] => {
    const [old, now] = [before[name], after[name]];
    if (old === now) return [];
    if (now === undefined) return [breaking(`argument ${name} is gone.`)];
    if (now === 'required') return [breaking(`argument ${name} is required now.`)];
    return [harmless(old === undefined ? `takes ${name} as well.` : `argument ${name} is optional now.`)];
  });
}

const breaking = (what: string): Change => ({ breaking: true, what });
const harmless = (what: string): Change => ({ breaking: false, what });
const same = (before: unknown, after: unknown): boolean => JSON.stringify(before) === JSON.stringify(after);

/**
 * Judges the differences.
 *
 * @param file as it was named
 * @param strict every difference makes the step fail
 * @param update the command that records what there is
 */
export function surfaceJudgement(
  changes: readonly SurfaceChange[],
  { file, strict, update }: { readonly file: string; readonly strict: boolean; readonly update: string },
): Judgement {
  const broken = changes.filter((change) => change.breaking).length;
  const detail =
    changes.length === 0
      ? `as recorded in ${file}`
      : `${counted(changes.length, 'difference')} to ${file}, ${broken === 0 ? 'none' : broken} of which may break clients`;
  const findings = changes.map(({ breaking, where, what }): Finding => {
    const fix = breaking ? `Take it back, or agree to it: ${update}` : `Record it: ${update}`;
    return { code: breaking ? 'breaking-change' : 'change', where, what, fix };
  });
  return { name: 'surface', ok: broken === 0 && (!strict || changes.length === 0), detail, findings };
}
