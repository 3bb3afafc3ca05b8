import type { ProjectAnswers } from '../../src/base/answers.ts';
import { optionsOf } from '../../src/catalog/catalog.ts';

const DEFAULT: ProjectAnswers = {
  name: 'hello-mcp',
  description: 'hello-mcp: tools and resources over the Model Context Protocol.',
  language: 'typescript',
  transport: 'stdio',
  storage: 'sqlite',
  tools: ['notes', 'weather'],
  extras: ['github-actions'],
  runtime: '24',
  pm: 'npm',
};

const PYTHON: ProjectAnswers = { ...DEFAULT, language: 'python', runtime: '3.12', pm: 'uv' };

const everything = (kind: 'tool' | 'extra'): string[] => optionsOf('typescript', kind).map(({ id }) => id);

/** Projects whose bytes are kept in version control, so that a change of a template shows in review as what users get. */
export const SCENARIOS = {
  default: DEFAULT,
  'http-memory-everything': {
    ...DEFAULT,
    transport: 'http',
    storage: 'memory',
    tools: everything('tool'),
    extras: everything('extra'),
  },
  'both-sqlite-node20': { ...DEFAULT, transport: 'both', runtime: '20' },
  minimal: { ...DEFAULT, storage: 'memory', tools: [], extras: [] },
  'sse-redis-deploy': { ...DEFAULT, transport: 'sse', storage: 'redis', tools: [], extras: ['deploy'] },
  docker: { ...DEFAULT, extras: ['github-actions', 'docker'] },
  pnpm: { ...DEFAULT, pm: 'pnpm' },
  python: { ...PYTHON, transport: 'both', tools: ['notes', 'weather', 'fetch', 'risk', 'jobs'] },
  'python-sse': { ...PYTHON, transport: 'sse', storage: 'memory', tools: [], extras: ['deploy'] },
} satisfies Readonly<Record<string, ProjectAnswers>>;

export type Scenario = keyof typeof SCENARIOS;
