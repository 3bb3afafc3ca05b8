import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { openPool, openStore } from '../../src/storage/postgres.js';
import { MIGRATIONS, migrate, schemaOf } from '../../src/storage/postgres-schema.js';
import { testEnvironment } from '../support/app.js';

const ADD_COLUMN = (schema: string) => `ALTER TABLE "${schema}".entries ADD COLUMN note text NOT NULL DEFAULT 'new'`;

function place() {
  const config = parseConfig(testEnvironment());
  const pool = openPool(config.DATABASE_URL);
  onTestFinished(() => pool.end());
  return { config, pool, schema: schemaOf(config) };
}

async function versionOf({ pool, schema }: ReturnType<typeof place>): Promise<unknown> {
  const { rows } = await pool.query(`SELECT version FROM "${schema}".schema_version`);
  return rows;
}

test('names the schema after the server', () => {
  const { POSTGRES_SCHEMA: _, ...others } = parseConfig(testEnvironment());
  expect(schemaOf(others)).toMatch(/^mcp_[a-z0-9_]{1,37}$/);
});

test('brings a database of an earlier version up to date and keeps what is in it', async () => {
  const here = place();
  const { config, pool, schema } = here;
  await migrate(pool, schema, MIGRATIONS.slice(0, 1));
  expect(await versionOf(here)).toEqual([{ version: 1 }]);
  await pool.query(`INSERT INTO "${schema}".entries VALUES ('old', '1', 'v', now(), NULL)`);

  const store = await openStore(config);
  onTestFinished(() => store.close());
  expect(await versionOf(here)).toEqual([{ version: MIGRATIONS.length }]);
  expect(await store.get('old')).toMatchObject({ value: 1, version: 'v' });
});

test('runs each migration once, however many instances start', async () => {
  const here = place();
  const { pool, schema } = here;
  await migrate(pool, schema);
  const later = [...MIGRATIONS, ADD_COLUMN];
  await Promise.all(Array.from({ length: 8 }, () => migrate(pool, schema, later)));
  expect(await versionOf(here)).toEqual([{ version: later.length }]);
});

test('takes back a migration that fails half-way', async () => {
  const here = place();
  const { pool, schema } = here;
  await migrate(pool, schema);
  const broken = [...MIGRATIONS, ADD_COLUMN, () => 'SELECT 1 / 0'];
  await expect(migrate(pool, schema, broken)).rejects.toThrow('division by zero');
  expect(await versionOf(here)).toEqual([{ version: MIGRATIONS.length }]);
  await migrate(pool, schema, [...MIGRATIONS, ADD_COLUMN]);
});

test('does not touch a database of a later version', async () => {
  const { config, pool, schema } = place();
  await migrate(pool, schema, [...MIGRATIONS, ADD_COLUMN]);
  await expect(openStore(config)).rejects.toThrow(/is of version \d+, newer than/);
});
