import type { McpServer } from '@modelcontextprotocol/server';
import { callOperation } from '../api/call.js';
import { inputOf } from '../api/input.js';
import { operations } from '../api/table.js';

/** One tool for each operation of the API. */
export function registerOperations(server: McpServer): void {
  for (const [name, operation] of operations) {
    const { title, description, input, readOnly = false, destructive = false, idempotent = false } = operation;
    const hints = {
      readOnlyHint: readOnly,
      destructiveHint: destructive,
      idempotentHint: idempotent,
      openWorldHint: true,
    };
    server.registerTool(
      name,
      { title, description, inputSchema: inputOf(input), annotations: { title, ...hints } },
      (args, { mcpReq }) => callOperation(operation, args, mcpReq.signal),
    );
  }
}
