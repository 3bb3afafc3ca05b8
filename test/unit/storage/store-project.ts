import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectAnswers } from '../../../src/base/answers.ts';
import type { Env } from '../../../src/base/env.ts';
import { languageOf } from '../../../src/languages/index.ts';
import { machineOf } from '../../../src/languages/launch.ts';
import type { StorePlace } from '../../../src/storage/bridge.ts';
import { fakeEnv } from '../../support/env.ts';
import { tempDir } from '../../support/temp.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'store-project');

const ANSWERS: Omit<ProjectAnswers, 'storage' | 'tools'> = {
  name: '@ann/notes',
  description: 'Notes',
  language: 'typescript',
  preset: 'standard',
  transport: 'stdio',
  resources: [],
  extras: [],
  runtime: '22',
  pm: 'npm',
};

/**
 * An `npm` that "installs" this very project, so that a project that is generated has its store.
 *
 * @param more what else it does
 */
export const fakeInstall = (more = ''): string =>
  `${more}
   cp -R '${FIXTURE}/src/.' src && mkdir -p node_modules && ln -s '${join(ROOT, 'node_modules', 'tsx')}' node_modules/tsx`;

export const storeEnv = (overrides: Partial<Env> = {}): Env => fakeEnv({ nodePath: process.execPath, ...overrides });

/** Puts a project with a store of its own into a folder; tsx is the only thing that it depends on. */
export function storeProject(dir = tempDir(), storage = 'sqlite', tools: readonly string[] = ['notes']): string {
  cpSync(FIXTURE, dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(dir, '.mcp-mason.json'),
    JSON.stringify({ version: '0.0.0', answers: { ...ANSWERS, storage, tools }, files: {} }),
  );
  mkdirSync(join(dir, 'node_modules'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', 'tsx'), join(dir, 'node_modules', 'tsx'));
  return dir;
}

/** That project's store. */
export function storePlace(dir: string, vars: Readonly<Record<string, string>> = {}): StorePlace {
  const env = storeEnv();
  return {
    dir,
    host: languageOf('typescript').storeHost,
    machine: machineOf(env),
    vars: { ...env.vars, SQLITE_PATH: join(dir, 'data', 'store.json'), ...vars },
  };
}
