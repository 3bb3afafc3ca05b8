import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { serviceSetting } from './service.js';

/** A schema of its own for each test, dropped when the test is over. */
export function serviceEnvironment(): Record<string, string> {
  const url = serviceSetting('DATABASE_URL', 'postgres://postgres:postgres@localhost:5432/postgres');
  const schema = `test_${randomBytes(8).toString('hex')}`;
  onTestFinished(() => drop(url, schema));
  return { DATABASE_URL: url, POSTGRES_SCHEMA: schema };
}

async function drop(connectionString: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
  await client.end();
}
