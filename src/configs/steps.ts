import { readPlainJson } from './formats/json-plain.ts';
import { readPlainToml } from './formats/toml-plain.ts';
import { jsonStep } from './json-step.ts';
import type { Step } from './step.ts';
import { tomlStep } from './toml-step.ts';

/** Changes a text at several places, each by a path of keys: what `merge/` needs. A door to `configs/`. */

export type { Step } from './step.ts';
export { deepEqual } from './values.ts';

/** A kind of file whose data can be changed at single places, while all of the text besides stays. */
export interface Steppable {
  /** Reads the whole text with a parser that shares no code with `apply`. */
  read(text: string): unknown;
  /** @throws {TextError} for a place that cannot be changed without writing its surroundings anew */
  apply(text: string, step: Step): string;
  /** The comments of a text, in order. */
  comments(text: string): string[];
}

/** A string as a whole, or a comment: the first group. */
const JSON_COMMENT = /"(?:\\.|[^"\\])*"|(\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)/g;
const TOML_COMMENT = /"""(?:\\[\s\S]|[^\\])*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|(#[^\r\n]*)/g;

const commentsBy =
  (pattern: RegExp) =>
  (text: string): string[] =>
    [...text.matchAll(pattern)].flatMap(([, comment]) => comment?.trim() ?? []);

/** By the end of a path; undefined where a file can only be changed by lines. */
export const steppableOf = (path: string): Steppable | undefined => KINDS.find(([end]) => path.endsWith(end))?.[1];

const KINDS: readonly (readonly [string, Steppable])[] = [
  ['.json', { read: readPlainJson, apply: jsonStep, comments: commentsBy(JSON_COMMENT) }],
  ['.toml', { read: readPlainToml, apply: tomlStep, comments: commentsBy(TOML_COMMENT) }],
];
