import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedEntry } from '../../src/base/entry.ts';
import { CliError } from '../../src/base/errors.ts';
import { type EditRequest, writeEntry } from '../../src/clients/edit.ts';
import { clientOf } from '../../src/clients/registry.ts';
import type { Files } from '../../src/clients/rows/client.ts';
import { fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';

export const ENTRY: NamedEntry = {
  name: 'my-server',
  entry: {
    transport: 'stdio',
    command: '/usr/bin/node',
    args: ['/srv/my server/dist/main.js'],
    env: { MODE: 'fast' },
  },
};
export const SHAPE = { command: '/usr/bin/node', args: ['/srv/my server/dist/main.js'], env: { MODE: 'fast' } };

/** A config file in a fresh folder; no text makes no file. */
export function configFile(text?: string | Buffer): string {
  const path = join(tempDir(), 'claude_desktop_config.json');
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

export const request = (path: string, overrides: Partial<EditRequest> = {}): EditRequest => ({
  client: clientOf('claude-desktop'),
  path,
  named: ENTRY,
  env: fakeEnv({ platform: process.platform }),
  ...overrides,
});

/** The text of a config after the entry was written. */
export async function written(text: string | Buffer, overrides: Partial<EditRequest> = {}): Promise<string> {
  const path = configFile(text);
  await writeEntry(request(path, overrides));
  return readFileSync(path, 'utf8');
}

/** The error that a task ends with. */
export async function failureOf(task: Promise<unknown>): Promise<CliError> {
  try {
    await task;
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('The task was expected to fail.');
}

/** Folders and files that exist, for a system that this machine is not. */
export function fakeFiles(paths: readonly string[]): Files {
  const within = (folder: string, path: string): string | undefined =>
    path.startsWith(folder) && /[\\/]/.test(path[folder.length] ?? '') ? path.slice(folder.length + 1) : undefined;
  return {
    exists: (path) => paths.some((known) => known === path || within(path, known) !== undefined),
    list: (folder) => [...new Set(paths.flatMap((path) => within(folder, path)?.split(/[\\/]/)[0] ?? []))],
  };
}
