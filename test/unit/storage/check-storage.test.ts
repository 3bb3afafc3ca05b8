import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkStorage } from '../../../src/commands/check-storage.ts';
import { readProject } from '../../../src/commands/project-on-disk.ts';
import type { CheckStep } from '../../../src/probe/steps.ts';
import { checkProgress, checkReport } from '../../../src/report/check.ts';
import { CONTRACT } from '../../../src/storage/contract/prove.ts';
import { fakeContext } from '../../support/env.ts';
import { storeEnv, storeProject } from './store-project.ts';

async function check(storage = 'sqlite', mode = '', onStep: (step: CheckStep, stop: () => void) => void = () => {}) {
  const dir = storeProject(undefined, storage);
  const project = await readProject(dir);
  if (project === undefined) throw new Error('There is no project.');
  const path = join(dir, 'data', 'store');
  const vars = { PATH: process.env.PATH, MODE: mode, SQLITE_PATH: path, MEMORY_PATH: path };
  const controller = new AbortController();
  const context = fakeContext({ env: storeEnv({ vars }), version: '1.2.3', signal: controller.signal });
  const seen: CheckStep[] = [];
  const data = (): unknown => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {});
  const proving = checkStorage(project, context, (step) => {
    seen.push(step);
    onStep(step, () => controller.abort());
  });
  const store = await proving.catch((error: Error) => {
    throw Object.assign(error, { data: data() });
  });
  expect(seen).toEqual(store.steps);
  return { store, dir, data, context };
}

describe('check --storage', () => {
  it('proves every promise of the store of a project, and leaves nothing behind', async () => {
    const { store, data } = await check();
    expect(store).toMatchObject({ ok: true, backend: 'sqlite', isShared: true });
    const names = store.steps.map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(['open', ...CONTRACT.map(({ name }) => name)]));
    expect(data()).toEqual({});
  });

  it('says what is broken, what was seen, and what to do', async () => {
    const { store, dir, context } = await check('sqlite', 'careless');
    const bad = store.steps.filter(({ ok }) => !ok);
    expect(bad[0]?.name).toBe('delete-version');
    // A race shows it in most runs.
    expect(['delete-version', 'one-deleter']).toEqual(expect.arrayContaining(bad.map(({ name }) => name)));
    expect(bad[0]?.detail).toBe(
      'A delete with the version '.concat(
        bad[0]?.detail.match(/version (\S+)/)?.[1] ?? '',
        ' succeeds; it must fail with conflict.\n',
        'Compare the version in the same step that deletes: DELETE … WHERE version = …, a script, a lock.',
      ),
    );
    const report = checkReport({ version: '1.2.3', project: { name: 'notes', dir }, checks: [], storage: store });
    expect(report.exit).toBe(1);
    expect(report.json).toMatchObject({ ok: false, code: 'storage-failed', exit: 1, storage: { backend: 'sqlite' } });
    const progress = checkProgress(context);
    progress.beginStorage('notes', 'sqlite');
    for (const step of bad) progress.step(step);
    expect(context.stdout.text).toMatch(/^notes, storage sqlite\n {2}✗ delete-version .*conflict\.\n {6}Compare the/);
  });

  it('tells an error of the code from one of a store', async () => {
    const { store } = await check('sqlite', 'typo');
    expect(store).toMatchObject({ ok: false });
    expect(store.steps.map(({ detail }) => detail).join('\n')).toContain('undefined is not a function');
  });

  it('expects of a backend only what it promises', async () => {
    const { store } = await check('memory', 'private');
    expect(store).toMatchObject({ ok: true, backend: 'memory', isShared: false });
    expect(store.steps.map(({ name }) => name)).not.toContain('killed');
  });

  it('finds out that data is kept in one process only', async () => {
    const { store } = await check('sqlite', 'private');
    expect(store.steps[0]).toMatchObject({
      name: 'open',
      ok: false,
      detail: /another one does not find.*\nKeep data/s,
    });
    expect(store.ok).toBe(false);
  });

  it('reports what keeps the store from being opened as a finding', async () => {
    const { store } = await check('sqlite', 'refuse');
    expect(store).toMatchObject({ ok: false, steps: [{ name: 'open', ok: false }] });
    expect(store.steps[0]?.detail).toMatch(/^Set DATABASE_URL\.\nInstall what the project needs/);
  });

  it('tidies up when it is cancelled', async () => {
    const cancelling = check('sqlite', '', ({ name }, stop) => name === 'unicode' && stop());
    await expect(cancelling).rejects.toMatchObject({ code: 'cancelled', data: {} });
  });

  it('has nothing to prove without storage', async () => {
    await expect(check('none')).rejects.toMatchObject({ code: 'no-storage', exit: 2 });
  });
});
