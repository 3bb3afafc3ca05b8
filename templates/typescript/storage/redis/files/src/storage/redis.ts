import { ErrorReply } from '@redis/client';
import manifest from '../../package.json' with { type: 'json' };
import type { Config } from '../config.js';
import { log } from '../log.js';
import { RedisConnection, reasonOf } from './redis-connection.js';
import { DELETE, LAYOUT, LIST, PREPARE, PUT, type Script } from './redis-scripts.js';
import { checkKey, checkList, conflict, encode, endOf, type Store, StoreError, toEntry, toPage } from './store.js';

/** The fields of an entry, as Redis answers them; its clock sets the times. */
type Fields = (string | number | null | undefined)[];

/** What all keys of this server begin with. In a cluster, braces keep them on one node, where scripts need them. */
export const namespaceOf = ({ REDIS_NAMESPACE = manifest.name }: Config): string => `{${REDIS_NAMESPACE}}:`;

/**
 * Each operation is one command or one script. Any number of processes, on any number of machines, may use it at once.
 *
 * @throws StoreError `unavailable`, with what to set, when there is no server that can keep data
 */
export async function openStore(config: Config): Promise<Store> {
  const connection = await RedisConnection.open(config.REDIS_URL).catch((error: Error) => {
    const reason = error.message.replace(/\.$/, '');
    const advice =
      'Set REDIS_URL to a server that answers, such as redis://:password@localhost:6379/0 (write %40 for @).';
    throw new StoreError('unavailable', `Cannot use Redis: ${reason}. ${advice}`, error);
  });
  const namespace = namespaceOf(config);
  const prefix = `${namespace}entry:`;
  const sets = [`${namespace}keys`, `${namespace}expiry`];
  let closed = false;

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (closed) throw new StoreError('closed', 'The store is closed.');
    try {
      return await work();
    } catch (error) {
      // Something else has been written under our names.
      const isForeign = error instanceof ErrorReply && error.message.includes('WRONGTYPE');
      throw new StoreError(isForeign ? 'corrupt' : 'unavailable', `Redis: ${reasonOf(error as Error)}`, error);
    }
  }
  const evaluate = (script: Script, keys: string[], ...args: string[]) => run(() => script(connection, keys, args));

  try {
    await checkFitness(connection);
    const version = await evaluate(PREPARE, [`${namespace}layout`], String(LAYOUT));
    if (version !== LAYOUT) throw new StoreError('unavailable', 'The data in Redis was made by a newer server.');
  } catch (error) {
    await connection.close();
    throw error;
  }

  return {
    async get(key) {
      checkKey(key);
      const names = ['value', 'version', 'updatedAt', 'expiresAt'];
      const fields = await run(() => connection.run((client) => client.hmGet(prefix + key, names)));
      return fields.every((field) => field === null) ? undefined : read(key, fields);
    },
    async put(key, value, { ifVersion, ttlMs, updatedAt } = {}) {
      checkKey(key);
      endOf(ttlMs);
      const [text, version] = [encode(value), crypto.randomUUID()];
      const condition = ifVersion === undefined ? 'none' : ifVersion === null ? 'absent' : 'same';
      const ttl = ttlMs === undefined ? '' : String(Math.ceil(ttlMs));
      const updated = updatedAt === undefined ? '' : String(Date.parse(updatedAt));
      const args = [key, text, version, condition, ifVersion ?? '', ttl, prefix, updated];
      const times = await evaluate(PUT, [prefix + key, ...sets], ...args);
      if (times === null) throw conflict(key);
      return read(key, [text, version, ...(times as number[])]);
    },
    async delete(key, { ifVersion } = {}) {
      checkKey(key);
      const condition = ifVersion === undefined ? 'none' : 'same';
      const outcome = await evaluate(DELETE, [prefix + key, ...sets], key, condition, ifVersion ?? '');
      if (outcome === -1) throw conflict(key);
      return outcome === 1;
    },
    async list(options) {
      const { after, prefix: start, limit } = checkList(options);
      const from = Buffer.compare(Buffer.from(after), Buffer.from(start)) < 0 ? `[${start}` : `(${after}`;
      // U+10FFFF is in no key, and sorts after all that begin with the prefix.
      const args = [after === '' ? `[${start}` : from, `(${start}\u{10FFFF}`, String(limit + 1), prefix];
      const found = (await evaluate(LIST, sets, ...args)) as [string, ...Fields][];
      const rows = found.map(([key, ...fields]) => ({ key, fields }));
      return toPage(rows, limit, (row) => read(row.key, row.fields));
    },
    async close() {
      if (closed) return;
      closed = true;
      await connection.close();
    },
  };
}

function read(key: string, [value, version, updatedAt, expiresAt]: Fields) {
  if (typeof value !== 'string' || typeof version !== 'string') {
    throw new StoreError('corrupt', `The entry ${key} has no value or no version.`);
  }
  return toEntry(key, value, version, Number(updatedAt), expiresAt ? Number(expiresAt) : undefined);
}

/**
 * Whether the server can be trusted with data: many are set up as caches. Warns of what whoever runs it should know.
 *
 * @throws StoreError `unavailable` when it would throw entries away
 */
async function checkFitness(connection: RedisConnection): Promise<void> {
  const info = await connection.run((client) => client.info()).catch(() => undefined);
  if (info === undefined)
    return log.warn('Redis does not show INFO: make sure that it does not evict, and persists data');
  const fact = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  if (Number.parseInt(fact('redis_version'), 10) < 7) {
    throw new StoreError('unavailable', `Redis ${fact('redis_version')} is too old: use 7 or newer, or Valkey.`);
  }
  const policy = fact('maxmemory_policy');
  const evicts = fact('maxmemory') !== '0' && policy !== 'noeviction';
  if (evicts && policy.startsWith('allkeys')) {
    const message = `Redis throws entries away when its memory is full (maxmemory-policy ${policy}): set noeviction`;
    throw new StoreError('unavailable', `${message}; see https://redis.io/docs/latest/develop/reference/eviction/`);
  }
  if (evicts) log.warn(`Redis may drop entries with a time to live early (maxmemory-policy ${policy})`);
  if (fact('aof_enabled') === '0') log.warn('Redis loses the last writes when it stops (appendonly no)');
}
