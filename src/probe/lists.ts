import { isObject } from '../base/json.ts';
import type { Dialect, Greeting } from './eras.ts';
import { type Link, type Result, RpcError } from './rpc.ts';

/** The lists that a server offers, by the capability that announces them. */
export const LISTS = ['tools', 'resources', 'prompts'] as const;
export type ListName = (typeof LISTS)[number];

export interface Listed {
  readonly items: readonly Result[];
  readonly ms: number;
  /** Why the list could not be read. */
  readonly error: Error | undefined;
}

const MAX_PAGES = 1000;

/** Reads a list to its end. A server that does not announce it has none. */
export async function readList(link: Link, dialect: Dialect, greeting: Greeting, list: ListName): Promise<Listed> {
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  if (!isObject(greeting.capabilities[list])) return { items: [], ms: elapsed(), error: undefined };
  try {
    return { items: await pages(link, dialect, `${list}/list`, list), ms: elapsed(), error: undefined };
  } catch (error) {
    return { items: [], ms: elapsed(), error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** The templates of a server's resources; older servers have no such method. */
export async function readTemplates(
  link: Link,
  dialect: Dialect,
  { capabilities }: Greeting,
): Promise<readonly Result[]> {
  if (!isObject(capabilities.resources)) return [];
  try {
    return await pages(link, dialect, 'resources/templates/list', 'resourceTemplates');
  } catch (error) {
    if (error instanceof RpcError) return [];
    throw error;
  }
}

async function pages(link: Link, dialect: Dialect, method: string, key: string): Promise<Result[]> {
  const items: Result[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const result = await link.request(method, dialect.params(cursor === undefined ? {} : { cursor }));
    const page = result[key];
    if (!Array.isArray(page) || !page.every(isObject)) throw new Error(`${method} answers without a list "${key}".`);
    items.push(...page);
    cursor = typeof result.nextCursor === 'string' ? result.nextCursor : undefined;
    if (cursor === undefined) return items;
    if (seen.has(cursor))
      throw new Error(`${method} hands out the cursor ${JSON.stringify(cursor.slice(0, 40))} again and again.`);
    seen.add(cursor);
  } while (seen.size < MAX_PAGES);
  throw new Error(`${method} does not come to an end within ${MAX_PAGES} pages.`);
}

/** What people know an item by. */
export const nameOf = (list: ListName, item: Result): string => String(list === 'resources' ? item.uri : item.name);
