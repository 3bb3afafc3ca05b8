import { isObject } from '../base/json.ts';
import { cut } from '../base/text.ts';
import type { Result } from './rpc.ts';
import type { Finding } from './steps.ts';

/** Keywords that some vendors refuse in arguments, or read in a way of their own. */
const UNPORTABLE = [
  ...['$ref', '$defs', 'definitions', '$dynamicRef', 'oneOf', 'allOf', 'not', 'if', 'then', 'else', 'dependentSchemas'],
  ...['dependentRequired', 'patternProperties', 'prefixItems', 'propertyNames', 'unevaluatedProperties', 'contains'],
];
/** What vendors take as the name of an argument. */
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/;
const MAX_DEPTH = 16;

/** Findings of one tool that are kept: who has more will run the lint again. */
const MOST = 50;

/** What is wrong with the schema of a tool's arguments for one client or another. */
export function argumentFindings(where: string, schema: unknown): Finding[] {
  if (!isObject(schema)) return [];
  const found: Finding[] = [];
  const report = (finding: Finding): void => void (found.length < MOST && found.push(finding));
  if ('anyOf' in schema || 'enum' in schema) {
    const what = 'has alternatives at the root of its arguments, which vendors refuse.';
    const fix = 'Describe one object with properties; make those optional that only some calls need.';
    report({ code: 'schema-root', where, what, fix });
  }
  judgeKeywords(where, schema, report);
  judgeFields(where, schema, 0, report);
  return found;
}

type Report = (finding: Finding) => void;

/** The fields of an object, and what lies in them. */
function judgeFields(where: string, { properties }: Result, depth: number, report: Report): void {
  if (!isObject(properties) || depth > MAX_DEPTH) return;
  for (const [name, field] of Object.entries(properties)) {
    const place = `${where}${depth === 0 ? ', argument ' : '.'}${cut(name, 100)}`;
    if (!NAME.test(name)) {
      const fix = 'Use letters, digits, "_", "-" and ".", at most 64.';
      report({ code: 'argument-name', where: place, what: 'has a name that vendors refuse.', fix });
    }
    if (!isDescribed(field)) {
      const fix = 'Say what it means, with its unit or an example of a value.';
      report({ code: 'argument-description', where: place, what: 'has no description.', fix });
    }
    judgeValue(place, field, depth, report);
  }
}

/** Pydantic puts the description of what may be null into the alternative that is not. */
function isDescribed(field: unknown): boolean {
  const { description, anyOf } = isObject(field) ? field : {};
  if (typeof description === 'string' && description.trim() !== '') return true;
  return Array.isArray(anyOf) && anyOf.some((one) => isObject(one) && !('anyOf' in one) && isDescribed(one));
}

/** An argument, an item of a list, one of several alternatives. */
function judgeValue(where: string, schema: unknown, depth: number, report: Report): void {
  if (depth > MAX_DEPTH) return;
  if (!isObject(schema)) {
    report(untyped(where));
    return;
  }
  judgeKeywords(where, schema, report);
  judgeFields(where, schema, depth + 1, report);
  const { anyOf, items, type } = schema;
  const alternatives = Array.isArray(anyOf) ? anyOf : [];
  for (const one of alternatives) judgeValue(where, one, depth + 1, report);
  const saysMore = alternatives.length > 0 || ['$ref', 'oneOf', 'allOf'].some((keyword) => keyword in schema);
  if (typeof type !== 'string' && !saysMore) report(Array.isArray(type) ? severalTypes(where) : untyped(where));
  if (type === 'array' && isObject(items)) judgeValue(`${where}[]`, items, depth + 1, report);
  if (type === 'array' && !isObject(items)) {
    const fix = 'Describe its items: an array without them is refused.';
    report({ code: 'schema-items', where, what: 'is an array of nobody knows what.', fix });
  }
}

function judgeKeywords(where: string, schema: Result, report: Report): void {
  const used = UNPORTABLE.filter((keyword) => Object.hasOwn(schema, keyword));
  if (used.length === 0) return;
  const what = `uses ${used.join(', ')}, which not every vendor's client takes.`;
  const fix = 'Write it in plain types instead: objects, arrays, enums, anyOf with a type each.';
  report({ code: 'schema-keyword', where, what, fix });
}

const untyped = (where: string): Finding => ({
  code: 'schema-type',
  where,
  what: 'has no type, so that anything may be meant, which some clients refuse.',
  fix: 'Give it a type; alternatives stand in anyOf with a type each.',
});

const severalTypes = (where: string): Finding => ({
  code: 'schema-type',
  where,
  what: 'has a list of types, which some vendors refuse.',
  fix: 'Write anyOf with one type each, or leave the value out where it would be null.',
});
