import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { readEnv } from '../../src/base/env.ts';
import { tempDir } from '../support/temp.ts';

export const FIXTURE = join(import.meta.dirname, 'fixtures', 'mcp-server.mjs');

export interface FakeProject {
  readonly transport?: string;
  /** Arguments of the entry after the file. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly record?: boolean;
  readonly entry?: boolean;
  readonly built?: boolean;
}

/** A folder that looks like a project made here, with the fixture server as its build. */
export function fakeProject({ transport = 'stdio', args = [], env = {}, ...parts }: FakeProject = {}): string {
  const dir = tempDir();
  const main = join(dir, 'dist', 'main.mjs');
  const answers: ProjectAnswers = {
    name: '@ann/notes',
    description: 'Notes',
    language: 'typescript',
    preset: 'standard',
    transport,
    storage: 'memory',
    tools: ['none-of-ours'],
    resources: [],
    extras: [],
    runtime: '22',
    pm: 'pnpm',
  };
  if (parts.built !== false) {
    mkdirSync(join(dir, 'dist'));
    copyFileSync(FIXTURE, main);
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  }
  if (parts.record !== false)
    writeFileSync(join(dir, '.mcp-mason.json'), JSON.stringify({ version: '0.0.0', answers, files: {} }));
  const entry = { command: readEnv().nodePath, args: [main, ...args], env };
  if (parts.entry !== false) {
    writeFileSync(join(dir, 'claude_desktop_config.json'), JSON.stringify({ mcpServers: { notes: entry } }));
  }
  return dir;
}
