import { isObject } from '../base/json.ts';
import type { Offer } from './offer.ts';
import type { Result } from './rpc.ts';

/** What clients depend on, as it is recorded: no descriptions and titles, everything sorted. */
export interface Surface {
  readonly tools: Readonly<Record<string, ToolSurface>>;
  /** The type of each by its address; null where none is said. */
  readonly resources: Readonly<Record<string, string | null>>;
  readonly templates: Readonly<Record<string, string | null>>;
  readonly prompts: Readonly<Record<string, PromptSurface>>;
}

export interface ToolSurface {
  readonly input: unknown;
  readonly output?: unknown;
  /** Those that are true. */
  readonly hints: readonly string[];
}

interface PromptSurface {
  /** Whether it is required, by name. */
  readonly [argument: string]: 'required' | 'optional';
}

/** Members of schemas that say nothing about which values are taken. */
const NOISE = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);
const MAX_DEPTH = 40;

/** The surface of all that a server offers. */
export const surfaceOf = ({ tools, resources, templates, prompts }: Offer): Surface => ({
  tools: sorted(tools.map((tool) => [String(tool.name), toolSurface(tool)])),
  resources: sorted(resources.map(({ uri, mimeType }) => [String(uri), typeOf(mimeType)])),
  templates: sorted(templates.map(({ uriTemplate, mimeType }) => [String(uriTemplate), typeOf(mimeType)])),
  prompts: sorted(prompts.map((prompt) => [String(prompt.name), promptSurface(prompt)])),
});

const typeOf = (mimeType: unknown): string | null => (typeof mimeType === 'string' ? mimeType : null);

function toolSurface({ inputSchema, outputSchema, annotations }: Result): ToolSurface {
  const hints = Object.entries(isObject(annotations) ? annotations : {}).filter(([, value]) => value === true);
  return {
    input: bare(inputSchema, definitionsOf(inputSchema)),
    ...(outputSchema !== undefined && { output: bare(outputSchema, definitionsOf(outputSchema)) }),
    hints: hints.map(([name]) => name).sort(),
  };
}

function promptSurface(prompt: Result): PromptSurface {
  const given = Array.isArray(prompt.arguments) ? prompt.arguments.filter(isObject) : [];
  return sorted(given.map(({ name, required }) => [String(name), required === true ? 'required' : 'optional']));
}

/** What a schema may refer to, and how much of it may still be put in the place of references. */
interface Definitions {
  readonly table: Readonly<Record<string, unknown>>;
  left: number;
}

/** References that are followed in one schema. A few definitions that refer to one another twice each make millions. */
const MOST_REFERENCES = 5000;

function definitionsOf(schema: unknown): Definitions {
  const { $defs, definitions } = isObject(schema) ? schema : {};
  const table = { ...prefixed('#/definitions/', definitions), ...prefixed('#/$defs/', $defs) };
  return { table, left: MOST_REFERENCES };
}

const prefixed = (prefix: string, table: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(isObject(table) ? table : {}).map(([name, schema]) => [`${prefix}${name}`, schema]),
  );

/** A schema without noise, with what it refers to in its place, and with its members sorted. */
function bare(schema: unknown, definitions: Definitions, within: readonly string[] = [], depth = 0): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return schema;
  const target = targetOf(schema, definitions, within);
  if (target !== undefined) {
    const { $ref: reference, ...rest } = schema;
    return bare({ ...target, ...rest }, definitions, [...within, String(reference)], depth + 1);
  }
  const inner = (value: unknown): unknown => bare(value, definitions, within, depth + 1);
  return sorted(
    Object.entries(schema)
      .filter(([key]) => !NOISE.has(key) && key !== '$defs' && key !== 'definitions')
      .map(([key, value]): [string, unknown] => {
        if (key === 'properties' && isObject(value))
          return [key, sorted(Object.entries(value).map(([name, one]) => [name, inner(one)]))];
        if (key === 'required' && Array.isArray(value)) return [key, [...value].sort()];
        if (Array.isArray(value)) return [key, value.map(inner)];
        return [key, inner(value)];
      }),
  );
}

/** What a schema refers to; undefined where it does not, where it would go round in a circle, and where it is too much. */
function targetOf(
  { $ref: reference }: Result,
  definitions: Definitions,
  within: readonly string[],
): Result | undefined {
  if (typeof reference !== 'string' || !Object.hasOwn(definitions.table, reference)) return undefined;
  if (within.includes(reference) || definitions.left <= 0) return undefined;
  definitions.left--;
  const target = definitions.table[reference];
  return isObject(target) ? target : {};
}

/** By the bytes of their names, which no setting of a machine changes. */
const sorted = <T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

const WIDTH = 120;

/** The text of the file as formatters leave it: what fits stands on one line. */
export const surfaceText = (surface: Surface): string => `${laidOut(surface, '', 0)}\n`;

/** @param beside how many characters stand on the line before and after the value */
function laidOut(value: unknown, indent: string, beside: number): string {
  const flat = onOneLine(value);
  // What there is stands line by line, however little it is.
  if (!isContainer(value) || flat === '{}' || (indent.length > 2 && flat.length + beside <= WIDTH)) return flat;
  const deeper = `${indent}  `;
  const entries = Array.isArray(value) ? value.map((item) => ['', item] as const) : keyed(value);
  const lines = entries.map(([key, item], index) => {
    const comma = index < entries.length - 1 ? 1 : 0;
    return `${deeper}${key}${laidOut(item, deeper, deeper.length + key.length + comma)}`;
  });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

function onOneLine(value: unknown): string {
  if (!isContainer(value)) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  const members = keyed(value).map(([key, item]) => `${key}${onOneLine(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

const keyed = (value: object): (readonly [string, unknown])[] =>
  Object.entries(value).map(([key, item]) => [`${JSON.stringify(key)}: `, item] as const);

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Reads what `surfaceText` has written. @throws {Error} saying what is wrong */
export function readSurface(text: string): Surface {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error('it holds no object.');
  const { tools, resources, templates, prompts } = value;
  for (const [key, table] of Object.entries({ tools, resources, templates, prompts })) {
    if (!isObject(table)) throw new Error(`"${key}" is no object.`);
  }
  for (const [name, tool] of Object.entries(tools as object)) {
    if (!isObject(tool) || !isObject(tool.input) || !Array.isArray(tool.hints))
      throw new Error(`"tools.${name}" is no tool with "input" and "hints".`);
  }
  return value as unknown as Surface;
}
