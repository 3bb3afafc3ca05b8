import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../../../src/config.js';
import { type Backend, type Environment, openHandle } from './backend.js';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));

/** Several processes on the same data: two clients that each start a server, or a server that is replaced. */
export function testProcesses(backend: Backend): void {
  test('lets several processes open an empty place at once', async () => {
    const environment = backend.place();
    const children = await startAll(environment, ['create', 'create', 'create', 'create'], 10);
    const won = await Promise.all(children.map((child) => child.run()));
    // Each of them tried to make all ten, and each was made once.
    expect(won.flatMap((keys) => keys.split(' ').filter(Boolean)).sort()).toEqual(
      Array.from({ length: 10 }, (_, n) => `made/${n}`),
    );
    const store = await openHandle(backend, environment);
    expect((await store.list({ prefix: 'made/' })).keys).toHaveLength(10);
  });

  test('loses no update of two processes', async () => {
    const environment = backend.place();
    const children = await startAll(environment, ['count', 'count'], 40);
    await Promise.all(children.map((child) => child.run()));
    const store = await openHandle(backend, environment);
    expect((await store.get('count'))?.value).toBe(80);
  });

  test('goes on where a process was killed', async () => {
    const environment = backend.place();
    const store = await openHandle(backend, environment);
    const [child] = await startAll(environment, ['count'], 1_000_000);
    const counting = child?.run().catch(() => {});
    await expect.poll(async () => (await store.get('count'))?.value ?? 0, { timeout: 30_000 }).toBeGreaterThan(5);
    child?.kill();
    await counting;
    const counted = Number((await store.get('count'))?.value);
    // Whatever it held is free at once.
    await store.put('after', 1);
    // A service may still have been at work for it, on one write.
    expect([counted, counted + 1]).toContain((await store.get('count'))?.value);
  });
}

interface Child {
  /** Lets it begin, and resolves to what it tells when it is done. */
  run(): Promise<string>;
  kill(): void;
}

/** Starts processes that have opened the store, and wait for a word to begin. */
const startAll = (environment: Environment, tasks: readonly string[], rounds: number): Promise<Child[]> =>
  Promise.all(tasks.map((task) => start(environment, task, rounds)));

async function start(environment: Environment, task: string, rounds: number): Promise<Child> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, task, String(rounds)], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`The process that should ${task} has ended.`);
    return value;
  };
  const exited = once(child, 'exit');
  expect(await next()).toBe('ready');
  return {
    async run() {
      child.stdin.end('go\n');
      const told = await next();
      expect(await exited).toEqual([0, null]);
      return told;
    },
    kill: () => child.kill('SIGKILL'),
  };
}
