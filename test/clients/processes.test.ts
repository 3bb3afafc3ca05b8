import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { traceName } from '../../src/configs/safe/traces.ts';
import { built } from '../support/built.ts';
import { configFile } from './support.ts';

const run = promisify(execFile);
const BEFORE = '{\n  "theme": "dark",\n  "mcpServers": {\n    "keep": {"command": "a"}\n  }\n}\n';

let worker = '';
beforeAll(() => {
  const dir = mkdtempSync(join(tmpdir(), 'mason-worker-'));
  worker = built(join(import.meta.dirname, 'worker.ts'), dir);
  return () => rmSync(dir, { recursive: true, force: true });
});

const serversOf = (path: string): string[] => Object.keys(JSON.parse(readFileSync(path, 'utf8')).mcpServers);

describe('several processes', () => {
  it('writing twenty entries into one file at once lose none', async () => {
    const path = configFile(BEFORE);
    const names = Array.from({ length: 20 }, (_, index) => `server-${index}`);
    await Promise.all(names.map((name) => run(process.execPath, [worker, path, name])));
    expect(serversOf(path).sort()).toEqual(['keep', ...names].sort());
    expect(readFileSync(path, 'utf8').startsWith(BEFORE.slice(0, BEFORE.indexOf('"a"}')))).toBe(true);
    expect(readdirSync(dirname(path)).sort()).toEqual([
      'claude_desktop_config.json',
      'claude_desktop_config.json.mason-backup',
    ]);
  });

  it('killed at any moment leave the old file or the new one, and the next one tidies up', async () => {
    const path = configFile();
    // Large enough for writing to take a while.
    const before = JSON.stringify({ mcpServers: { keep: { args: ['y'.repeat(3_000_000)] } } });
    writeFileSync(path, before);
    const started = performance.now();
    await run(process.execPath, [worker, path, 'first']);
    const whole = performance.now() - started;
    for (let round = 2; round <= 8; round++) {
      const known = serversOf(path);
      const child = spawn(process.execPath, [worker, path, `new-${round}`], { stdio: 'ignore' });
      // From when Node has started to when all should be over.
      await sleep((whole * round) / 7);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect([known, [...known, `new-${round}`]]).toContainEqual(serversOf(path));
    }
    await run(process.execPath, [worker, path, 'last']);
    expect(serversOf(path)).toContain('last');
    expect(readdirSync(dirname(path)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('wait for one that is editing the file', async () => {
    const path = configFile(BEFORE);
    const lock = traceName(path, 'lock');
    writeFileSync(lock, '');
    const writing = run(process.execPath, [worker, path, 'second']);
    // In the time of three that need not wait.
    for (const _ of [1, 2, 3]) await run(process.execPath, [worker, configFile(BEFORE), 'other']);
    expect(serversOf(path)).toEqual(['keep']);
    rmSync(lock);
    await writing;
    expect(serversOf(path)).toEqual(['keep', 'second']);
  });

  it('do not wait for a dead one, and sweep what it left', async () => {
    const path = configFile(BEFORE);
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    for (const kind of ['lock', 'tmp'] as const) {
      writeFileSync(traceName(path, kind).replace(`.${process.pid}.`, `.${pid}.`), '');
    }
    expect(readdirSync(dirname(path))).toHaveLength(3);
    await run(process.execPath, [worker, path, 'next']);
    expect(serversOf(path)).toEqual(['keep', 'next']);
    expect(readdirSync(dirname(path)).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('a full disk', () => {
  it('leaves the file as it was', () => {
    const path = configFile(BEFORE);
    const command = `ulimit -f 8; exec "$0" "$@"`;
    const result = spawnSync('bash', ['-c', command, process.execPath, worker, path, 'big', '100000'], {
      encoding: 'utf8',
    });
    expect(result.stderr).toContain('was not changed');
    expect(result.status).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe(BEFORE);
    expect(readdirSync(dirname(path))).toEqual(['claude_desktop_config.json']);
  });
});
