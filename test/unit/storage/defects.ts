import type { Json } from '../../../src/base/json.ts';
import { type ListOptions, type PutOptions, type StoreEntry, StoreFault } from '../../../src/storage/store.ts';
import { MemoryStore, type Rows } from './memory-store.ts';

export type Kind = new (rows: Rows) => MemoryStore;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Looks first, and writes later what may have changed meanwhile. */
class Racing extends MemoryStore {
  override async put(key: string, value: Json, { ifVersion, ...options }: PutOptions = {}) {
    await this.compare(key, ifVersion);
    return super.put(key, value, options);
  }

  override async delete(key: string, { ifVersion }: { readonly ifVersion?: string } = {}) {
    await this.compare(key, ifVersion);
    return super.delete(key);
  }

  async compare(key: string, ifVersion: string | null | undefined): Promise<void> {
    if (ifVersion === undefined) return;
    const current = (await this.get(key))?.version ?? null;
    if (current !== ifVersion) throw new StoreFault('conflict', key);
    await pause();
  }
}

/** Its cursors are positions. */
class Offsets extends MemoryStore {
  override async list({ cursor = '0', limit = 100, prefix }: ListOptions = {}) {
    const { entries } = await super.list({ limit: 1000, prefix: prefix ?? '' });
    const end = Number(cursor) + limit;
    return { entries: entries.slice(Number(cursor), end), ...(end < entries.length && { next: String(end) }) };
  }
}

/** Each promise, and a store that breaks it. */
export const DEFECTS: Readonly<Record<string, Kind>> = {
  absent: class extends MemoryStore {
    override async delete(key: string) {
      await super.delete(key);
      return true;
    }
  },
  json: class extends MemoryStore {
    override put(key: string, value: Json, options?: PutOptions) {
      return super.put(key, value === 5e-324 ? 0 : value, options);
    }
  },
  'member-order': class extends MemoryStore {
    override encode(value: Json) {
      return super.encode(sortedMembers(value));
    }
  },
  unicode: class extends MemoryStore {
    override encode(value: Json) {
      return super.encode(value).replaceAll('\u2028', ' ');
    }
  },
  'similar-keys': class extends MemoryStore {
    override get(key: string) {
      return super.get(key.replace(/A$/, 'a'));
    }
  },
  limits: class extends MemoryStore {
    override encode(value: Json) {
      return JSON.stringify(value);
    }
  },
  'bad-keys': class extends MemoryStore {
    override checkKey(key: string) {
      if (!key.includes('..')) super.checkKey(key);
    }
  },
  'bad-values': class extends MemoryStore {
    override encode(value: Json) {
      return JSON.stringify(value);
    }
  },
  'new-version': class extends MemoryStore {
    override newVersion() {
      return String(this.rows.size);
    }
  },
  'create-only': class extends MemoryStore {
    override put(key: string, value: Json, options: PutOptions = {}) {
      return super.put(key, value, options.ifVersion === null ? {} : options);
    }
  },
  'replace-only': class extends MemoryStore {
    override put(key: string, value: Json, options: PutOptions = {}) {
      return super.put(key, value, options.ifVersion === '' ? {} : options);
    }
  },
  delete: class extends MemoryStore {
    override async delete(key: string) {
      await super.delete(key);
      return false;
    }
  },
  'delete-version': class extends MemoryStore {
    override delete(key: string) {
      return super.delete(key);
    }
  },
  visible: class extends MemoryStore {
    #seen = new Map<string, StoreEntry | undefined>();
    override async get(key: string) {
      if (!this.#seen.has(key)) this.#seen.set(key, await super.get(key));
      return this.#seen.get(key);
    }
  },
  'one-creator': class extends Racing {},
  'one-deleter': class extends Racing {},
  'no-lost-update': class extends Racing {},
  apart: class extends MemoryStore {
    override async put(key: string, value: Json, options?: PutOptions) {
      const before = new Map(this.rows);
      const entry = await super.put(key, value, options);
      if (!key.includes('apart')) return entry;
      const row = this.rows.get(key);
      this.rows.clear();
      for (const [name, other] of before) this.rows.set(name, other);
      if (row) this.rows.set(key, row);
      return entry;
    }
  },
  list: class extends MemoryStore {
    override sorted(keys: string[]) {
      return keys.sort();
    }
  },
  'list-end': class extends MemoryStore {
    override async list(options: ListOptions = {}) {
      const page = await super.list(options);
      const last = page.entries.at(-1);
      return { ...page, ...(last && { next: Buffer.from(last.key).toString('base64url') }) };
    }
  },
  'list-prefix': class extends MemoryStore {
    override matches(key: string, prefix: string) {
      const pattern = prefix.replace(/[\\[\]^$.|?*+()]/g, '\\$&').replaceAll('%', '.*');
      return new RegExp(`^${pattern}`).test(key);
    }
  },
  'list-arguments': class extends MemoryStore {
    override decodeCursor(cursor: string) {
      return Buffer.from(cursor, 'base64url').toString();
    }
  },
  walk: class extends Offsets {},
  'walk-concurrent': class extends Offsets {},
  expiry: class extends MemoryStore {
    override async delete(key: string) {
      const wasThere = this.rows.has(key);
      await super.delete(key);
      return wasThere;
    }
  },
  'updated-at': class extends MemoryStore {
    override put(key: string, value: Json, { updatedAt: _, ...options }: PutOptions = {}) {
      return super.put(key, value, options);
    }
  },
  durable: class extends MemoryStore {
    override async end() {
      for (const key of this.rows.keys()) if (key.includes('/durable/')) this.rows.delete(key);
      return super.end();
    }
  },
  close: class extends MemoryStore {
    override async list(options: ListOptions = {}) {
      const { isClosed } = this;
      this.isClosed = false;
      const page = await super.list(options);
      this.isClosed = isClosed;
      return page;
    }
  },
  'open-together': class extends Racing {},
  killed: class extends MemoryStore {
    override kill() {
      super.kill();
      for (const [key, row] of this.rows) if (key.endsWith('count')) this.rows.set(key, { ...row, text: '1' });
    }
  },
};

function sortedMembers(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, item]): [string, Json] => [name, sortedMembers(item)]);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
