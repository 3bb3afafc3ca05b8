import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/base/plan.ts';
import { catalog } from '../../src/catalog/catalog.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { loadTemplates } from '../../src/plan/render.ts';
import { APIS, BUDGETS, MOST_LINES, SCENARIOS, type Scenario } from './scenarios.ts';

const SNAPSHOTS = fileURLToPath(new URL('snapshots', import.meta.url));

/** Under another name, so that no tool takes a snapshot's `biome.json` or `.gitignore` for one of this repository. */
const snapshotOf = (scenario: Scenario, path: string): string => join(SNAPSHOTS, scenario, `${path}.snap`);

/** A file of a scenario. */
interface Kept {
  readonly path: string;
  readonly mode: number | undefined;
  readonly text: string;
  /** The first place with this text, as `scenario/path`: only there it is kept. */
  readonly place: string;
}

/** With a version that stays, so that a release changes no snapshot. */
async function planOf(scenario: Scenario): Promise<Plan> {
  const templates = loadTemplates(SCENARIOS[scenario].language);
  return buildPlan(SCENARIOS[scenario], { catalog, templates, version: '0.0.0' }, await APIS[scenario]?.());
}

/** Hashes would change with every file and say nothing that the files do not say. */
const withoutHashes = (text: string): string => text.replace(/fnv1a64-[0-9a-f]{16}/g, 'fnv1a64-…');

const NAMES = Object.keys(SCENARIOS) as Scenario[];

/** All files of all scenarios. */
const ALL = Promise.all(NAMES.map(planOf)).then((plans) => {
  const places = new Map<string, string>();
  return plans.map(({ files }, index): Kept[] =>
    files.map(({ path, mode, text: whole }) => {
      const text = withoutHashes(whole);
      const place = places.get(text) ?? `${NAMES[index]}/${path}`;
      places.set(text, place);
      return { path, mode, text, place };
    }),
  );
});

const filesOf = async (scenario: Scenario): Promise<Kept[]> => (await ALL)[NAMES.indexOf(scenario)] ?? [];

/** The files whose texts no earlier scenario has. */
const keptFiles = async (scenario: Scenario): Promise<Kept[]> =>
  (await filesOf(scenario)).filter(({ path, place }) => place === `${scenario}/${path}`);

/** A line of the listing: `src/x.ts`, `run.sh 755`, `src/y.ts = default`, `tests/z.json = default/test/z.json`. */
function lineOf(scenario: Scenario, { path, mode, place }: Kept): string {
  const name = mode === undefined ? path : `${path} ${mode.toString(8)}`;
  if (place === `${scenario}/${path}`) return name;
  const there = NAMES.find((other) => place === `${other}/${path}`);
  return `${name} = ${there ?? place}`;
}

describe.each(NAMES)('%s', (scenario) => {
  it('has these files', async () => {
    const listing = (await filesOf(scenario)).map((file) => lineOf(scenario, file));
    await expect(`${listing.join('\n')}\n`).toMatchFileSnapshot(join(SNAPSHOTS, `${scenario}.txt`));
  });

  it('has these texts in them', async () => {
    for (const { path, text } of await keptFiles(scenario)) {
      await expect(text, path).toMatchFileSnapshot(snapshotOf(scenario, path));
    }
  });

  it('says nothing to people in lines that no screen has', async () => {
    const texts = (await filesOf(scenario)).filter(({ path }) => /\.md$|^\.mcp-mason\.json$/.test(path));
    const lines = texts.flatMap(({ path, text }) => text.split('\n').map((line) => `${path}: ${line}`));
    // A row of a table is one line, whatever it says.
    expect(lines.filter((line) => line.length > 180 && !line.includes(': | '))).toEqual([]);
  });

  it('has no snapshot of a file that is gone: delete it', async () => {
    const kept = (await keptFiles(scenario)).map(({ path }) => snapshotOf(scenario, path));
    const dir = join(SNAPSHOTS, scenario);
    const present = existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }) : [];
    const paths = present.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    expect(paths.filter((path) => !kept.includes(path))).toEqual([]);
  });
});

it('has snapshots of these scenarios only', () => {
  const expected = [...NAMES, ...NAMES.map((name) => `${name}.txt`)];
  expect(readdirSync(SNAPSHOTS).filter((name) => !expected.includes(name) && !name.endsWith('.output'))).toEqual([]);
});

describe.each(Object.entries(BUDGETS))('the project %s', (scenario, { files: most, lines }) => {
  it(`has at most ${most} files, and ${lines} lines below src`, async () => {
    const { files } = await planOf(scenario as Scenario);
    expect(files.length).toBeLessThanOrEqual(most);
    // A mark for tools is no code.
    const code = files.filter(({ path }) => path.startsWith('src/') && !path.endsWith('/py.typed'));
    const counts = code.map(linesOf);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(lines);
  });
});

it.each(NAMES)('%s has no file that is too long to read', async (scenario) => {
  const { files } = await planOf(scenario);
  const long = files.filter((file) => linesOf(file) > MOST_LINES && file.path !== '.mcp-mason.json');
  expect(long.map((file) => `${file.path}: ${linesOf(file)}`)).toEqual([]);
});

const linesOf = ({ text }: { readonly text: string }): number => text.split('\n').length - 1;
