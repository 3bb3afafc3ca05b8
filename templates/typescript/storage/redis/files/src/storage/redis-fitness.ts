import type { RedisConnection } from './redis-connection.js';
import { StoreError } from './store.js';

const OLDEST = 7;
const ADVICE = 'see https://redis.io/docs/latest/operate/oss_and_stack/management/';

/**
 * Whether a server can be trusted with data: many are set up as caches.
 *
 * @returns what whoever runs it should know.
 * @throws StoreError `unavailable` when it would throw entries away.
 */
export async function checkFitness(connection: RedisConnection): Promise<readonly string[]> {
  const facts = await connection.run((client) => client.info()).then(parse, () => undefined);
  if (facts === undefined) {
    return ['Redis does not let this user see INFO: make sure that it does not evict, and persists what is written'];
  }
  const { redis_version: version = '', maxmemory, maxmemory_policy: policy = '', aof_enabled: persists } = facts;
  if (Number.parseInt(version, 10) < OLDEST) {
    throw new StoreError('unavailable', `Redis ${version} is too old: use ${OLDEST} or newer, or Valkey.`);
  }
  const evicts = maxmemory !== '0' && policy !== 'noeviction';
  if (evicts && policy.startsWith('allkeys')) {
    const message = `Redis throws entries away when its memory is full (maxmemory-policy ${policy}): set noeviction`;
    throw new StoreError('unavailable', `${message}; ${ADVICE}eviction/`);
  }
  const warnings: string[] = [];
  if (evicts) warnings.push(`Redis may drop entries with a time to live early (maxmemory-policy ${policy})`);
  if (persists === '0')
    warnings.push(`Redis loses the last writes when it stops (appendonly no); ${ADVICE}persistence/`);
  return warnings;
}

/** `name:value` a line. */
const parse = (info: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...info.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = '', value = '']) => [name, value]));
