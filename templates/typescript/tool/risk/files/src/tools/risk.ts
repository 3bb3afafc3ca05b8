import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { input, ToolError, tool } from '../result.js';

const LEVELS = [
  { from: 85, level: 'critical', advice: 'Act today.' },
  { from: 60, level: 'high', advice: 'Plan a remedy this week.' },
  { from: 25, level: 'medium', advice: 'Review within a month.' },
  { from: 0, level: 'low', advice: 'No action needed.' },
] as const;

// The range is checked in the tool: a rule of the domain deserves an answer in the words of the domain.
const inputSchema = input({ score: z.number().describe('Risk score from 0 (none) to 100 (certain)') });
const outputSchema = z.object({
  score: z.number().describe('The score that was rated'),
  level: z.enum(['low', 'medium', 'high', 'critical']).describe('How serious it is'),
  advice: z.string().describe('What to do about it'),
});

/** A calculation, and how it fails. */
export function registerRisk(server: McpServer): void {
  server.registerTool(
    'calculate_risk',
    {
      title: 'Calculate risk',
      description: 'Turn a risk score into a level and advice.',
      inputSchema,
      outputSchema,
      annotations: {
        title: 'Calculate risk',
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    tool(async ({ score }) => {
      const rating = LEVELS.find(({ from }) => score >= from);
      if (rating === undefined || score > 100) {
        throw new ToolError(`A score of ${score} is not between 0 and 100.`, 'Scale it to that range and call again.');
      }
      return { score, level: rating.level, advice: rating.advice };
    }),
  );
}
