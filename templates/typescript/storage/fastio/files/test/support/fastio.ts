import { randomInt, randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { openStore } from '../../src/storage/fastio.js';

/** Settings that lead to keys of the test's own; on the real service they are removed when the test is over. */
export function serviceEnvironment(): Record<string, string> {
  const { url, key, noteIds, workspace } = inject('fastio');
  const environment = {
    FASTIO_API_URL: url,
    FASTIO_API_KEY: key,
    FASTIO_WORKSPACE_ID: workspace ?? `1${String(randomInt(1e9)).padStart(18, '0')}`,
    FASTIO_NOTE_IDS: noteIds,
    FASTIO_PREFIX: `${randomUUID()}/`,
  };
  if (workspace !== undefined) onTestFinished(() => empty(environment));
  return environment;
}

async function empty(environment: Record<string, string>): Promise<void> {
  const store = await openStore(parseConfig(environment));
  for (const key of (await store.list({ limit: 1000 })).keys) await store.delete(key);
  await store.close();
}
