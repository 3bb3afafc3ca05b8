const LIVE = '(expires_at IS NULL OR expires_at > ?)';
const INSERT = 'INSERT INTO entries (key, value, version, updated_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)';
const REPLACE = 'ON CONFLICT (key) DO UPDATE SET value = ?2, version = ?3, updated_at = ?4, expires_at = ?5';

export const SQL = {
  get: `SELECT key, value, version, updated_at, expires_at FROM entries WHERE key = ? AND ${LIVE}`,
  put: `${INSERT} ${REPLACE}`,
  /** Only if the key is absent or its entry has expired. */
  create: `${INSERT} ${REPLACE} WHERE entries.expires_at <= ?6`,
  /** Only if the version is the current one. */
  swap: `UPDATE entries SET value = ?2, version = ?3, updated_at = ?4, expires_at = ?5
    WHERE key = ?1 AND version = ?6 AND (expires_at IS NULL OR expires_at > ?7)`,
  remove: 'DELETE FROM entries WHERE key = ? RETURNING expires_at',
  /**
   * SQLite compares text by its UTF-8 bytes, which is the order the port promises. U+10FFFF is no character, so no key
   * holds it and every key with the prefix sorts before the prefix followed by it.
   */
  list: `SELECT key FROM entries
    WHERE key > ?1 AND key >= ?2 AND key < ?2 || char(0x10FFFF) AND (expires_at IS NULL OR expires_at > ?3)
    ORDER BY key LIMIT ?4`,
  sweep: 'DELETE FROM entries WHERE expires_at <= ?',
};
