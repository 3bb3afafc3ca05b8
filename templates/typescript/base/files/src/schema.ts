import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import * as z from 'zod';

type JsonSchema = Record<string, unknown>;

const failure = z
  .object({
    reason: z.string().describe('Machine-readable reason'),
    message: z.string().describe('What went wrong'),
    recovery: z.string().describe('What to do about it'),
    retryable: z.boolean().describe('Whether the same call can succeed later'),
  })
  .describe('Only when the call failed: why, and what to do about it');

/** The schema of a tool's arguments, as clients see it. */
export const inputSchema = (schema: z.ZodObject): StandardSchemaWithJSON<unknown> =>
  advertise(portable(z.toJSONSchema(schema, { io: 'input' })));

/**
 * The schema of a tool's structured content. A failure is part of it: clients built on the first SDK validate the
 * content of failed calls too, and would replace a helpful message by a schema error.
 */
export function outputSchema(schema: z.ZodObject): StandardSchemaWithJSON<unknown> {
  const { required, properties, ...rest } = portable(z.toJSONSchema(schema, { io: 'output' }));
  const error = portable(z.toJSONSchema(failure, { io: 'output' }));
  return advertise({
    ...rest,
    properties: { ...(properties as JsonSchema), error },
    anyOf: [{ required: required ?? [] }, { required: ['error'] }],
  });
}

/**
 * What the SDK asks of a schema library. The JSON Schema is made once, not on every request, and validation is left to
 * `defineTool`, which answers bad arguments with a reason and a recovery instead of a bare message.
 */
function advertise(json: JsonSchema): StandardSchemaWithJSON<unknown> {
  return {
    '~standard': {
      version: 1,
      vendor: 'mcp-mason',
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

/** Leaves out what some clients refuse: the dialect tag, and the bounds that zod adds to every integer. */
function portable(schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, ...rest } = schema;
  return JSON.parse(JSON.stringify(rest), (key, value: unknown) =>
    (key === 'maximum' || key === 'minimum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER ? undefined : value,
  ) as JsonSchema;
}
