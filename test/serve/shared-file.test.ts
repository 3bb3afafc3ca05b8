import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { childEnv, runOk } from '../support/child.ts';
import { PYTHON_ROWS, recipeOf, rowOf, TYPESCRIPT_ROWS } from '../support/e2e-rows.ts';
import { useMade } from '../support/use-made.ts';

/** How often each process adds to the counter, and how many processes of each language there are. */
const ROUNDS = 40;
const PROCESSES = 2;

const COUNT_TS = `
const { openStore } = await import(process.env.STORE_MODULE ?? '');
const store = await openStore({ FILE_PATH: process.env.STORE_FILE });
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

import anyio

from ledger.config import Config
from ledger.storage.file import open_store
from ledger.storage.store import StoreError


async def main() -> None:
    store = await open_store(Config(file_path=sys.argv[1]))
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

const typescript = useMade(recipeOf(rowOf(TYPESCRIPT_ROWS, 'ledger')));
const python = useMade(recipeOf(rowOf(PYTHON_ROWS, 'ledger')));
let dir: string;

beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'mason-shared-')));
  writeFileSync(join(dir, 'count.mts'), COUNT_TS);
  writeFileSync(join(dir, 'count.py'), COUNT_PY);
});
afterAll(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));

it('a TypeScript and a Python process share one file, and no update is lost', async () => {
  const file = join(dir, 'store.json');
  const options = (env = {}) => ({ cwd: dir, env: childEnv(env) });
  const tsx = join(typescript.dir, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const module = pathToFileURL(join(typescript.dir, 'src', 'storage', 'file.ts')).href;
  const inTypeScript = () =>
    runOk(process.execPath, [tsx, 'count.mts'], options({ STORE_FILE: file, STORE_MODULE: module }));
  const inPython = () => runOk(join(dirname(python.start[0]), 'python'), ['count.py', file], options());
  await Promise.all(Array.from({ length: PROCESSES }, () => [inTypeScript(), inPython()]).flat());

  const { format, entries } = JSON.parse(readFileSync(file, 'utf8'));
  expect(format).toBe(1);
  expect(entries.count.value).toBe(2 * PROCESSES * ROUNDS);
  const text = 'é\u2028"';
  expect(entries['ключ/python/🦊'].value).toEqual({ from: 'Python', text, numbers: [1e300, -0.5] });
  expect(entries['ключ/typescript/🦊'].value).toEqual({ from: 'TypeScript', text, numbers: [1e300, -0.5] });
  expect(readdirSync(`${file}.drafts`)).toEqual([]);
});
