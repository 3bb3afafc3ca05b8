import { createClient } from '@redis/client';
import { serviceSetting } from './service.js';

/** Fails before the first test when there is no server to test against. */
export async function setup(): Promise<void> {
  const url = serviceSetting('REDIS_URL', 'redis://localhost:6379');
  const client = createClient({ url, socket: { connectTimeout: 5000, reconnectStrategy: false } });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    throw new Error(`Redis does not answer (${code ?? message}): start one, or set REDIS_URL or TEST_REDIS_URL.`);
  } finally {
    client.destroy();
  }
}
