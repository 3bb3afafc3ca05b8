import { isObject, type Json } from '../base/json.ts';
import type { Node } from './description.ts';

/** What can be told from one schema alone. */

/** Formats that validators and vendors agree on; others are words for people. */
const FORMATS = new Set(['date-time', 'date', 'time', 'email', 'uuid', 'ipv4', 'ipv6']);

const LONGEST_DEFAULT = 200;

/** The types that a schema allows, `null` among them; where it says none, what its keywords are about. */
export function typesOf(node: Node): string[] {
  const { type, enum: values, const: only } = node;
  if (typeof type === 'string') return type === 'file' ? ['string'] : [type];
  if (Array.isArray(type)) return type.filter((one): one is string => typeof one === 'string');
  if (isObject(node.properties) || isObject(node.additionalProperties)) return ['object'];
  if (node.items !== undefined || Array.isArray(node.prefixItems)) return ['array'];
  const known = Array.isArray(values) ? values : only !== undefined ? [only] : [];
  if (known.length > 0) return [...new Set(known.map(typeOf))];
  if (['pattern', 'minLength', 'maxLength'].some((key) => Object.hasOwn(node, key))) return ['string'];
  if (['minimum', 'maximum', 'multipleOf'].some((key) => Object.hasOwn(node, key))) return ['number'];
  if (Array.isArray(node.required)) return ['object'];
  return [];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'object' ? 'object' : typeof value;
}

export const isNullable = (node: Node): boolean =>
  node.nullable === true ||
  typesOf(node).includes('null') ||
  node.const === null ||
  (Array.isArray(node.enum) && node.enum.includes(null));

/** Bytes that JSON can hold only as base64, or that stand as they are in another kind of body. */
export const isBinary = (node: Node): boolean =>
  node.type === 'file' ||
  (typesOf(node).includes('string') &&
    (node.format === 'binary' || (typeof node.contentMediaType === 'string' && node.contentEncoding === undefined))) ||
  // In 3.1, what has no type and only a media type.
  (node.type === undefined && typeof node.contentMediaType === 'string' && node.contentEncoding === undefined);

const isBase64 = (node: Node): boolean =>
  node.format === 'byte' || node.format === 'base64' || node.contentEncoding === 'base64' || isBinary(node);

/** Keywords of one type that every vendor takes, with values that fit it. */
export function keywordsOf(node: Node, type: string): Record<string, Json> {
  const values = enumOf(node, type);
  const preset = fitting(node.default, type);
  return {
    ...(values !== undefined && { enum: values }),
    ...(type === 'string' && typeof node.format === 'string' && FORMATS.has(node.format) && { format: node.format }),
    ...numbers(node, TYPE_NUMBERS[type] ?? []),
    ...(type === 'integer' || type === 'number' ? limitsOf(node) : {}),
    ...(preset !== undefined && (values === undefined || values.includes(preset)) && { default: preset }),
  };
}

const TYPE_NUMBERS: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength'],
  array: ['minItems', 'maxItems'],
  integer: ['minimum', 'maximum'],
  number: ['minimum', 'maximum'],
};

function numbers(node: Node, keys: readonly string[]): Record<string, number> {
  const found = keys.flatMap((key) => {
    const value = node[key];
    return typeof value === 'number' && Number.isFinite(value) ? [[key, value] as const] : [];
  });
  return Object.fromEntries(found);
}

/** In 3.0 these are booleans beside `minimum` and `maximum`. */
function limitsOf(node: Node): Record<string, number> {
  const limits = numbers(node, ['exclusiveMinimum', 'exclusiveMaximum']);
  const { exclusiveMinimum: low, exclusiveMaximum: high, minimum, maximum } = node;
  if (low === true && typeof minimum === 'number') limits.exclusiveMinimum = minimum;
  if (high === true && typeof maximum === 'number') limits.exclusiveMaximum = maximum;
  return limits;
}

/** Values of an enum that are of its type; descriptions often quote numbers. */
function enumOf(node: Node, type: string): Json[] | undefined {
  const given = Array.isArray(node.enum) ? node.enum : node.const === undefined ? [] : [node.const];
  const values = given.map((value) => fitting(value, type)).filter((value) => value !== undefined);
  return values.length === 0 || values.length > 500 ? undefined : [...new Set(values)];
}

/** A value as its type has it, where it can mean only that. */
function fitting(value: unknown, type: string): Json | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
    case 'integer':
    case 'number': {
      const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
      const isRight = type === 'integer' ? Number.isInteger(number) : Number.isFinite(number);
      return typeof number === 'number' && isRight ? number : undefined;
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : value === 'true' || value === 'false' ? value === 'true' : undefined;
    case 'array':
      return Array.isArray(value) && isShort(value) ? (value as Json[]) : undefined;
    case 'object':
      return isObject(value) && isShort(value) ? (value as Json) : undefined;
    default:
      return undefined;
  }
}

const isShort = (value: unknown): boolean => JSON.stringify(value).length <= LONGEST_DEFAULT;

/** What a person wrote about it, and what no keyword says that every vendor takes. */
export function describe(node: Node, most: number): string | undefined {
  const { description, title, pattern, multipleOf, format } = node;
  const said = typeof description === 'string' ? description.trim() : '';
  const parts = [
    said === '' && typeof title === 'string' ? title.trim() : said,
    ...(isBase64(node) ? ['As base64.'] : []),
    ...(typeof pattern === 'string' && pattern.length <= 100 ? [`Pattern: ${pattern}`] : []),
    ...(typeof multipleOf === 'number' ? [`A multiple of ${multipleOf}.`] : []),
    ...(typeof format === 'string' && /^(uri|url|hostname|duration|password)/.test(format)
      ? [`Format: ${format}`]
      : []),
    ...(node.deprecated === true ? ['Deprecated.'] : []),
  ];
  const text = shortened(parts.filter((part) => part !== '').join(' '), most);
  if (text !== '') return text;
  const example = node.example ?? (Array.isArray(node.examples) ? node.examples[0] : undefined);
  const shown = example === undefined || example === null ? undefined : JSON.stringify(example);
  return shown !== undefined && shown.length <= 60 ? `Example: ${shown}` : undefined;
}

/** Cut at the end of a sentence, or else of a word. */
export function shortened(text: string, most: number): string {
  const whole = text;
  if (whole.length <= most) return whole;
  const head = whole.slice(0, most);
  const sentence = Math.max(head.lastIndexOf('. '), head.lastIndexOf('.\n'));
  if (sentence > most / 2) return head.slice(0, sentence + 1);
  return `${head.replace(/\s\S*$/, '').replace(/[\ud800-\udbff]$/, '')}…`;
}
