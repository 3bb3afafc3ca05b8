import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { callOperation } from '../api/call.js';
import { inputOf } from '../api/input.js';
import { search } from '../api/search.js';
import { type Operation, operations } from '../api/table.js';
import { input, ToolError, tool } from '../result.js';

const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const named = z.string().max(100).describe('Name of an operation, as search_operations lists it');

const searchSchema = input({
  query: z.string().max(200).default('').describe('Words about what is to be done, in English; empty: all operations'),
  tag: z.string().max(100).optional().describe('Only operations with this tag'),
  path: z.string().max(200).optional().describe('Only operations whose path holds this'),
  start: z.number().int().min(0).max(100_000).default(0).describe('Number of the first one to list'),
});
const describeSchema = input({ name: named });
const callSchema = input({
  name: named,
  arguments: z.record(z.string(), z.unknown()).default({}).describe('Its arguments, as describe_operation says'),
});

/** Three tools for an API with more operations than a model can be shown at once. */
export function registerSearch(server: McpServer): void {
  server.registerTool(
    'search_operations',
    {
      title: 'Search operations',
      description: `Find operations of the API among ${operations.size}. Then use describe_operation and call_operation.`,
      inputSchema: searchSchema,
      annotations: { title: 'Search operations', ...hints },
    },
    tool(async (wanted) => search(wanted)),
  );
  server.registerTool(
    'describe_operation',
    {
      title: 'Describe an operation',
      description: 'What an operation of the API does, and the JSON schema of its arguments.',
      inputSchema: describeSchema,
      annotations: { title: 'Describe an operation', ...hints },
    },
    tool(async ({ name }) => {
      const { description, method, path, input: schema, readOnly = false, destructive = false } = operationOf(name);
      return { name, method, path, description, readOnly, destructive, arguments: schema };
    }),
  );
  server.registerTool(
    'call_operation',
    {
      title: 'Call an operation',
      description: 'Call an operation of the API with arguments that fit its schema.',
      inputSchema: callSchema,
      annotations: {
        title: 'Call an operation',
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: true,
      },
    },
    async ({ name, arguments: given }, { mcpReq }) => {
      try {
        const operation = operationOf(name);
        const checked = await inputOf(operation.input)['~standard'].validate(given);
        if (checked.issues)
          throw new ToolError(checked.issues.map(({ message }) => message).join(', '), `See describe_operation.`);
        return await callOperation(operation, checked.value, mcpReq.signal);
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        return { content: [{ type: 'text', text: error.message }], isError: true };
      }
    },
  );
}

function operationOf(name: string): Operation {
  const operation = operations.get(name);
  if (operation !== undefined) return operation;
  const similar = search({ query: name.replaceAll('_', ' '), start: 0 }).operations.slice(0, 3);
  throw new ToolError(`There is no operation "${name}".`, `Similar are: ${similar.join('; ') || 'none'}.`);
}
