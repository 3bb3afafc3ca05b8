import { optionsOf } from '../../src/catalog/catalog.ts';
import { type Language, ODD_DESCRIPTION } from '../property/matrix-rows.ts';
import type { Recipe } from './made.ts';

/** A project that is installed for real in some tests, and driven by clients in others. */
export interface E2eRow {
  readonly name: string;
  readonly language: Language;
  /** The version of Node.js that it is made for and runs on; none in Python. */
  readonly node?: string;
  readonly storage: string;
  readonly flags: readonly string[];
  readonly transports: readonly ('stdio' | 'http')[];
  readonly tools: readonly string[];
  /** What clients must be told the server is. */
  readonly description?: string;
  /** How many packages it needs in production, at most: six, if not said otherwise. */
  readonly packages?: number;
  /** The service stands where only a setting leads to that no client's entry has, so `check` cannot reach it. */
  readonly isUnchecked?: boolean;
  /** Every client drives it, in every tier: two such rows of a language hold every tool over every transport. */
  readonly isForAll?: boolean;
}

const BOTH = { flags: ['--transport', 'both'], transports: ['stdio', 'http'] } as const;

/** The same in each language, where it has their backends. */
const BACKENDS: readonly Omit<E2eRow, 'language'>[] = [
  {
    name: 'ledger',
    node: '22',
    storage: 'file',
    ...BOTH,
    flags: [...BOTH.flags, '--storage', 'file', '--tools', 'notes,jobs', '--extras', 'none'],
    tools: ['notes', 'jobs'],
  },
  {
    name: 'fleet',
    node: '24',
    storage: 'postgres',
    ...BOTH,
    flags: [...BOTH.flags, '--storage', 'postgres', '--tools', 'notes,jobs,risk'],
    tools: ['notes', 'risk', 'jobs'],
    packages: 20,
  },
  {
    name: 'cache-side',
    node: '20',
    storage: 'redis',
    ...BOTH,
    flags: [...BOTH.flags, '--storage', 'redis', '--tools', 'notes,jobs'],
    tools: ['notes', 'jobs'],
    packages: 20,
  },
  {
    name: 'shelf',
    node: '26',
    storage: 's3',
    ...BOTH,
    flags: [...BOTH.flags, '--storage', 's3', '--tools', 'notes,jobs'],
    tools: ['notes', 'jobs'],
    packages: 7,
  },
  {
    name: 'pad',
    node: '22',
    storage: 'fastio',
    ...BOTH,
    flags: [...BOTH.flags, '--storage', 'fastio', '--tools', 'notes,jobs', '--no-check'],
    tools: ['notes', 'jobs'],
    isUnchecked: true,
  },
];

const TYPESCRIPT: readonly Omit<E2eRow, 'language'>[] = [
  { name: 'default', node: '20', storage: 'sqlite', flags: [], transports: ['stdio'], tools: ['notes', 'weather'] },
  {
    name: 'web',
    node: '22',
    storage: 'sqlite',
    flags: ['--transport', 'http', '--storage', 'sqlite', '--tools', 'all'],
    transports: ['http'],
    tools: ['notes', 'weather', 'fetch', 'risk', 'jobs'],
  },
  {
    name: 'dual',
    node: '24',
    storage: 'memory',
    ...BOTH,
    flags: [
      ...[...BOTH.flags, '--storage', 'memory', '--tools', 'notes,jobs,risk'],
      ...['--extras', 'docker,github-actions,client-configs'],
    ],
    description: ODD_DESCRIPTION,
    tools: ['notes', 'risk', 'jobs'],
    isForAll: true,
  },
  {
    name: '@acme/net.tools_2',
    node: '26',
    storage: 'sqlite',
    ...BOTH,
    flags: [...BOTH.flags, '--storage', 'sqlite', '--tools', 'fetch,weather', '--extras', 'none'],
    tools: ['weather', 'fetch'],
    isForAll: true,
  },
  ...BACKENDS,
];

const PYTHON: readonly Omit<E2eRow, 'language'>[] = [
  { name: 'default', storage: 'sqlite', flags: [], transports: ['stdio'], tools: ['notes', 'weather'] },
  {
    name: 'web',
    storage: 'memory',
    flags: ['--transport', 'http', '--storage', 'memory', '--tools', 'all', '--extras', 'all'],
    transports: ['http'],
    tools: ['notes', 'weather', 'fetch', 'risk', 'jobs'],
  },
  {
    name: '@acme/net.tools_2',
    storage: 'memory',
    ...BOTH,
    flags: [...BOTH.flags, '--storage', 'memory', '--tools', 'fetch,weather', '--extras', 'none'],
    tools: ['weather', 'fetch'],
    isForAll: true,
  },
  {
    // As a module it would hide one of the standard library, so it gets another name there.
    name: 'json',
    storage: 'sqlite',
    ...BOTH,
    flags: [...BOTH.flags, '--tools', 'notes,jobs,risk', '--extras', 'docker', '--runtime', '3.10'],
    description: ODD_DESCRIPTION,
    tools: ['notes', 'risk', 'jobs'],
    isForAll: true,
  },
  ...BACKENDS.map(({ node: _, packages: __, ...row }) => row),
];

/** Every transport, storage, tool and Node version is in one of them. */
export const TYPESCRIPT_ROWS = rowsOf('typescript', TYPESCRIPT);
export const PYTHON_ROWS = rowsOf('python', PYTHON);

/** The rows of all backends that there are. */
function rowsOf(language: Language, rows: readonly Omit<E2eRow, 'language'>[]): readonly E2eRow[] {
  const storages = optionsOf(language, 'storage').map(({ id }) => id);
  return rows.filter(({ storage }) => storages.includes(storage)).map((row) => ({ ...row, language }));
}

/** The flags that make a row's project, but for its language. */
export const flagsOf = ({ flags, description }: E2eRow): string[] => [
  ...flags,
  ...(description === undefined ? [] : ['--description', description]),
];

/** What makes a row's project for tests to share. */
export function recipeOf(row: E2eRow): Recipe {
  const { name, language, node } = row;
  return { name, language, flags: [...flagsOf(row), ...(node === undefined ? [] : ['--runtime', node])] };
}

/** A row that other tests use as well. */
export function rowOf(rows: readonly E2eRow[], name: string): E2eRow {
  const row = rows.find((one) => one.name === name);
  if (row === undefined) throw new Error(`There is no row ${name}.`);
  return row;
}
