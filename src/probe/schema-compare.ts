import { isObject } from '../base/json.ts';
import { cut } from '../base/text.ts';
import type { Result } from './rpc.ts';

/** Keywords that say which values are taken, each with whether the new value takes all that the old one took. */
type Rule = (before: unknown, after: unknown) => boolean;

const atMost: Rule = (before, after) => after === undefined || (typeof before === 'number' && Number(after) >= before);
const atLeast: Rule = (before, after) => after === undefined || (typeof before === 'number' && Number(after) <= before);
const sameOrGone: Rule = (before, after) => after === undefined || equal(before, after);

const RULES: Readonly<Record<string, Rule>> = {
  maximum: atMost,
  exclusiveMaximum: atMost,
  maxLength: atMost,
  maxItems: atMost,
  maxProperties: atMost,
  minimum: atLeast,
  exclusiveMinimum: atLeast,
  minLength: atLeast,
  minItems: atLeast,
  minProperties: atLeast,
  pattern: sameOrGone,
  format: sameOrGone,
  multipleOf: sameOrGone,
  uniqueItems: (before, after) => after !== true || before === true,
  const: sameOrGone,
  enum: (before, after) =>
    after === undefined ||
    (Array.isArray(before) && Array.isArray(after) && before.every((one) => after.some((other) => equal(one, other)))),
  ...Object.fromEntries(
    ['$ref', 'allOf', 'not', 'if', 'then', 'else', 'patternProperties', 'prefixItems', 'propertyNames', 'contains'].map(
      (keyword) => [keyword, sameOrGone] as const,
    ),
  ),
};

const MAX_DEPTH = 32;
/** Pairs of schemas that are compared. Alternatives within alternatives make millions of them. */
const MOST_PAIRS = 20_000;

/** How the differences between two schemas are told; `undefined` for what does not matter. */
interface Words {
  readonly whole: string;
  readonly part: string;
  readonly changed: (what: string, narrow: string, wide: string) => string;
  readonly required: string;
  readonly gone: string | undefined;
  readonly closed: string | undefined;
  readonly lost: (alternative: string) => string;
}

const ARGUMENTS: Words = {
  whole: 'the arguments:',
  part: 'argument',
  changed: (what, now, before) => `${what} was ${before} and is ${now} now`,
  required: 'is required now',
  gone: 'is gone',
  closed: 'members that are not known are refused now',
  lost: (alternative) => `the alternative ${alternative} is not taken any more`,
};

/** Of results the schema of before is the narrower one, and more members than promised do no harm. */
const RESULTS: Words = {
  whole: 'the result:',
  part: 'field',
  changed: (what, before, now) => `${what} was ${before} and is ${now} now`,
  required: 'may be missing now',
  gone: undefined,
  closed: undefined,
  lost: (alternative) => `may be ${alternative} now`,
};

/** What was taken as arguments and is not any more, one phrase a difference; empty when everything still is. */
export const lostArguments = (before: unknown, after: unknown): string[] =>
  narrowings(before, after, { words: ARGUMENTS, path: '', depth: 0, budget: { left: MOST_PAIRS } });

/** What a result may be that was not promised before, one phrase a difference. */
export const brokenPromises = (before: unknown, after: unknown): string[] =>
  narrowings(after, before, { words: RESULTS, path: '', depth: 0, budget: { left: MOST_PAIRS } });

interface Place {
  readonly words: Words;
  readonly path: string;
  readonly depth: number;
  /** Shared by all places of one comparison. */
  readonly budget: { left: number };
}

/** What the wide schema takes and the narrow one does not. */
function narrowings(wide: unknown, narrow: unknown, place: Place): string[] {
  if (equal(wide, narrow) || narrow === true || wide === false || place.depth > MAX_DEPTH) return [];
  if (place.budget.left-- <= 0) return [`${at(place)}has changed, and is too big to say how`];
  const [old, now] = [wide, narrow].map((schema): Result => (isObject(schema) ? schema : {})) as [Result, Result];
  if (alternativesOf(old).length > 1 || alternativesOf(now).length > 1) return lostAlternatives(old, now, place);
  const hasItems = isObject(old.items) || isObject(now.items);
  return [
    ...lostTypes(old, now, place),
    ...Object.entries(RULES)
      .filter(([keyword, rule]) => !rule(old[keyword], now[keyword]))
      .map(([keyword]) => at(place) + place.words.changed(keyword, shown(now[keyword]), shown(old[keyword]))),
    ...lostMembers(old, now, place),
    ...(hasItems ? narrowings(old.items ?? {}, now.items ?? {}, inside(place, `${place.path}[]`)) : []),
  ];
}

function lostTypes(wide: Result, narrow: Result, place: Place): string[] {
  const [old, now] = [typesOf(wide), typesOf(narrow)];
  if (now === undefined) return [];
  const taken = (type: string): boolean => now.includes(type) || (type === 'integer' && now.includes('number'));
  if (old?.every(taken)) return [];
  return [at(place) + place.words.changed('type', now.join(' or '), old?.join(' or ') ?? 'not said')];
}

function lostMembers(wide: Result, narrow: Result, place: Place): string[] {
  const { words, path } = place;
  const [old, now] = [membersOf(wide), membersOf(narrow)];
  const needed = requiredOf(wide);
  const of = (name: string): Place => inside(place, path === '' ? name : `${path}.${name}`);
  const required = [...requiredOf(narrow)]
    .filter((name) => !needed.has(name))
    .map((name) => at(of(name)) + words.required);
  const others = Object.entries(old).flatMap(([name, schema]) => {
    if (Object.hasOwn(now, name)) return narrowings(schema, now[name], of(name));
    return words.gone === undefined ? [] : [at(of(name)) + words.gone];
  });
  const closes = narrow.additionalProperties === false && wide.additionalProperties !== false;
  return [...required, ...others, ...(closes && words.closed !== undefined ? [at(place) + words.closed] : [])];
}

/** Each alternative that there was must be taken by one that there is. */
const lostAlternatives = (wide: Result, narrow: Result, place: Place): string[] =>
  alternativesOf(wide)
    .filter(
      (one) => !alternativesOf(narrow).some((other) => narrowings(one, other, inside(place, place.path)).length === 0),
    )
    .map((one) => at(place) + place.words.lost(cut(JSON.stringify(one), 80)));

const inside = (place: Place, path: string): Place => ({ ...place, path, depth: place.depth + 1 });
const at = ({ words, path }: Place): string => (path === '' ? `${words.whole} ` : `${words.part} ${path} `);

function alternativesOf(schema: Result): readonly unknown[] {
  const { anyOf, oneOf } = schema;
  const list = Array.isArray(anyOf) ? anyOf : oneOf;
  if (Array.isArray(list)) return list;
  const types = typesOf(schema);
  return types === undefined || types.length < 2 ? [schema] : types.map((type) => ({ ...schema, type }));
}

function typesOf({ type }: Result): readonly string[] | undefined {
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.map(String) : undefined;
}

const membersOf = ({ properties }: Result): Result => (isObject(properties) ? properties : {});
const requiredOf = ({ required }: Result): ReadonlySet<string> =>
  new Set(Array.isArray(required) ? required.map(String) : []);

const shown = (value: unknown): string => (value === undefined ? 'not said' : cut(JSON.stringify(value), 80));

/** The members of what is compared are sorted, so equal values have equal texts. */
const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
