import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, layerProblems, layersTable, PARTS, partOf, readSources } from '../../scripts/lib/layers.ts';
import { ROOT } from '../../scripts/precompile.ts';

const PAGE = join(ROOT, 'docs', 'architecture.md');
const sources = readSources(ROOT);

/** What is wrong when a line stands in a file besides. */
const problemsWith = (file: string, line: string): string[] =>
  layerProblems(importsOf(new Map([...sources, [file, `${line}\n${sources.get(file)}`]])));

describe('one way through the house', () => {
  it('is kept by every import, and there is no circle of files or of folders', () => {
    expect(layerProblems(importsOf(sources))).toEqual([]);
  });

  it('is drawn in docs/architecture.md', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const table = /^\| part \| what it is \| may import \|\n(?:\|.*\n)+/m;
    expect(page).toMatch(table);
    await expect(page.replace(table, () => layersTable())).toMatchFileSnapshot(PAGE);
  });

  it('is described with the names of files that are there', () => {
    const page = readFileSync(PAGE, 'utf8');
    const named = [...page.matchAll(/`((?:src|scripts|test|schemas|bin)\/[\w./-]+\.\w+)`/g)].map(
      ([, file = '']) => file,
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('goes one way: a part imports only what stands above it in the table', () => {
    for (const [index, { name, mayImport, doors = [] }] of PARTS.entries()) {
      const above = PARTS.slice(0, index).map((part) => part.name);
      expect(above, name).toEqual(expect.arrayContaining([...mayImport]));
      for (const door of doors) expect([...sources.keys()]).toContain(door);
    }
    expect(new Set([...sources.keys()].map(partOf))).toEqual(new Set(PARTS.map(({ name }) => name)));
  });

  it('allows nothing that nobody uses', () => {
    const used = new Set(importsOf(sources).map(({ from, to }) => `${partOf(from)} ${partOf(to)}`));
    const allowed = PARTS.flatMap(({ name, mayImport }) => mayImport.map((other) => `${name} ${other}`));
    expect(allowed.filter((arrow) => !used.has(arrow))).toEqual([]);
  });

  it.each([
    [
      'an import upward',
      'src/base/json.ts',
      "import { clientOf } from '../clients/registry.ts';",
      'src/base/json.ts imports src/clients/registry.ts: base may not import clients',
    ],
    [
      'a type from above',
      'src/project/write.ts',
      "import type { Job } from '../commands/create-job.ts';",
      'src/project/write.ts imports src/commands/create-job.ts: project may not import commands',
    ],
    [
      'an import that is loaded when it is needed',
      'src/probe/lists.ts',
      "const load = () => import('../plan/plan.ts');",
      'src/probe/lists.ts imports src/plan/plan.ts: probe may not import plan',
    ],
    [
      'a way around the door',
      'src/clients/edit.ts',
      "import { deepEqual } from '../configs/values.ts';",
      'src/clients/edit.ts imports src/configs/values.ts: the way into configs is src/configs/edit.ts or src/configs/steps.ts or src/configs/formats/index.ts',
    ],
    [
      'a circle of files',
      'src/base/json.ts',
      "export * from './secrets.ts';",
      'circle: src/base/json.ts → src/base/secrets.ts → src/base/json.ts',
    ],
    [
      'a circle of folders',
      'src/clients/rows/shapes.ts',
      "import type { Subject } from '../change.ts';",
      'circle: src/clients → src/clients/rows → src/clients',
    ],
  ])('finds %s', (_, file, line, problem) => {
    expect(problemsWith(file, line)).toContain(problem);
  });
});
