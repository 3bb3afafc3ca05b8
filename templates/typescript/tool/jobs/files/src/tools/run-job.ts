import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { Jobs, jobSchema } from '../jobs/jobs.js';
import { defineTool } from '../tool.js';

export const runJob = defineTool({
  name: 'run-job',
  title: 'Run a job',
  description: 'Do long work in steps. Reports progress, stops when the call is cancelled, and keeps a record.',
  input: z.object({
    steps: z.number().int().min(1).max(1000).default(10).describe('Steps of work'),
    stepMs: z.number().int().min(0).max(10_000).default(100).describe('Milliseconds a step takes'),
  }),
  output: jobSchema,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  failures: {},
  timeoutMs: 15 * 60_000,
  async run({ steps, stepMs }, { app, signal, progress }) {
    const jobs = new Jobs(app);
    let job = await jobs.start(steps);
    try {
      while (job.done < steps) {
        await work(stepMs, signal);
        job = await jobs.save({ ...job, done: job.done + 1 });
        await progress(job.done, steps, `Step ${job.done} of ${steps}`);
      }
      return await jobs.save({ ...job, state: 'done' });
    } catch (error) {
      await jobs.save({ ...job, state: signal.aborted ? 'cancelled' : 'failed' });
      throw error;
    }
  },
});

/** One step. Put your work here, and pass the signal on to whatever it waits for. */
const work = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });
