import { isObject } from '../base/json.ts';
import { cut } from '../base/text.ts';
import type { Dialect, Greeting } from './eras.ts';
import type { Limits } from './limits.ts';
import { type Link, LinkError, type Result, RpcError } from './rpc.ts';

/** The lists that a server offers, by the capability that announces them. */
export const LISTS = ['tools', 'resources', 'prompts'] as const;
export type ListName = (typeof LISTS)[number];

interface Listed {
  readonly items: readonly Result[];
  readonly ms: number;
  /** Why the list could not be read. */
  readonly error: Error | undefined;
}

/** Everything that a server offers. */
export type Lists = Readonly<Record<ListName | 'templates', Listed>>;

/** A connection over which a server has been greeted. */
export interface Meeting {
  readonly link: Link;
  readonly dialect: Dialect;
  readonly greeting: Greeting;
  readonly limits: Limits;
}

/**
 * Reads all lists to their ends. A list that the server does not announce is empty; what comes after one at which the server
 * was lost is not read.
 */
export async function readLists(meeting: Meeting): Promise<Lists> {
  const none: Listed = { items: [], ms: 0, error: undefined };
  const lists = { tools: none, resources: none, templates: none, prompts: none };
  const ways = [
    ['tools', 'tools', 'tools/list', 'tools'],
    ['resources', 'resources', 'resources/list', 'resources'],
    ['templates', 'resources', 'resources/templates/list', 'resourceTemplates'],
    ['prompts', 'prompts', 'prompts/list', 'prompts'],
  ] as const;
  for (const [list, capability, method, key] of ways) {
    lists[list] = await read(meeting, capability, method, key);
    if (lists[list].error instanceof LinkError) return lists;
  }
  // Older servers have no such method.
  const { templates } = lists;
  return templates.error instanceof RpcError ? { ...lists, templates: { ...templates, error: undefined } } : lists;
}

/** Why the server was lost while its lists were read; undefined when it is there. */
export const lossIn = (lists: Lists): LinkError | undefined =>
  Object.values(lists)
    .map(({ error }) => error)
    .find((error) => error instanceof LinkError);

async function read(meeting: Meeting, capability: ListName, method: string, key: string): Promise<Listed> {
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  if (!isObject(meeting.greeting.capabilities[capability])) return { items: [], ms: elapsed(), error: undefined };
  try {
    return { items: await pages(meeting, method, key), ms: elapsed(), error: undefined };
  } catch (error) {
    return { items: [], ms: elapsed(), error: error instanceof Error ? error : new Error(String(error)) };
  }
}

async function pages({ link, dialect, limits }: Meeting, method: string, key: string): Promise<Result[]> {
  const items: Result[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const result = await link.request(method, dialect.params(cursor === undefined ? {} : { cursor }));
    const page = result[key];
    if (!Array.isArray(page) || !page.every(isObject)) throw new Error(`${method} answers without a list "${key}".`);
    // Spreading a long page over arguments would overflow the stack.
    for (const item of page) items.push(item);
    if (items.length > limits.items) throw new Error(`${method} lists more than ${limits.items} items.`);
    cursor = typeof result.nextCursor === 'string' ? result.nextCursor : undefined;
    if (cursor === undefined) return items;
    if (seen.has(cursor))
      throw new Error(`${method} hands out the cursor ${JSON.stringify(cut(cursor, 40))} again and again.`);
    seen.add(cursor);
  } while (seen.size < limits.pages);
  throw new Error(`${method} does not come to an end within ${limits.pages} pages.`);
}

/** What people know an item by. */
export const nameOf = (list: ListName, item: Result): string => String(list === 'resources' ? item.uri : item.name);
