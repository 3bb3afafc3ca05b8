import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { onTestFinished } from 'vitest';
import { serviceSetting } from './service.js';

/** Settings with a namespace that nobody else has, removed when the test is over. */
export function serviceEnvironment(): Record<string, string> {
  const REDIS_URL = serviceSetting('REDIS_URL', 'redis://localhost:6379');
  const REDIS_NAMESPACE = `test-${randomUUID()}`;
  onTestFinished(() => removeAll(REDIS_URL, `{${REDIS_NAMESPACE}}:`));
  return { REDIS_URL, REDIS_NAMESPACE };
}

async function removeAll(url: string, namespace: string): Promise<void> {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  for await (const keys of client.scanIterator({ MATCH: `${namespace}*`, COUNT: 1000 })) {
    if (keys.length > 0) await client.unlink(keys);
  }
  await client.close();
}
