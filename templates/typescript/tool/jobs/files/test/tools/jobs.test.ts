import { describe, expect, test, vi } from 'vitest';
import { testApp } from '../support/app.js';
import { callFailing, callOk, connect, ERAS } from '../support/connect.js';

describe.each(ERAS)('jobs for clients of %s', (era) => {
  test('report their progress and keep a record', async () => {
    const client = await connect(await testApp(), era);
    const seen: number[] = [];
    const result = await client.callTool(
      { name: 'run-job', arguments: { steps: 3, stepMs: 1 } },
      { onprogress: ({ progress, total }) => seen.push(progress / (total ?? 0)) },
    );
    expect(seen).toEqual([1 / 3, 2 / 3, 1]);
    const job = result.structuredContent as { id: string };
    expect(job).toMatchObject({ state: 'done', done: 3, total: 3 });
    expect(await callOk(client, 'get-job', { id: job.id })).toEqual(job);
  });

  test('stop when the call is cancelled', async () => {
    const app = await testApp();
    const client = await connect(app, era);
    const cancel = new AbortController();
    const call = client.callTool(
      { name: 'run-job', arguments: { steps: 1000, stepMs: 20 } },
      { signal: cancel.signal, onprogress: () => cancel.abort('enough') },
    );
    await expect(call).rejects.toThrow();
    await vi.waitFor(async () => {
      const { keys } = await app.store.list({ prefix: 'jobs/' });
      const entry = await app.store.get(keys[0] ?? '');
      expect(entry?.value).toMatchObject({ state: 'cancelled' });
    });
  });

  test('say so when there is no record', async () => {
    const client = await connect(await testApp(), era);
    const id = '00000000-0000-4000-8000-000000000000';
    expect(await callFailing(client, 'get-job', { id })).toMatchObject({ reason: 'job_not_found' });
  });
});
