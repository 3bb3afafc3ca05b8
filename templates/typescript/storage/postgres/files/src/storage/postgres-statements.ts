/** The statements of a store whose table is in `schema`. All times come from the database's clock. */
export function statements(schema: string) {
  const table = `"${schema}".entries`;
  const live = '(expires_at IS NULL OR expires_at > now())';
  const columns = 'key, value, version, updated_at, expires_at';
  // Without a time to live $4 is null, and so is the sum.
  const expiry = "now() + $4::float8 * interval '1 millisecond'";
  const insert = `INSERT INTO ${table} AS present (${columns}) VALUES ($1, $2, $3, now(), ${expiry})`;
  const replace = `ON CONFLICT (key) DO UPDATE SET value = $2, version = $3, updated_at = now(), expires_at = ${expiry}`;
  return {
    get: `SELECT ${columns} FROM ${table} WHERE key = $1 AND ${live}`,
    put: `${insert} ${replace} RETURNING ${columns}`,
    /** Only if the key is absent or its entry has expired. */
    create: `${insert} ${replace} WHERE present.expires_at <= now() RETURNING ${columns}`,
    /** Only if the version is the current one. */
    swap: `UPDATE ${table} SET value = $2, version = $3, updated_at = now(), expires_at = ${expiry}
      WHERE key = $1 AND version = $5 AND ${live} RETURNING ${columns}`,
    remove: `DELETE FROM ${table} WHERE key = $1 RETURNING ${live} AS live`,
    /** U+10FFFF is no character, so no key holds it and every key with the prefix sorts before the prefix and it. */
    list: `SELECT key FROM ${table}
      WHERE key > $1 AND key >= $2 AND key < $2 || chr(1114111) AND ${live} ORDER BY key LIMIT $3`,
    /** Rows that somebody else is at are left to them, so that two sweeps never wait for each other. */
    sweep: `DELETE FROM ${table} WHERE key IN (
      SELECT key FROM ${table} WHERE expires_at <= now() LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
  };
}
