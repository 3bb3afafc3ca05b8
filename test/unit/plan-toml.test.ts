import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { formatToml } from '../../src/base/toml.ts';

describe('formatToml', () => {
  it('writes a pyproject.toml as people do', () => {
    const value = {
      project: { name: 'x', dependencies: ['a>=1', 'b'], scripts: { 'x.y': 'x:main' } },
      tool: { ruff: { lint: { select: ['E'] } }, pyright: { strict: true, environments: [{ root: 'tests' }, {}] } },
      'dependency-groups': { dev: [] },
    };
    expect(formatToml(value)).toBe(`[project]
name = "x"
dependencies = [
    "a>=1",
    "b",
]

[project.scripts]
"x.y" = "x:main"

[tool.ruff.lint]
select = ["E"]

[tool.pyright]
strict = true
environments = [
    { root = "tests" },
    {},
]

[dependency-groups]
dev = []
`);
  });

  it('has no null', () => {
    expect(() => formatToml({ x: null })).toThrow('null');
  });

  it('writes what a parser reads back', () => {
    const text = fc.string({ unit: 'binary' });
    const { object } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.boolean(),
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('object'),
      ),
      object: fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(object, (value) => {
        expect(parse(formatToml(value as never))).toEqual(value);
      }),
    );
  });
});
