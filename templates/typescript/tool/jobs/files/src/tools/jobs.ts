import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { App } from '../app.js';
import { input, ToolError, tool } from '../result.js';
import { StoreError } from '../storage/store.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const id = z.string().regex(/^[\w-]{1,64}$/);
const record = z.object({
  state: z.enum(['running', 'done', 'cancelled', 'failed']).describe('What became of it'),
  done: z.number().int().min(0).max(1000).describe('Steps that are done'),
  total: z.number().int().min(1).max(1000).describe('Steps in all'),
});
const job = record.extend({ id: id.describe('Id of the job') });
const runInput = input({
  steps: z.number().int().min(1).max(1000).default(10).describe('Steps of work'),
  delay: z.number().int().min(0).max(10_000).default(100).describe('Milliseconds a step takes'),
  id: id.optional().describe('Id of the new job; one is made up if absent'),
});
const getInput = input({ id: id.describe('Id of the job') });

/** Long work with progress and cancellation, and a record of it that outlives the call. */
export function registerJobs(server: McpServer, { store }: App): void {
  server.registerTool(
    'run_job',
    {
      title: 'Run a job',
      description: 'Do long work in steps. Reports progress, stops when the call is cancelled, and keeps a record.',
      inputSchema: runInput,
      outputSchema: job,
      annotations: {
        title: 'Run a job',
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: false,
      },
    },
    tool(async ({ steps: total, delay, id = crypto.randomUUID() }, ctx) => {
      const { signal } = ctx.mcpReq;
      let version: string | null = null;
      /** A record that says "running" is gone a minute after the last step, whatever has ended this process. */
      const save = async (state: z.output<typeof record>['state'], done: number) => {
        const ttlMs = state === 'running' ? MINUTE + delay : DAY;
        ({ version } = await store.put(`jobs/${id}`, { state, done, total }, { ifVersion: version, ttlMs }));
        return { id, state, done, total };
      };

      await save('running', 0).catch((error) => {
        if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
        throw new ToolError(`There is a job "${id}" already.`, 'Look at it with get_job, or choose another id.');
      });
      let done = 0;
      try {
        await report(ctx, 0, total, `Job ${id}`);
        while (done < total) {
          await step(delay, signal);
          done += 1;
          await save('running', done);
          await report(ctx, done, total, `Step ${done} of ${total}`);
        }
      } catch (error) {
        await save(signal.aborted ? 'cancelled' : 'failed', done);
        throw error;
      }
      return save('done', done);
    }),
  );

  server.registerTool(
    'get_job',
    {
      title: 'Get a job',
      description: 'Tell what became of a job, or how far it has come.',
      inputSchema: getInput,
      outputSchema: job,
      annotations: {
        title: 'Get a job',
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    tool(async ({ id }) => {
      const entry = await store.get(`jobs/${id}`);
      if (entry === undefined) throw new ToolError(`There is no job "${id}".`, 'Start one with run_job.');
      return { id, ...record.parse(entry.value) };
    }),
  );
}

/** One step. Put your work here, and pass the signal on to whatever it waits for. */
const step = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });

/** Tells a client that has asked for it how far the work has come. */
async function report({ mcpReq }: ServerContext, progress: number, total: number, message: string): Promise<void> {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total, message } });
}
