import { isObject, type Json } from '../base/json.ts';
import type { Compiled } from './compile.ts';
import type { Description } from './description.ts';
import type { Operation, Schema } from './model.ts';
import { operationsIn } from './operations.ts';
import { flatten } from './schema.ts';

/** Few: they are there to show how one goes on. */
const MOST_CASES = 3;
const MOST_CHARACTERS = 4000;

/** A call, the request that must come of it, and what the API answers. */
interface Case {
  readonly operation: string;
  readonly arguments: Readonly<Record<string, Json>>;
  readonly method: string;
  /** Up to its first argument. */
  readonly path: string;
  readonly status: number;
  readonly answer: Json;
}

/** Calls for a project's own tests, from the examples of its description, or what fits its schemas. */
export function casesOf({ api }: Compiled, description: Description): string {
  const found = operationsIn(description, () => {});
  const cases: Case[] = [];
  for (const [name, operation] of Object.entries(api.operations)) {
    if (cases.length >= MOST_CASES) break;
    const { body, send = {}, method, path } = operation;
    const isPlain = body === undefined || body.kind === 'json';
    const places = Object.values(send).every(({ in: place, style }) => place !== 'querystring' && style !== 'matrix');
    // Tests have no certificate.
    const ways = operation.security?.filter((names) =>
      names.every((each) => api.schemes[each]?.kind !== 'certificate'),
    );
    if (!isPlain || !places || method === 'HEAD' || ways?.length === 0) continue;
    const node = found.find((one) => one.method === method && one.path === path)?.node;
    const [status, answer] = answerOf(node?.responses, description);
    const one: Case = {
      operation: name,
      arguments: argumentsFor(operation),
      method,
      // Some tell operations of one path apart by what stands behind a `#`, which is not sent.
      path: path.split(/[{#]/)[0] ?? '',
      status,
      answer,
    };
    // Nobody reads an answer of several screens.
    const short = [one, { ...one, answer: { ok: true } }].find(
      (each) => JSON.stringify(each).length <= MOST_CHARACTERS,
    );
    if (short !== undefined) cases.push(short);
  }
  return `${JSON.stringify(cases, null, 2)}\n`;
}

/** @internal exported for the bench, which calls every operation */
export function argumentsFor({ input: { properties, required = [] } }: Operation): Record<string, Json> {
  return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})]));
}

/** The smallest value that fits a schema of ours. */
function sampleOf(schema: Schema): Json {
  const { default: preset, enum: values, anyOf, type } = schema;
  if (preset !== undefined) return preset;
  if (Array.isArray(values)) return values[0] ?? null;
  if (Array.isArray(anyOf)) return sampleOf(anyOf[0] as Schema);
  switch (type) {
    case 'string':
      return textFor(schema);
    case 'integer':
    case 'number':
      return numberFor(schema);
    case 'boolean':
      return true;
    case 'array': {
      const least = typeof schema.minItems === 'number' ? Math.min(schema.minItems, 10) : 0;
      return Array.from({ length: least }, () => sampleOf((schema.items ?? {}) as Schema));
    }
    case 'object': {
      const properties = (isObject(schema.properties) ? schema.properties : {}) as Readonly<Record<string, Schema>>;
      const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
      return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})]));
    }
    default:
      return 'text';
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  email: 'ada@example.com',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
};

function textFor({ format, minLength, maxLength }: Schema): string {
  const text = FORMATS[String(format)] ?? 'text';
  const least = typeof minLength === 'number' ? Math.min(minLength, 1000) : 0;
  return text.padEnd(least, 'x').slice(0, typeof maxLength === 'number' ? maxLength : undefined);
}

function numberFor({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): number {
  const low = typeof minimum === 'number' ? minimum : typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : 1;
  const high =
    typeof maximum === 'number' ? maximum : typeof exclusiveMaximum === 'number' ? exclusiveMaximum - 1 : low;
  return Math.ceil(Math.min(low, high));
}

/** The first good answer with an example of it. */
function answerOf(responses: unknown, description: Description): [status: number, answer: Json] {
  const good = Object.entries(isObject(responses) ? responses : {}).find(([status]) => /^2\d\d$/.test(status));
  if (good === undefined) return [200, { ok: true }];
  const [status, value] = good;
  const content = description.resolve(value)?.content;
  const media = isObject(content) ? description.resolve(content['application/json']) : undefined;
  if (media === undefined) return [Number(status) === 204 ? 200 : Number(status), { ok: true }];
  const [named] = Object.values(isObject(media.examples) ? media.examples : {});
  const example = media.example ?? description.resolve(named)?.value ?? flatten(media.schema, description).example;
  return [Number(status), example === undefined ? { ok: true } : (example as Json)];
}
