import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const inputSchema = z.strictObject({ name: z.string().min(1).max(100).describe('Who to greet') });
const outputSchema = z.object({ greeting: z.string().describe('What to say to them') });
const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

/** A small tool to start from. Change it, or write the next one like it and register it in server.ts. */
export function registerGreet(server: McpServer): void {
  const title = 'Greet';
  server.registerTool(
    'greet',
    { title, description: 'Greet somebody by name.', inputSchema, outputSchema, annotations: { title, ...hints } },
    async ({ name }) => {
      const greeting = `Hello, ${name}!`;
      return { content: [{ type: 'text', text: greeting }], structuredContent: { greeting } };
    },
  );
}
