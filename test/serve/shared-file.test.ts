import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { childEnv, runOk } from '../support/child.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';

/** How often each process adds to the counter, and how many processes of each language there are. */
const ROUNDS = 40;
const PROCESSES = 2;

const COUNT_TS = `
import { FileStore } from './src/storage/file.ts';
const store = new FileStore(process.argv[2] ?? '');
await store.put('ключ/typescript/🦊', { from: 'TypeScript', text: 'é\\u2028"', numbers: [1e300, -0.5] });
for (let n = 0; n < ${ROUNDS}; ) {
  const present = await store.get('count');
  try {
    await store.put('count', Number(present?.value ?? 0) + 1, { ifVersion: present?.version ?? null });
    n++;
  } catch (error) {
    if ((error as { code?: string }).code !== 'conflict') throw error;
  }
}
await store.put('soon gone', 1, { ttlMs: 1 });
await store.close();
`;

const COUNT_PY = `
import sys
from pathlib import Path

import anyio

from shared.storage.file import FileStore
from shared.storage.store import StoreError


async def main() -> None:
    store = FileStore(Path(sys.argv[1]))
    value = {"from": "Python", "text": 'é\\u2028"', "numbers": [1e300, -0.5]}
    await store.put("ключ/python/🦊", value)
    done = 0
    while done < ${ROUNDS}:
        present = await store.get("count")
        try:
            number, version = (int(str(present.value)), present.version) if present else (0, None)
            await store.put("count", number + 1, if_version=version)
            done += 1
        except StoreError as error:
            if error.code != "conflict":
                raise
    await store.put("soon gone", 1, ttl_ms=1)
    await store.close()


anyio.run(main)
`;

let parent: string;
let python: PythonTools | Error;

/** Projects without their dependencies: what works on the file needs none that the tools here do not have. */
beforeAll(async () => {
  python = await pythonTools().catch((error: Error) => error);
  parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-shared-')));
  for (const [language, name, text] of [
    ['typescript', 'count.ts', COUNT_TS],
    ['python', 'count.py', COUNT_PY],
  ] as const) {
    const choices = ['--name', 'shared', '--language', language, '--storage', 'file', '--tools', 'none'];
    const steps = ['--extras', 'none', '--no-install', '--no-git', '--no-check', '--yes'];
    await runOk(process.execPath, [inject('bin'), language, ...choices, ...steps], { cwd: parent, env: childEnv() });
    writeFileSync(join(parent, language, name), text);
  }
  // What an install says of a Python package: the server asks for its name.
  const installed = join(parent, 'python', 'src', 'shared-0.1.0.dist-info');
  mkdirSync(installed);
  writeFileSync(join(installed, 'METADATA'), 'Metadata-Version: 2.4\nName: shared\nVersion: 0.1.0\nSummary: shared\n');
});
afterAll(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }));

it('a TypeScript and a Python process share one file, and no update is lost', async (context) => {
  if (python instanceof Error) cannotRun(context, python.message);
  const { python: command, env } = python as PythonTools;
  const file = join(parent, 'store.json');
  const tsx = join(import.meta.dirname, '..', '..', 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const inTypeScript = () =>
    runOk(process.execPath, [tsx, 'count.ts', file], { cwd: join(parent, 'typescript'), env: childEnv() });
  const inPython = () => {
    const source = { ...env, PYTHONPATH: join(parent, 'python', 'src') };
    return runOk(command, ['count.py', file], { cwd: join(parent, 'python'), env: source });
  };
  await Promise.all(Array.from({ length: PROCESSES }, () => [inTypeScript(), inPython()]).flat());

  const { format, entries } = JSON.parse(readFileSync(file, 'utf8'));
  expect(format).toBe(1);
  expect(entries.count.value).toBe(2 * PROCESSES * ROUNDS);
  const text = 'é\u2028"';
  expect(entries['ключ/python/🦊'].value).toEqual({ from: 'Python', text, numbers: [1e300, -0.5] });
  expect(entries['ключ/typescript/🦊'].value).toEqual({ from: 'TypeScript', text, numbers: [1e300, -0.5] });
  expect(readdirSync(`${file}.drafts`)).toEqual([]);
});
