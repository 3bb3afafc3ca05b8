import type { TestProject } from 'vitest/node';
import { FAKE_KEY, FAKE_NOTES, startFakeFastio } from './fastio-fake.js';

export interface FastioService {
  readonly url: string;
  readonly key: string;
  readonly noteIds: string;
  /** Absent: each test has one of its own. */
  readonly workspace?: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    fastio: FastioService;
  }
}

/** Tests use a service of this process, or the real one when FASTIO_TEST_API_KEY and what belongs to it are set. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env.FASTIO_TEST_API_KEY) {
    project.provide('fastio', {
      url: process.env.FASTIO_TEST_API_URL || 'https://api.fast.io/current',
      key: process.env.FASTIO_TEST_API_KEY,
      workspace: setting('FASTIO_TEST_WORKSPACE_ID', '1234567890123456789'),
      noteIds: setting('FASTIO_TEST_NOTE_IDS', 'note-1,note-2'),
    });
    return undefined;
  }
  const fake = await startFakeFastio();
  project.provide('fastio', { url: fake.url, key: FAKE_KEY, noteIds: FAKE_NOTES.join(',') });
  return () => fake.close();
}

function setting(name: string, example: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`FASTIO_TEST_API_KEY is set, so ${name} is needed as well, for example ${example}.`);
}
