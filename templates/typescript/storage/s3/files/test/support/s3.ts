import { randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { openStore } from '../../src/storage/s3.js';

/** Settings that lead to a folder of the test's own in the bucket; what is in it is removed when the test is over. */
export function serviceEnvironment(): Record<string, string> {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = inject('s3');
  const environment = {
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
    S3_REGION: region,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
    S3_PREFIX: `test-${randomUUID()}`,
  };
  if (process.env.S3_TEST_ENDPOINT) onTestFinished(() => empty(environment));
  return environment;
}

async function empty(environment: Record<string, string>): Promise<void> {
  const store = await openStore(parseConfig(environment));
  for (let page = await store.list(); page.keys.length > 0; page = await store.list()) {
    await Promise.all(page.keys.map((key) => store.delete(key)));
  }
  await store.close();
}
