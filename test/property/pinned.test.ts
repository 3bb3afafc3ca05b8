import { describe, expect, it } from 'vitest';
import { languages, optionsOf } from '../../src/catalog/catalog.ts';
import { planProject } from '../../src/plan/plan.ts';
import { SCENARIOS } from '../golden/scenarios.ts';

/** Everything that brings workflows and containers, with every backend and package manager of a language. */
const ROWS = languages().flatMap((language) =>
  optionsOf(language, 'storage').flatMap(({ id: storage }) =>
    optionsOf(language, 'pm').map(({ id: pm }) => ({ language, storage, pm })),
  ),
);

/** The texts of a kind in a project's YAML. */
async function valuesOf(row: (typeof ROWS)[number], key: RegExp): Promise<string[]> {
  const base = row.language === 'python' ? SCENARIOS['python-full'] : SCENARIOS.full;
  const { files } = await planProject({ ...base, ...row, tools: [] });
  const yaml = files.filter(({ path }) => /\.ya?ml$/.test(path));
  return yaml.flatMap(({ text }) => [...text.matchAll(key)].map(([, value = '']) => value.trim()));
}

describe.each(ROWS)('what a $language project with $storage and $pm fetches from others', (row) => {
  it('is pinned: actions to a commit, with the version beside it', async () => {
    const actions = await valuesOf(row, /^\s*(?:- )?uses: (.+)$/gm);
    expect(actions.length).toBeGreaterThan(1);
    expect(actions.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it('is pinned: images to a digest, but for its own', async () => {
    const images = await valuesOf(row, /^\s*(?:- )?image: (.+)$/gm);
    const foreign = images.filter((image) => image.includes(':'));
    expect(foreign.filter((image) => !/^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);
  });
});

it.each(optionsOf('python', 'runtime').map(({ id }) => id))(
  'a Python project made on %s runs on the oldest, and its workflow shows it',
  async (runtime) => {
    const { files } = await planProject({ ...SCENARIOS.python, runtime, extras: ['github-actions'] });
    const textOf = (name: string) => files.find(({ path }) => path === name)?.text;
    expect(textOf('pyproject.toml')).toContain('requires-python = ">=3.10"');
    expect(textOf('.github/workflows/ci.yml')).toMatch(/python: \["3\.10"/);
    expect(textOf('.python-version')).toBe(`${runtime}\n`);
  },
);
