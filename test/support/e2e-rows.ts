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
  readonly resources: readonly string[];
  /** What clients must be told the server is. */
  readonly description?: string;
  /** How many packages it needs in production, at most: six, if not said otherwise. */
  readonly packages?: number;
  /** The service stands where only a setting leads to that no client's entry has, so `check` cannot reach it. */
  readonly isUnchecked?: boolean;
  /** Every client drives it, in every tier: two such rows of a language hold every tool over every transport. */
  readonly isForAll?: boolean;
}

const BOTH = ['--transport', 'both'];
const EITHER = ['stdio', 'http'] as const;
const ALL_RESOURCES = ['settings', 'logs', 'schema'];

/** The same in each language, where it has their backends. */
const BACKENDS: readonly Omit<E2eRow, 'language'>[] = [
  { name: 'ledger', node: '22', storage: 'file', tools: ['notes', 'jobs'] },
  { name: 'fleet', node: '24', storage: 'postgres', tools: ['notes', 'risk', 'jobs'], packages: 20 },
  { name: 'cache-side', node: '20', storage: 'redis', tools: ['notes', 'jobs'], packages: 20 },
  { name: 'shelf', node: '26', storage: 's3', tools: ['notes', 'jobs'], packages: 7 },
  { name: 'pad', node: '22', storage: 'fastio', tools: ['notes', 'jobs'], isUnchecked: true },
].map((row) => ({
  ...row,
  flags: [
    ...[...BOTH, '--storage', row.storage, '--tools', row.tools.join(), '--resources', 'all'],
    ...(row.isUnchecked ? ['--no-check'] : []),
  ],
  transports: EITHER,
  resources: ALL_RESOURCES,
}));

const TYPESCRIPT: readonly Omit<E2eRow, 'language'>[] = [
  {
    name: 'default',
    node: '20',
    storage: 'sqlite',
    flags: [],
    transports: ['stdio'],
    tools: ['notes', 'weather'],
    resources: ['settings'],
  },
  {
    name: 'small',
    node: '22',
    storage: 'none',
    flags: ['--preset', 'minimal'],
    transports: ['stdio'],
    tools: [],
    resources: [],
    packages: 3,
  },
  {
    name: 'web',
    node: '22',
    storage: 'sqlite',
    flags: ['--preset', 'full', '--transport', 'http'],
    transports: ['http'],
    tools: ['notes', 'weather', 'fetch', 'risk', 'jobs'],
    resources: ALL_RESOURCES,
  },
  {
    name: 'dual',
    node: '24',
    storage: 'memory',
    flags: [
      ...[...BOTH, '--storage', 'memory', '--tools', 'notes,jobs,risk', '--resources', 'all'],
      ...['--extras', 'docker,github-actions,client-configs'],
    ],
    transports: EITHER,
    description: ODD_DESCRIPTION,
    tools: ['notes', 'risk', 'jobs'],
    resources: ALL_RESOURCES,
    isForAll: true,
  },
  {
    name: '@acme/net.tools_2',
    node: '26',
    storage: 'none',
    flags: [...BOTH, '--storage', 'none', '--tools', 'fetch,weather', '--extras', 'none'],
    transports: EITHER,
    tools: ['weather', 'fetch'],
    resources: ['settings'],
    isForAll: true,
  },
  ...BACKENDS,
];

const PYTHON: readonly Omit<E2eRow, 'language'>[] = [
  {
    name: 'default',
    storage: 'sqlite',
    flags: [],
    transports: ['stdio'],
    tools: ['notes', 'weather'],
    resources: ['settings'],
  },
  {
    name: 'small',
    storage: 'none',
    flags: ['--preset', 'minimal'],
    transports: ['stdio'],
    tools: [],
    resources: [],
  },
  {
    name: 'web',
    storage: 'memory',
    flags: ['--preset', 'full', '--transport', 'http', '--storage', 'memory'],
    transports: ['http'],
    tools: ['notes', 'weather', 'fetch', 'risk', 'jobs'],
    resources: ALL_RESOURCES,
  },
  {
    name: '@acme/net.tools_2',
    storage: 'none',
    flags: [...BOTH, '--storage', 'none', '--tools', 'fetch,weather', '--extras', 'none'],
    transports: EITHER,
    tools: ['weather', 'fetch'],
    resources: ['settings'],
    isForAll: true,
  },
  {
    // As a module it would hide one of the standard library, so it gets another name there.
    name: 'json',
    storage: 'sqlite',
    flags: [
      ...[...BOTH, '--tools', 'notes,jobs,risk', '--resources', 'all', '--extras', 'docker', '--runtime', '3.10'],
    ],
    transports: EITHER,
    description: ODD_DESCRIPTION,
    tools: ['notes', 'risk', 'jobs'],
    resources: ALL_RESOURCES,
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
