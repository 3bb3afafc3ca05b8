import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { App } from '../app.js';
import type { Entry } from '../storage/store.js';

const PREFIX = 'jobs/';

export const jobSchema = z.object({
  id: z.string().describe('Id of the job'),
  state: z.enum(['running', 'done', 'cancelled', 'failed']).describe('What became of it'),
  done: z.number().int().describe('Steps that are done'),
  total: z.number().int().describe('Steps in all'),
  startedAt: z.string().describe('When it started, ISO 8601'),
});

export type Job = z.output<typeof jobSchema>;

/** Records of jobs. They outlive the call, so a client that lost its connection can still learn what became of one. */
export class Jobs {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  start(total: number): Promise<Job> {
    const startedAt = new Date().toISOString();
    return this.save({ id: randomUUID(), state: 'running', done: 0, total, startedAt });
  }

  async save({ id, ...record }: Job): Promise<Job> {
    return toJob(await this.#app.store.put(PREFIX + id, record, { ttlMs: this.#app.config.JOB_TTL_MS }));
  }

  async get(id: string): Promise<Job | undefined> {
    const entry = await this.#app.store.get(PREFIX + id);
    return entry && toJob(entry);
  }
}

const toJob = ({ key, value }: Entry): Job => jobSchema.parse({ ...(value as object), id: key.slice(PREFIX.length) });
