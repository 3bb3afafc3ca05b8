import assert from 'node:assert/strict';
import { test } from 'node:test';
import { app, call, clients, failure } from './clients.js';

for (const [era, client] of clients) {
  test(`a job tells its id before it works, and how far it has come (${era})`, async () => {
    const messages: (string | undefined)[] = [];
    const args = { name: 'run_job', arguments: { steps: 2, delay: 0, id: `a-${era}` } };
    await client.callTool(args, { onprogress: ({ message }) => messages.push(message) });
    assert.deepEqual(messages, [`Job a-${era}`, 'Step 1 of 2', 'Step 2 of 2']);
    const job = await call(client, 'get_job', { id: `a-${era}` });
    assert.deepEqual(job, { id: `a-${era}`, state: 'done', done: 2, total: 2 });
  });

  test(`a job that is cancelled stops and says so (${era})`, async () => {
    const abort = new AbortController();
    const args = { name: 'run_job', arguments: { steps: 1000, delay: 10, id: `b-${era}` } };
    const call = client.callTool(args, { signal: abort.signal, onprogress: () => abort.abort() });
    await assert.rejects(call);
    let state: unknown;
    while (state !== 'cancelled') state = Object((await app.store.get(`jobs/b-${era}`))?.value).state;
  });

  test(`a job that is not there says what to do (${era})`, async () => {
    assert.match(await failure(client, 'get_job', { id: 'nothing' }), /run_job/);
    await call(client, 'run_job', { steps: 1, delay: 0, id: `c-${era}` });
    assert.match(await failure(client, 'run_job', { steps: 1, id: `c-${era}` }), /another id/);
  });
}
