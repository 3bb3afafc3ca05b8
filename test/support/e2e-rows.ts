import { optionsOf } from '../../src/catalog/catalog.ts';
import { ODD_DESCRIPTION } from '../property/matrix-rows.ts';

/** Projects that are installed for real. Every transport, storage, tool and Node version is in one of them. */
export interface E2eRow {
  readonly name: string;
  readonly node: string;
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
}

const ROWS: readonly E2eRow[] = [
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
    flags: [
      '--transport',
      'both',
      '--storage',
      'memory',
      '--tools',
      'notes,jobs,risk',
      '--extras',
      'docker,github-actions,client-configs',
    ],
    transports: ['stdio', 'http'],
    description: ODD_DESCRIPTION,
    tools: ['notes', 'risk', 'jobs'],
  },
  {
    name: '@acme/net.tools_2',
    node: '26',
    storage: 'sqlite',
    flags: ['--transport', 'both', '--storage', 'sqlite', '--tools', 'fetch,weather', '--extras', 'none'],
    transports: ['stdio', 'http'],
    tools: ['weather', 'fetch'],
  },
  {
    name: 'ledger',
    node: '22',
    storage: 'file',
    flags: ['--transport', 'both', '--storage', 'file', '--tools', 'notes,jobs', '--extras', 'none'],
    transports: ['stdio', 'http'],
    tools: ['notes', 'jobs'],
  },
  {
    name: 'fleet',
    node: '24',
    storage: 'postgres',
    flags: ['--transport', 'both', '--storage', 'postgres', '--tools', 'notes,jobs,risk'],
    transports: ['stdio', 'http'],
    tools: ['notes', 'risk', 'jobs'],
    packages: 20,
  },
  {
    name: 'cache-side',
    node: '20',
    storage: 'redis',
    flags: ['--transport', 'both', '--storage', 'redis', '--tools', 'notes,jobs'],
    transports: ['stdio', 'http'],
    tools: ['notes', 'jobs'],
    packages: 20,
  },
  {
    name: 'shelf',
    node: '26',
    storage: 's3',
    flags: ['--transport', 'both', '--storage', 's3', '--tools', 'notes,jobs'],
    transports: ['stdio', 'http'],
    tools: ['notes', 'jobs'],
    packages: 7,
  },
  {
    name: 'pad',
    node: '22',
    storage: 'fastio',
    flags: ['--transport', 'both', '--storage', 'fastio', '--tools', 'notes,jobs', '--no-check'],
    transports: ['stdio', 'http'],
    tools: ['notes', 'jobs'],
    isUnchecked: true,
  },
];

/** The rows of all backends that there are. */
export const E2E_ROWS = ROWS.filter(({ storage }) =>
  optionsOf('typescript', 'storage').some(({ id }) => id === storage),
);
