import * as z from 'zod';
import { defineTool } from '../tool.js';

const LEVELS = [
  { from: 85, level: 'critical', advice: 'Act today.' },
  { from: 60, level: 'high', advice: 'Plan a remedy this week.' },
  { from: 25, level: 'medium', advice: 'Review within a month.' },
  { from: 0, level: 'low', advice: 'No action needed.' },
] as const;

export const calculateRisk = defineTool({
  name: 'calculate-risk',
  title: 'Calculate risk',
  description: 'Turn a risk score into a level and an advice.',
  // The range is checked below, not here: a rule of the domain deserves an answer in the words of the domain.
  input: z.object({ score: z.number().describe('Risk score from 0 (none) to 100 (certain)') }),
  output: z.object({
    score: z.number().describe('The score that was rated'),
    level: z.enum(LEVELS.map(({ level }) => level)).describe('How serious it is'),
    advice: z.string().describe('What to do about it'),
  }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  failures: {
    score_negative: {
      when: 'The score is below 0.',
      recovery: 'Call again with a score from 0 to 100; 0 means no risk.',
      retryable: false,
    },
    score_too_high: {
      when: 'The score is above 100.',
      recovery: 'Call again with a score from 0 to 100; scale other scales to it.',
      retryable: false,
    },
  },
  async run({ score }, { fail }) {
    if (score > 100) throw fail('score_too_high', `A score is at most 100, and ${score} is more.`);
    const rating = LEVELS.find(({ from }) => score >= from);
    if (rating === undefined) throw fail('score_negative', `A score cannot be negative, and ${score} is.`);
    return { score, level: rating.level, advice: rating.advice };
  },
});
