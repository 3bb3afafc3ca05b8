import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { openStore } from '../../src/storage/file.js';
import { replaceFile } from '../../src/storage/file-draft.js';
import { testEnvironment } from '../support/app.js';

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'data.json');
  return { path, drafts: `${path}.drafts`, read: () => readFileSync(path, 'utf8') };
}

/** Resolves with the name of the draft that is being worked on. */
async function draftIn(drafts: string): Promise<string> {
  for (;;) {
    const [name] = readdirSync(drafts, { withFileTypes: true }).map((entry) => entry.name);
    if (name !== undefined) return name;
    await sleep(1);
  }
}

test('lets one work at a time, and leaves nothing behind', async () => {
  const { path, drafts, read } = place();
  writeFileSync(path, '0');
  let working = 0;
  const add = () =>
    replaceFile(path, async () => {
      expect(++working).toBe(1);
      const next = String(Number(read()) + 1);
      await sleep(1);
      working--;
      return next;
    });
  await Promise.all(Array.from({ length: 20 }, add));
  expect(read()).toBe('20');
  expect(readdirSync(drafts)).toEqual([]);
});

test('leaves the file as it is when there is nothing to write, or something goes wrong', async () => {
  const { path, drafts, read } = place();
  writeFileSync(path, 'old');
  await replaceFile(path, async () => undefined);
  const failing = replaceFile(path, async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(read()).toBe('old');
  expect(readdirSync(drafts)).toEqual([]);
});

test('takes over at once from a process that is dead', async () => {
  const { path, drafts, read } = place();
  await replaceFile(path, async () => 'old');
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  // The draft of a process of this machine that lives no more.
  let name = '';
  await replaceFile(path, async () => {
    name = await draftIn(drafts);
    return 'new';
  });
  const [machine] = name.split('.');
  writeFileSync(join(drafts, `${machine}.${child.pid}.abc`), 'half a fi');
  const started = performance.now();
  await replaceFile(path, async () => 'newer');
  expect(performance.now() - started).toBeLessThan(5000);
  expect(read()).toBe('newer');
  expect(readdirSync(drafts)).toEqual([]);
});

test('waits for another machine, but not for ever', async () => {
  const { path, drafts, read } = place();
  mkdirSync(drafts);
  const foreign = join(drafts, 'elsewhere.1.abc');
  writeFileSync(foreign, '');
  const writing = replaceFile(path, async () => 'mine');
  await sleep(100);
  expect(readdirSync(drafts)).toContain('elsewhere.1.abc');
  // Older than any change takes.
  utimesSync(foreign, new Date(0), new Date(0));
  await writing;
  expect(read()).toBe('mine');
});

test('publishes nothing when it was taken for dead meanwhile', async () => {
  const { path, drafts, read } = place();
  await replaceFile(path, async () => 'old');
  const sleeper = replaceFile(path, async () => {
    rmSync(join(drafts, await draftIn(drafts)));
    await replaceFile(path, async () => 'of another process');
    return 'of the sleeper';
  });
  await expect(sleeper).rejects.toThrow(/ENOENT/);
  expect(read()).toBe('of another process');
});

test.skipIf(process.platform === 'win32')('writes to the file that a link leads to', async () => {
  const config = parseConfig(testEnvironment());
  const target = `${config.FILE_PATH}.target`;
  await (await openStore({ ...config, FILE_PATH: target })).put('before', 1);
  symlinkSync(target, config.FILE_PATH);
  const store = await openStore(config);
  await store.put('after', 2);
  expect(lstatSync(config.FILE_PATH).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(target, 'utf8')).entries).toMatchObject({ before: { value: 1 }, after: { value: 2 } });
});

test('says at the start which setting leads to a place that cannot be used', async () => {
  const config = parseConfig(testEnvironment());
  writeFileSync(config.FILE_PATH, '');
  const opening = openStore({ ...config, FILE_PATH: join(config.FILE_PATH, 'store.json') });
  await expect(opening).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('FILE_PATH') });
});

test.each([
  '{"format":1,"entries":{',
  '[]',
  'null',
  '{"format":2,"entries":{}}',
  '{"format":1,"entries":{"a":{}}}',
  '',
])('leaves a file alone that is not a store: %s', async (text) => {
  const config = parseConfig(testEnvironment());
  const store = await openStore(config);
  await store.put('before', 1);
  writeFileSync(config.FILE_PATH, text);
  await expect(openStore(config)).rejects.toMatchObject({ code: 'corrupt' });
  await expect(store.get('before')).rejects.toMatchObject({ code: 'corrupt' });
  await expect(store.put('after', 1)).rejects.toMatchObject({ code: 'corrupt' });
  await store.close();
  expect(readFileSync(config.FILE_PATH, 'utf8')).toBe(text);
});
