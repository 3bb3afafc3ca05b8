import * as z from 'zod';
import { Jobs, jobSchema } from '../jobs/jobs.js';
import { defineTool } from '../tool.js';

export const getJob = defineTool({
  name: 'get-job',
  title: 'Get a job',
  description: 'Tell what became of a job, or how far it has come.',
  input: z.object({ id: z.uuid().describe('Id of the job, as run-job answered it') }),
  output: jobSchema,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  failures: {
    job_not_found: {
      when: 'There is no record of a job with this id, or it has expired.',
      recovery: 'Check the id; if it is right, start a new job with run-job.',
      retryable: false,
    },
  },
  async run({ id }, { app, fail }) {
    const job = await new Jobs(app).get(id);
    if (job === undefined) throw fail('job_not_found', `There is no job "${id}".`);
    return job;
  },
});
