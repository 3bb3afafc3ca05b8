import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/base/plan.ts';
import { catalog } from '../../src/catalog/catalog.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { loadTemplates } from '../../src/plan/render.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

const SNAPSHOTS = fileURLToPath(new URL('snapshots', import.meta.url));

/** Under another name, so that no tool takes a snapshot's `biome.json` or `.gitignore` for one of this repository. */
const snapshotOf = (scenario: Scenario, path: string): string => join(SNAPSHOTS, scenario, `${path}.snap`);

/** With a version that stays, so that a release changes no snapshot. */
async function planOf(scenario: Scenario): Promise<Plan> {
  const templates = await loadTemplates(SCENARIOS[scenario].language);
  return buildPlan(SCENARIOS[scenario], { catalog, templates, version: '0.0.0' });
}

/** Hashes would change with every file and say nothing that the files do not say. */
const withoutHashes = (text: string): string => text.replace(/fnv1a64-[0-9a-f]{16}/g, 'fnv1a64-…');

const textsOf = (plan: Plan): Map<string, string> =>
  new Map(plan.files.map(({ path, text }) => [path, withoutHashes(text)]));

/** The first scenario of the same language, or the default one. */
function baseOf(scenario: Scenario): Scenario {
  const { language } = SCENARIOS[scenario];
  const first = (Object.keys(SCENARIOS) as Scenario[]).find((name) => SCENARIOS[name].language === language);
  return first === undefined || first === scenario ? 'default' : first;
}

/** The files of a scenario that are kept: all of the default one, and of the others what is not the same in their base. */
async function keptFiles(scenario: Scenario): Promise<Map<string, string>> {
  const texts = textsOf(await planOf(scenario));
  if (scenario === 'default') return texts;
  const base = textsOf(await planOf(baseOf(scenario)));
  return new Map([...texts].filter(([path, text]) => base.get(path) !== text));
}

describe.each(Object.keys(SCENARIOS) as Scenario[])('%s', (scenario) => {
  it('has these files', async () => {
    const { files } = await planOf(scenario);
    const listing = files.map(({ path, mode }) => (mode === undefined ? path : `${path} ${mode.toString(8)}`));
    await expect(`${listing.join('\n')}\n`).toMatchFileSnapshot(join(SNAPSHOTS, `${scenario}.txt`));
  });

  it('has these texts in them', async () => {
    for (const [path, text] of await keptFiles(scenario)) {
      await expect(text, path).toMatchFileSnapshot(snapshotOf(scenario, path));
    }
  });

  it('has no snapshot of a file that is gone: delete it', async () => {
    const kept = [...(await keptFiles(scenario)).keys()].map((path) => snapshotOf(scenario, path));
    const dir = join(SNAPSHOTS, scenario);
    const present = existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }) : [];
    const paths = present.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    expect(paths.filter((path) => !kept.includes(path))).toEqual([]);
  });
});

it('has snapshots of these scenarios only', () => {
  const names = Object.keys(SCENARIOS);
  const expected = [...names, ...names.map((name) => `${name}.txt`)];
  expect(readdirSync(SNAPSHOTS).filter((name) => !expected.includes(name) && !name.endsWith('.output'))).toEqual([]);
});

describe('the default project', () => {
  // About a third are comments and empty lines.
  it('reads in one sitting', async () => {
    const { files } = await planOf('default');
    const lines = files
      .filter(({ path }) => path.startsWith('src/'))
      .map(({ path, text }) => [path, text.split('\n').length - 1] as const);
    expect(lines.filter(([, count]) => count > 150)).toEqual([]);
    expect(lines.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(1750);
  });
});
