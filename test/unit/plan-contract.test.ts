import { describe, expect, it } from 'vitest';
import { bundle, type Chunk } from '../../scripts/lib/bundle.ts';
import { breaches, leaks, measure, ROUTES, type Route, strayImports } from '../../scripts/lib/contract.ts';
import { ROOT } from '../../scripts/precompile.ts';

const chunk = (path: string, more: Partial<Chunk> = {}): Chunk => ({
  path,
  text: 'x'.repeat(100),
  modules: [`src/${path}`],
  imports: [],
  lazyImports: [],
  ...more,
});

const route: Route = { name: 'a run', enters: ['src/a'], packages: ['allowed'], files: 2, bytes: 250 };

describe('the contract of the bundle', () => {
  it('is kept', async () => {
    const bundled = await bundle(ROOT);
    const loads = ROUTES.map((each) => measure(each, bundled.chunks));
    expect([...loads.flatMap(breaches), ...leaks(bundled.chunks), ...strayImports(bundled)]).toEqual([]);
  });

  it('holds the libraries that are loaded only when they are needed', async () => {
    const { chunks, importers } = await bundle(ROOT);
    const lazy = chunks.flatMap(({ lazyImports }) => lazyImports);
    const modules = chunks.filter(({ path }) => lazy.includes(path)).flatMap((each) => each.modules);
    expect(modules.some((module) => module.includes('/fs-extra/'))).toBe(true);
    expect(Object.keys(importers)).toEqual(
      expect.arrayContaining(['@clack/prompts', 'execa', 'fs-extra', 'handlebars']),
    );
  });

  it('counts what is imported through others, once', () => {
    const chunks = [
      chunk('a', { imports: ['b', 'c', 'node:fs'], lazyImports: ['d'] }),
      chunk('b', { imports: ['c'], modules: ['src/b', 'node_modules/@scope/hidden/index.js'] }),
      chunk('c', { modules: ['src/c', 'node_modules/allowed/node_modules/nested/x.js'] }),
      chunk('d', { modules: ['node_modules/huge/index.js'] }),
    ];
    const load = measure(route, chunks);
    expect(load).toMatchObject({
      files: ['a', 'b', 'c'],
      modules: 5,
      bytes: 300,
      packages: ['@scope/hidden', 'nested'],
    });
    expect(breaches(load)).toEqual([
      'a run: loads @scope/hidden, which must be loaded only when it is needed',
      'a run: loads nested, which must be loaded only when it is needed',
      'a run: loads 3 files, more than 2',
      'a run: loads 300 bytes, more than 250',
    ]);
  });

  it('finds modules of Node that take long to load', () => {
    const chunks = [chunk('a', { imports: ['node:fs', 'node:child_process'] })];
    expect(breaches(measure(route, chunks))).toEqual([
      'a run: loads node:child_process, which must be loaded only when it is needed',
    ]);
  });

  it('finds imports of what is not in the package', () => {
    expect(leaks([chunk('a', { imports: ['b', 'node:fs', 'execa'], lazyImports: ['left-pad'] }), chunk('b')])).toEqual([
      'a: imports execa, which is not in the package',
      'a: imports left-pad, which is not in the package',
    ]);
  });

  it('finds a second importer of a library', () => {
    const importers = { execa: ['src/project/run.ts', 'src/cli.ts'], other: ['src/cli.ts'] };
    expect(strayImports({ chunks: [], importers })).toEqual([
      'src/cli.ts: imports execa, which only src/project/run.ts may',
    ]);
    expect(strayImports({ chunks: [], importers: { zod: ['src/catalog/manifest.ts'] } })).toEqual([
      'src/catalog/manifest.ts: imports zod, which only the build may',
    ]);
  });

  it('says which module it misses', () => {
    expect(() => measure(route, [chunk('b')])).toThrow('src/a');
  });
});
