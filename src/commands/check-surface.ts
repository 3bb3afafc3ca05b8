import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Env } from '../base/env.ts';
import { type CliError, messageOf, usageError } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import { counted, quote } from '../base/text.ts';
import type { Judge } from '../probe/findings.ts';
import type { Judgement } from '../probe/steps.ts';
import { readSurface, type Surface, surfaceOf, surfaceText } from '../probe/surface.ts';
import { changesOf, surfaceJudgement } from '../probe/surface-compare.ts';
import type { TargetFlags } from './targets.ts';

/** How the surface is asked for, and of which server. */
export interface SurfaceArgs extends TargetFlags {
  /** The command line of any server, after `--`. */
  readonly command?: readonly string[];
  /** What is only a warning otherwise is a fault. */
  readonly strict?: boolean;
  /** The file with the recorded surface. */
  readonly surface?: string;
  /** Record the surface instead of comparing it. */
  readonly update?: boolean;
}

/** The file that says what clients depend on. */
export interface SurfaceFile {
  readonly judge: Judge;
}

const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Reads what was recorded, before anything is started; undefined when no surface is asked for. With `--update`, the judge
 * writes the file.
 *
 * @throws {CliError} `no-surface`, `bad-surface`, exit 2, with the command that makes the file
 */
export function openSurface(args: SurfaceArgs, env: Env): SurfaceFile | undefined {
  const { surface: file, update = false, strict = false } = args;
  if (file === undefined && update)
    throw usageError(
      'contradictory-flags',
      '--update records the surface in the file of --surface, which is missing.',
      {
        hint: 'For example: --surface surface.json --update',
      },
    );
  if (file === undefined) return undefined;
  const path = targetOf(file, env);
  const command = updateCommand(args, env);
  const before = read(path, file, command, update);
  return {
    judge: (offer) => {
      const now = surfaceOf(offer);
      if (update) return record(path, file, before, now);
      return surfaceJudgement(before === undefined ? [] : changesOf(before, now), { file, strict, update: command });
    },
  };
}

/** The command line of this check, with `--update`. */
function updateCommand({ dir, command = [], url, client, name, surface = '' }: SurfaceArgs, { platform }: Env): string {
  const words = [
    ...(dir === undefined ? [] : [dir]),
    ...(url === undefined ? [] : ['--url', url]),
    ...(client === undefined ? [] : ['--client', client]),
    ...(name === undefined ? [] : ['--name', name]),
    ...['--surface', surface, '--update'],
    ...(command.length === 0 ? [] : ['--', ...command]),
  ];
  return ['create-mcp-mason check', ...words.map((word) => quote(word, platform))].join(' ');
}

function read(path: string, file: string, command: string, update: boolean): Surface | undefined {
  let text: string;
  try {
    text = textOf(path);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && update) return undefined;
    const message = isMissing
      ? `There is no file ${file} to compare with.`
      : `${file} cannot be read: ${messageOf(error)}`;
    throw usageError(isMissing ? 'no-surface' : 'bad-surface', message, {
      hint: `Record what there is: ${command}`,
      cause: error,
    });
  }
  try {
    return readSurface(text);
  } catch (error) {
    if (update) return undefined;
    throw broken(file, messageOf(error), command);
  }
}

const broken = (file: string, reason: string, command: string): CliError =>
  usageError('bad-surface', `${file} holds no surface: ${reason}`, {
    hint: `Restore it from version control, or record what there is: ${command}`,
  });

function textOf(path: string): string {
  const info = statSync(path);
  if (!info.isFile()) throw new Error('it is no ordinary file.');
  if (info.size > MOST_BYTES) throw new Error(`it is longer than ${MOST_BYTES} bytes.`);
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
}

/** Replaces the file as a whole. What was recorded before is told apart from what is new. */
function record(path: string, file: string, before: Surface | undefined, now: Surface): Judgement {
  const done = { name: 'surface', findings: [] };
  const text = surfaceText(now);
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    return { ...done, ok: false, detail: `${file} cannot be written: ${messageOf(error)}` };
  }
  const changes = before === undefined ? [] : changesOf(before, now);
  const broken = changes.filter(({ breaking }) => breaking).length;
  const words =
    changes.length === 0 ? '' : ` (${counted(changes.length, 'difference')}, ${broken} of which may break clients)`;
  return { ...done, ok: true, detail: `recorded in ${file}${words}` };
}
