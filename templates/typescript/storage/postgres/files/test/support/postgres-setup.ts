import pg from 'pg';
import { serviceSetting } from './service.js';

/** Fails before the first test when there is no database to test with. */
export async function setup(): Promise<void> {
  const connectionString = serviceSetting('DATABASE_URL', 'postgres://postgres:postgres@localhost:5432/postgres');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    throw new Error(`The database of TEST_DATABASE_URL or DATABASE_URL does not answer: ${message || code}`);
  }
  await client.end();
}
