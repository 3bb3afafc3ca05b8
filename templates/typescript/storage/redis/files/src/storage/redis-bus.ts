import type { Config } from '../config.js';
import type { Log } from '../log.js';
import { type ChangeBus, openSharedBus } from './bus.js';
import { namespaceOf } from './redis.js';
import { RedisConnection } from './redis-connection.js';

/**
 * Change events by way of publish and subscribe, on a connection of their own: it must not wait behind a large value, and
 * its health says nothing about that of the store's.
 */
export const openBus = (config: Config, log: Log): Promise<ChangeBus> =>
  openSharedBus(log, async (receiver) => {
    const channel = `${namespaceOf(config)}changes`;
    const connection = await RedisConnection.open(config.REDIS_URL, {
      prepare: (client) => client.subscribe(channel, (text) => receiver.received(text)),
      lost: () => log.warn('change events interrupted: the connection to Redis was lost'),
      resumed: () => receiver.resumed(),
    });
    return {
      maxBytes: 1024 * 1024,
      async send(text) {
        await connection.run((client) => client.publish(channel, text));
      },
      close: () => connection.close(),
    };
  });
