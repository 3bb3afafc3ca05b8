import { ODD_DESCRIPTION } from '../property/matrix-rows.ts';

/** Projects that are installed for real. Every transport, storage, tool and Node version is in one of them. */
export interface E2eRow {
  readonly name: string;
  readonly node: string;
  readonly flags: readonly string[];
  readonly transports: readonly ('stdio' | 'http')[];
  readonly tools: readonly string[];
  /** What clients must be told the server is. */
  readonly description?: string;
}

export const E2E_ROWS: readonly E2eRow[] = [
  { name: 'default', node: '20', flags: [], transports: ['stdio'], tools: ['notes', 'weather'] },
  {
    name: 'web',
    node: '22',
    flags: ['--transport', 'http', '--storage', 'sqlite', '--tools', 'all'],
    transports: ['http'],
    tools: ['notes', 'weather', 'fetch', 'risk', 'jobs'],
  },
  {
    name: 'dual',
    node: '24',
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
    flags: ['--transport', 'both', '--storage', 'sqlite', '--tools', 'fetch,weather', '--extras', 'none'],
    transports: ['stdio', 'http'],
    tools: ['weather', 'fetch'],
  },
];
