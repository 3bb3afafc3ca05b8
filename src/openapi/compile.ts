import { usageError } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import { isObject } from '../base/json.ts';
import { counted, show } from '../base/text.ts';
import { asVersion3 } from './convert.ts';
import type { Description } from './description.ts';
import { Hashes } from './hashes.ts';
import type { Api, LeftOut, Operation } from './model.ts';
import { Names, toolName } from './names.ts';
import { compileOperation, type Found, operationsIn } from './operations.ts';
import { shortened } from './schema-facts.ts';
import { securityOf } from './security.ts';
import { selector } from './select.ts';
import { serverOf } from './servers.ts';

export type Mode = 'tools' | 'search';

/** A list of tools that costs more than this is searched instead: users complain from there on. */
export const BUDGET = 25_000;
/** What the three tools of the mode `search` cost. */
export const SEARCH_TOKENS = 700;
/** The names of these. */
export const SEARCH_NAMES: readonly string[] = ['search_operations', 'describe_operation', 'call_operation'];
/** About as many as vendors count for JSON in English. */
const CHARACTERS_A_TOKEN = 4;

export interface Wishes {
  /** For messages: the file or address. */
  readonly source: string;
  /** Globs; empty: all operations. */
  readonly operations: string;
  /** `auto`: by the budget. */
  readonly mode: Mode | 'auto';
  /** The address of the description itself, if it has one. */
  readonly origin?: string | undefined;
  /** Names that other tools of the project have. */
  readonly taken?: readonly string[];
}

/** What a description becomes. */
export interface Compiled {
  readonly api: Api;
  readonly mode: Mode;
  /** What listing its tools costs a model, in the chosen mode, and with a tool an operation. */
  readonly tokens: number;
  readonly tokensOfTools: number;
  /** By tag, for whoever chooses among them. */
  readonly tags: readonly Tag[];
  /** What choosing with globs among these operations would come to. */
  readonly costOf: (globs: string) => Omit<Tag, 'name'>;
  /** Of the whole description, and of each operation by the name of its tool. */
  readonly hash: string;
  readonly hashes: Readonly<Record<string, string>>;
  /** Operations of the description, chosen or not. */
  readonly total: number;
  readonly leftOut: readonly LeftOut[];
}

interface Tag {
  readonly name: string;
  readonly operations: number;
  readonly tokens: number;
}

/**
 * Makes of a description what a project needs.
 *
 * @throws CliError (usage) `openapi-version`, `openapi-broken`, `openapi-no-operations`
 */
export async function compile(given: Description, wishes: Wishes): Promise<Compiled> {
  const description = await asVersion3(given, wishes.source);
  const leftOut: LeftOut[] = [];
  const report = (out: LeftOut): void => void leftOut.push(out);
  const security = securityOf(description, report);
  const server = serverOf(description.root.servers, wishes.origin);
  const found = operationsIn(description, report);
  const named = nameAll(found, wishes.taken ?? []);
  const isWanted = selector(wishes.operations);
  const hashes = new Hashes(description);
  const chosen: [name: string, operation: Operation, hash: string, found: Found][] = [];
  for (const [name, one] of named) {
    if (!isWanted(one, name)) continue;
    const operation = compileOperation(one, { description, security, origin: wishes.origin, report });
    if (operation !== undefined) chosen.push([name, operation, hashes.of(one), one]);
  }
  if (chosen.length === 0) throw noOperations(wishes, found);
  const costs = chosen.map(([name, operation]) => tokensOf(name, operation));
  const tokensOfTools = sumOf(costs);
  const mode = wishes.mode === 'auto' ? (tokensOfTools > BUDGET ? 'search' : 'tools') : wishes.mode;
  const used = new Set(chosen.flatMap(([, { security: needed = [] }]) => needed.flat()));
  const { info } = description.root;
  const { title, version } = isObject(info) ? info : {};
  const list = chosen.map(([, operation], at) => ({ operation, tokens: costs[at] ?? 0 }));
  const costOf = (globs: string): Omit<Tag, 'name'> => {
    const isIn = selector(globs);
    const some = costs.filter((_, at) => chosen[at] !== undefined && isIn(chosen[at][3], chosen[at][0]));
    return { operations: some.length, tokens: sumOf(some) };
  };
  return {
    api: {
      title: shortened(typeof title === 'string' ? title.trim() : 'API', 100),
      version: String(version ?? ''),
      server,
      schemes: Object.fromEntries(Object.entries(security.schemes).filter(([name]) => used.has(name))),
      operations: Object.fromEntries(chosen.map(([name, operation]) => [name, operation])),
    },
    mode,
    tokens: mode === 'tools' ? tokensOfTools : SEARCH_TOKENS,
    tokensOfTools,
    tags: tagsOf(list),
    costOf,
    hash: hashOf(JSON.stringify(given.root)),
    hashes: Object.fromEntries(chosen.map(([name, , hash]) => [name, hash])),
    total: found.length,
    leftOut,
  };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/** Every operation has a name, chosen or not, so that no choice changes the name of another one. */
function nameAll(found: readonly Found[], taken: readonly string[]): [string, Found][] {
  const names = new Names([...SEARCH_NAMES, ...taken]);
  return found.map((one) => [names.take(toolName(one.id, one.method, one.path)), one]);
}

/** What a tool costs in a list. */
function tokensOf(name: string, { title, description, input, ...rest }: Operation): number {
  const hints = {
    readOnlyHint: true,
    destructiveHint: rest.destructive === true,
    idempotentHint: true,
    openWorldHint: true,
  };
  const listed = { name, title, description, inputSchema: input, annotations: { title, ...hints } };
  return Math.ceil(JSON.stringify(listed).length / CHARACTERS_A_TOKEN);
}

function tagsOf(list: readonly { readonly operation: Operation; readonly tokens: number }[]): Tag[] {
  const tags = new Map<string, { operations: number; tokens: number }>();
  for (const { operation, tokens } of list) {
    for (const tag of operation.tags ?? ['']) {
      const before = tags.get(tag) ?? { operations: 0, tokens: 0 };
      tags.set(tag, { operations: before.operations + 1, tokens: before.tokens + tokens });
    }
  }
  return [...tags].map(([name, sums]) => ({ name, ...sums }));
}

function noOperations({ source, operations }: Wishes, found: readonly Found[]) {
  const what =
    found.length === 0
      ? `${show(source)} has no operation that could become a tool.`
      : operations === ''
        ? `No operation of ${show(source)} can be called.`
        : `--operations ${show(operations)} chooses none of the ${counted(found.length, 'operation')} of ${show(source)}.`;
  const some = found.slice(0, 3).map(({ id, method, path }) => show(id ?? `${method} ${path}`));
  return usageError('openapi-no-operations', what, {
    hint:
      found.length === 0
        ? 'Give a description that has paths.'
        : `Globs are on ids, tags, methods and paths: ${some.join(', ')}, …`,
  });
}
