import type { TestProject } from 'vitest/node';
import { FAKE, startFakeS3 } from './s3-fake.js';

export interface S3Service {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    s3: S3Service;
  }
}

/** Tests use a service of this process, or a real one when S3_TEST_ENDPOINT and what belongs to it are set. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env.S3_TEST_ENDPOINT) {
    project.provide('s3', {
      endpoint: process.env.S3_TEST_ENDPOINT,
      bucket: setting('S3_TEST_BUCKET', 'my-test-bucket'),
      region: process.env.S3_TEST_REGION || 'us-east-1',
      accessKeyId: setting('S3_TEST_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE'),
      secretAccessKey: setting('S3_TEST_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'),
    });
    return undefined;
  }
  const fake = await startFakeS3();
  project.provide('s3', { ...FAKE, endpoint: fake.endpoint });
  return () => fake.close();
}

function setting(name: string, example: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`S3_TEST_ENDPOINT is set, so ${name} is needed as well, for example ${example}.`);
}
