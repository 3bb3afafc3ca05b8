import { fromJsonSchema, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { Arguments } from './request.js';
import type { Input } from './table.js';

type Schema = StandardSchemaWithJSON<Arguments, Arguments>;
const known = new Map<Input, Schema>();

/**
 * The schema of an operation's arguments for the SDK. It is compiled when the operation is called for the first time: an API
 * may have a thousand.
 */
export function inputOf(input: Input): Schema {
  let schema = known.get(input);
  if (schema === undefined) {
    let compiled: Schema | undefined;
    const validate = (given: unknown) => {
      const { args, problem } = accept((given ?? {}) as Arguments, input);
      if (problem !== undefined) return { issues: [{ message: problem }] };
      compiled ??= fromJsonSchema<Arguments>(input);
      return compiled['~standard'].validate(args);
    };
    const json = () => input as unknown as Record<string, unknown>;
    schema = { '~standard': { version: 1, vendor: 'openapi', jsonSchema: { input: json, output: json }, validate } };
    known.set(input, schema);
  }
  return schema;
}

/** What clients really send is taken where it can mean one thing only: `"42"` for a number, null for nothing. */
function accept(given: Arguments, { properties, required = [] }: Input): { args: Arguments; problem?: string } {
  const args: Arguments = {};
  for (const [name, value] of Object.entries(given)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined) {
      return { args, problem: `Unknown: ${name}. The arguments are ${Object.keys(properties).join(', ') || 'none'}.` };
    }
    if (value === null && !required.includes(name)) continue;
    args[name] = typeof value === 'string' ? meant(value, schema.type) : value;
  }
  const missing = required.filter((name) => args[name] === undefined);
  return missing.length === 0 ? { args } : { args, problem: `Missing: ${missing.join(', ')}.` };
}

function meant(text: string, type: unknown): unknown {
  if (!['number', 'integer', 'boolean', 'array', 'object'].includes(String(type))) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
