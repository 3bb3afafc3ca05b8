import type { RawAnswers } from '../../src/answers/file.ts';
import { flagsOf } from '../../src/answers/flags.ts';
import type { Choice, Surroundings } from '../../src/answers/option-types.ts';
import { fakeEnv } from '../support/env.ts';

const CLIENTS: readonly Choice[] = [
  { id: 'claude-desktop', title: 'Claude Desktop', hint: '', detected: true },
  { id: 'cursor', title: 'Cursor', hint: '' },
];

/** A machine with Node 22, Python 3.12, npm and Claude Desktop, where every folder is free. */
export function fakeSurroundings(changes: Partial<Surroundings> = {}): Surroundings {
  const { env = fakeEnv() } = changes;
  return {
    env,
    yes: false,
    version: '1.2.3',
    packageManager: () => 'npm',
    runtime: (language) => (language === 'python' ? '3.12' : env.nodeVersion),
    inspectTarget: () => {},
    gitFacts: () => ({ author: '', repository: '' }),
    clients: async () => CLIENTS,
    countFiles: async () => undefined,
    ...changes,
  };
}

/** What a command line gives, by key: `given('dir', { transport: ['http'] })`. */
export const given = (dir?: string, flags: Readonly<Record<string, unknown>> = {}): RawAnswers =>
  flagsOf(dir, flags).given;
