import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const inputSchema = z.strictObject({ name: z.string().min(1).max(100).describe('Who to greet') });
const outputSchema = z.object({ greeting: z.string().describe('What to say to them') });

/** A small tool to start from. Change it, or write the next one like it and register it in server.ts. */
export function registerGreet(server: McpServer): void {
  server.registerTool(
    'greet',
    {
      title: 'Greet',
      description: 'Greet somebody by name.',
      inputSchema,
      outputSchema,
      annotations: {
        title: 'Greet',
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    async ({ name }) => {
      const greeting = `Hello, ${name}!`;
      return { content: [{ type: 'text', text: greeting }], structuredContent: { greeting } };
    },
  );
}
