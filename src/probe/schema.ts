import { isObject } from '../base/json.ts';
import { cut } from '../base/text.ts';

type Check = (value: unknown, at: Place) => void;

interface Place {
  /** A JSON pointer into the schema. */
  readonly path: string;
  readonly depth: number;
  readonly root: unknown;
  readonly report: (path: string, problem: string) => void;
}

const MAX_DEPTH = 64;
/** Enough for everybody who is going to repair them. */
const MOST_PROBLEMS = 50;
const LONGEST = 200;
const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/**
 * What is wrong with the JSON Schema of a tool's input or output: the shape of every keyword of draft 2020-12
 * (json-schema.org/draft/2020-12), local references, patterns, and that the root describes an object, as MCP asks.
 *
 * Returns one line a problem, with the place as a JSON pointer; of very many, the first ones.
 */
export function schemaProblems(schema: unknown): string[] {
  const problems: string[] = [];
  const report = (path: string, problem: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(`${cut(path === '' ? '/' : path, LONGEST)}: ${problem}`);
  };
  if (!isObject(schema)) return [`/: is ${nameOf(schema)}, not an object`];
  if (schema.type !== 'object') report('/type', 'must be "object" at the root');
  checkSchema(schema, { path: '', depth: 0, root: schema, report });
  return problems;
}

const checkSchema: Check = (value, at) => {
  if (typeof value === 'boolean') return;
  if (!isObject(value)) return at.report(at.path, `is ${nameOf(value)}, not a schema`);
  if (at.depth > MAX_DEPTH) return at.report(at.path, `is nested deeper than ${MAX_DEPTH} levels`);
  for (const [keyword, inner] of Object.entries(value)) {
    const check = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined;
    check?.(inner, below(at, keyword));
  }
};

const below = (at: Place, key: string | number): Place => ({
  ...at,
  path: `${at.path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`,
  depth: at.depth + 1,
});

const expecting =
  (what: string, test: (value: unknown) => boolean): Check =>
  (value, at) => {
    if (!test(value)) at.report(at.path, `is ${nameOf(value)}, not ${what}`);
  };

const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isTextList = (value: unknown): boolean =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;

const text = expecting('a text', isText);
const number = expecting('a number', isNumber);
const flag = expecting('true or false', (value) => typeof value === 'boolean');
const count = expecting('a whole number from 0', (value) => Number.isInteger(value) && Number(value) >= 0);
const list = expecting('a list', Array.isArray);
const names = expecting('a list of different texts', isTextList);
const positive = expecting('a number above 0', (value) => isNumber(value) && value > 0);

const schemas: Check = (value, at) => {
  if (!Array.isArray(value) || value.length === 0) return at.report(at.path, 'is not a list of at least one schema');
  for (const [index, item] of value.entries()) checkSchema(item, below(at, index));
};

const tableOf =
  (check: Check): Check =>
  (value, at) => {
    if (!isObject(value)) return at.report(at.path, `is ${nameOf(value)}, not an object`);
    for (const [key, item] of Object.entries(value)) check(item, below(at, key));
  };

const type: Check = (value, at) => {
  const all = Array.isArray(value) ? value : [value];
  const valid = all.length > 0 && new Set(all).size === all.length && all.every((item) => TYPES.includes(item));
  if (!valid) at.report(at.path, `${cut(JSON.stringify(value), LONGEST)} is no type of JSON Schema`);
};

const pattern: Check = (value, at) => {
  try {
    if (typeof value === 'string') new RegExp(value, 'u');
    else text(value, at);
  } catch {
    at.report(at.path, 'is not a regular expression of ECMA-262 with Unicode');
  }
};

const patternTable: Check = (value, at) => {
  tableOf(checkSchema)(value, at);
  if (isObject(value)) for (const key of Object.keys(value)) pattern(key, below(at, key));
};

/** References within the schema must lead somewhere; a client cannot follow others. */
const reference: Check = (value, at) => {
  if (typeof value !== 'string') return text(value, at);
  if (!value.startsWith('#/')) return;
  let target = at.root;
  for (const part of value.slice(2).split('/')) {
    const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
    target = Array.isArray(target) || isObject(target) ? (target as Record<string, unknown>)[key] : undefined;
  }
  if (target === undefined) at.report(at.path, `${cut(value, LONGEST)} leads nowhere`);
};

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const every = (keys: string, check: Check): Record<string, Check> =>
  Object.fromEntries(keys.split(' ').map((key) => [key, check]));

const KEYWORDS: Readonly<Record<string, Check>> = {
  ...every('$id $schema $anchor $dynamicRef $dynamicAnchor $comment title description format', text),
  ...every('contentEncoding contentMediaType', text),
  ...every('not if then else items contains additionalProperties propertyNames contentSchema', checkSchema),
  ...every('unevaluatedItems unevaluatedProperties', checkSchema),
  ...every('properties $defs definitions dependentSchemas', tableOf(checkSchema)),
  ...every('allOf anyOf oneOf prefixItems', schemas),
  ...every('maximum minimum exclusiveMaximum exclusiveMinimum', number),
  ...every('maxLength minLength maxItems minItems maxContains minContains maxProperties minProperties', count),
  ...every('uniqueItems readOnly writeOnly deprecated', flag),
  ...every('enum examples', list),
  patternProperties: patternTable,
  dependentRequired: tableOf(names),
  required: names,
  multipleOf: positive,
  type,
  pattern,
  $ref: reference,
};

function nameOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : cut(JSON.stringify(value), 40);
}
