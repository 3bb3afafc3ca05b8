import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { mergeFile } from '../../src/merge/merge.ts';

const LABELS = { ours: 'yours', base: 'then', theirs: 'now' };
const merge = (path: string, base: string | undefined, ours: string | undefined, theirs: string | undefined) =>
  mergeFile({ path, base, ours, theirs }, LABELS);

describe('a file in three versions', () => {
  it.each([
    ['a', 'a', 'b', 'replace', 'b'],
    ['a', 'b', 'a', 'keep', undefined],
    ['a', 'b', 'b', 'keep', undefined],
    ['a', undefined, 'b', 'keep', undefined],
    ['a', 'a', undefined, 'delete', undefined],
    ['a', 'b', undefined, 'keep', undefined],
    [undefined, undefined, 'b', 'create', 'b'],
    [undefined, 'b', 'b', 'keep', undefined],
  ] as const)('%s, %s, %s: %s', (base, ours, theirs, action, text) => {
    expect(merge('a.ts', base, ours, theirs)).toMatchObject({ action, conflicts: 0, ...(text && { text }) });
  });

  it('is a conflict as a whole where nobody knows how it was', () => {
    expect(merge('a.ts', undefined, 'mine\n', 'new\n')).toMatchObject({
      action: 'conflict',
      conflicts: 1,
      text: '<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> now\n',
      theirs: 'new\n',
    });
  });

  it('keeps line ends and the byte order mark of its owner', () => {
    expect(merge('a.ts', 'a\nb\nc\nd\n', '\uFEFFA\r\nb\r\nc\r\nd\r\n', 'a\nb\nc\nD\n')).toMatchObject({
      action: 'merge',
      text: '\uFEFFA\r\nb\r\nc\r\nD\r\n',
    });
  });

  it('loses no line of its owner, and has a conflict only where both have changed a place', () => {
    const size = 30;
    const places = fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 6 });
    const base = Array.from({ length: size }, (_, at) => `line ${at}`);
    const edited = (at: readonly number[], who: string) =>
      base.map((line, index) => (at.includes(index) ? `${line} of ${who}` : line));
    fc.assert(
      fc.property(places, places, (mine, theirs) => {
        const [ours, fresh] = [edited(mine, 'mine'), edited(theirs, 'theirs')];
        const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
        const merged = merge('a.ts', text(base), text(ours), text(fresh));
        const result = merged.text ?? text(ours);
        for (const at of mine) expect(result.split('\n')).toContain(`line ${at} of mine`);
        const isApart = mine.every((at) => theirs.every((other) => Math.abs(at - other) > 1));
        if (isApart) {
          expect(merged.conflicts).toBe(0);
          expect(result).toBe(text(base.map((line, at) => (mine.includes(at) ? ours[at] : fresh[at]) ?? line)));
        }
        const isBoth = mine.some((at) => theirs.includes(at));
        if (isBoth) expect(merged.action).toBe('conflict');
        // Once merged, there is nothing more to do.
        expect(merge('a.ts', text(fresh), result, text(fresh)).action).toBe('keep');
      }),
    );
  });
});

describe('imports and registrations that both sides add at one place', () => {
  const ts = (imports: string, calls: string) =>
    `import { Server } from 'sdk';\n${imports}import { b } from './tools/b.js';\n\nconst make = () => {\n  registerB(server);\n${calls}  return server;\n};\n`;
  const py = (names: string, calls: string) => `from x.tools import ${names}\n\nb.register(mcp)\n${calls}\n\nrun()\n`;

  it.each([
    [
      's.ts',
      ts('', ''),
      ts("import { ab } from './tools/ab.js';\n", '  registerAb(server, app);\n'),
      ts("import { aa } from './tools/aa.js';\n", '  registerAa(server);\n'),
      ts(
        "import { aa } from './tools/aa.js';\nimport { ab } from './tools/ab.js';\n",
        '  registerAa(server);\n  registerAb(server, app);\n',
      ),
    ],
    [
      's.ts',
      ts('', ''),
      ts("import { aa } from './tools/aa.js';\n", '  registerAa(server);\n'),
      ts("import { aa } from './tools/aa.js';\nimport { ac } from './tools/ac.js';\n", '  registerAa(server);\n'),
      ts("import { aa } from './tools/aa.js';\nimport { ac } from './tools/ac.js';\n", '  registerAa(server);\n'),
    ],
    [
      's.py',
      py('b', ''),
      py('b, mine', 'mine.register(mcp)\n'),
      py('a, b', 'a.register(mcp)\n'),
      py('a, b, mine', 'a.register(mcp)\nmine.register(mcp)\n'),
    ],
    ['s.py', py('b, old', ''), py('b, mine, old', ''), py('a, b', ''), py('a, b, mine', '')],
    [
      's.py',
      'from x.log import set_up\nfrom x.tools import b\n',
      'from x.log import set_up\nfrom x.prompts import mine\nfrom x.tools import b, mine\n',
      'from x.log import recent, set_up\nfrom x.state import key\nfrom x.tools import a, b\n',
      'from x.log import recent, set_up\nfrom x.prompts import mine\nfrom x.state import key\nfrom x.tools import a, b, mine\n',
    ],
  ])('are all there in %s', (path, base, ours, theirs, text) => {
    expect(merge(path, base, ours, theirs)).toMatchObject({ action: 'merge', conflicts: 0, text });
  });

  it.each([
    [
      'what one has changed',
      "import { a } from 'x';\n",
      "import { a, b as c } from 'x';\n",
      "import { a } from 'y';\n",
    ],
    ['what is no list of names', 'from x import a, b\n', 'from x import a, b  # mine\n', 'from x import a, b, c\n'],
    ['a name with something behind it', 'from x import a, b\n', 'from x import a, b mine\n', 'from x import a, b, c\n'],
    ['what one has taken out', 'b.register(mcp)\n', '', 'b.register(mcp, 1)\n'],
    ['other calls', 'x()\n', 'x()\nopen(1)\n', 'x()\nopen(2)\n'],
    ['calls beside imports', '\n', "import a from './a.js';\n\n", 'registerA(server);\n\n'],
  ])('are for a person to decide: %s', (_, base, ours, theirs) => {
    expect(merge('s.ts', base, ours, theirs)).toMatchObject({ action: 'conflict', conflicts: 1 });
  });
});

describe('JSON', () => {
  const file = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

  it("is merged by key, and has the owner's where both have changed one", () => {
    const base = file({ name: 'a', scripts: { test: 'x', lint: 'l' }, dependencies: { sdk: '^1', zod: '^3' } });
    const ours = file({
      name: 'b',
      scripts: { test: 'mine', lint: 'l' },
      dependencies: { own: '1', sdk: '^1', zod: '^3.9' },
    });
    const theirs = file({ name: 'a', scripts: { test: 'y', build: 'b' }, dependencies: { sdk: '^2', zod: '^4' } });
    const merged = merge('package.json', base, ours, theirs);
    expect(merged).toMatchObject({ action: 'merge', conflicts: 0 });
    expect(JSON.parse(merged.text ?? '')).toEqual({
      name: 'b',
      scripts: { test: 'mine', build: 'b' },
      dependencies: { own: '1', sdk: '^2', zod: '^3.9' },
    });
  });

  it('keeps what it is printed like', () => {
    const merged = merge('a.json', '{"a": 1, "b": 1}', '{\n\t"a": 2,\n\t"b": 1\n}', '{"a": 1, "b": 2}');
    expect(merged.text).toBe('{\n\t"a": 2,\n\t"b": 2\n}');
  });

  it('has changes made in the text of its owner, with comments, blank lines, order and line ends as they are', () => {
    const base = file({ options: { target: 'a', lib: ['x'], types: ['n'], old: 1 }, include: ['src', 'test'] });
    const ours = [
      '\uFEFF// Mine, all of it.',
      '{',
      '    "include": ["src", /* as well */ "own", "test"],',
      '',
      '    "options": {',
      '        // The oldest browser.',
      '        "lib": ["x"], // see above',
      '        "strict": false,',
      '        "target": "mine",',
      '        "types": [',
      '            "n"',
      '        ],',
      '        "old": 1,',
      '    },',
      '}',
    ].join('\r\n');
    const theirs = file({
      options: { target: 'b', lib: ['x', 'y'], fresh: { a: [1] }, types: ['n', 'm'] },
      include: ['src', 'scripts', 'test'],
    });
    const merged = merge('tsconfig.json', base, ours, theirs);
    expect(merged).toMatchObject({ action: 'merge', conflicts: 0, kept: ['options.target'] });
    expect(merged.text?.split('\r\n')).toEqual([
      '\uFEFF// Mine, all of it.',
      '{',
      '    "include": ["src", "scripts", /* as well */ "own", "test"],',
      '',
      '    "options": {',
      '        // The oldest browser.',
      '        "lib": ["x", "y"], // see above',
      '        "fresh": {',
      '            "a": [',
      '                1',
      '            ]',
      '        },',
      '        "strict": false,',
      '        "target": "mine",',
      '        "types": [',
      '            "n",',
      '            "m"',
      '        ],',
      '    },',
      '}',
    ]);
  });

  it('has what is new where this version has it', () => {
    const merged = merge(
      'package.json',
      file({ dependencies: { b: '1', d: '1' } }),
      file({ dependencies: { b: '1', d: '1', z: 'mine' } }),
      file({ type: 'module', dependencies: { a: '1', b: '1', c: '1', d: '1' }, last: true }),
    );
    expect(merged.text).toBe(
      file({ type: 'module', dependencies: { a: '1', b: '1', c: '1', d: '1', z: 'mine' }, last: true }),
    );
  });

  it('has lists merged by item, and by the name of an item that has one', () => {
    const base = file({ files: ['a', 'b', 'c'], tasks: [{ label: 'x', run: 1 }, { label: 'y' }], order: [1, 2] });
    const ours = file({ files: ['c', 'a', 'mine'], tasks: [{ label: 'x', run: 7 }, { label: 'y' }], order: [1, 2] });
    const theirs = file({
      files: ['a', 'b', 'b2', 'c'],
      tasks: [{ label: 'x', run: 2 }, { label: 'y', run: 3 }, { label: 'z' }],
      order: [2, 1],
    });
    const merged = merge('a.json', base, ours, theirs);
    expect(JSON.parse(merged.text ?? '')).toEqual({
      files: ['c', 'a', 'b2', 'mine'],
      tasks: [{ label: 'x', run: 7 }, { label: 'y', run: 3 }, { label: 'z' }],
      order: [2, 1],
    });
    expect(merged.kept).toEqual(['tasks.x']);
  });

  it('keeps what its owner has put into a table that is not made any more, and no more than that', () => {
    const base = file({ scripts: { a: '1', b: '1' }, other: { c: 1 } });
    const merged = merge('a.json', base, file({ scripts: { a: '1', b: '1', own: '1' }, other: { c: 1 } }), file({}));
    expect(merged.text).toBe(file({ scripts: { own: '1' } }));
  });

  it('is merged by lines where it cannot be read, or has a key twice', () => {
    const [base, theirs] = [file({ a: 1, b: 1 }), file({ a: 2, b: 1 })];
    expect(merge('a.json', base, '{\n  "a": 3,\n  "b": 1,,\n}\n', theirs)).toMatchObject({ action: 'conflict' });
    const twice = '{\n  "a": 1,\n  "b": 1,\n  "a": 1\n}\n';
    expect(merge('a.json', base, twice, theirs)).toMatchObject({ action: 'keep', conflicts: 0, kept: ['a'] });
  });

  it('is merged by lines where it is too large, too deep, or another file altogether', () => {
    const [base, theirs] = [file({ a: 1, b: 1, c: 1 }), file({ a: 1, b: 1, c: 2 })];
    const wide = `{\n  "own": "${'x'.repeat(200_000)}",\n  "a": 1,\n  "b": 1,\n  "c": 1\n}\n`;
    expect(merge('a.json', base, wide, theirs).text).toBe(wide.replace('"c": 1', '"c": 2'));
    const deep = (end: string): string =>
      `{\n  "own": ${'['.repeat(20_000)}${']'.repeat(20_000)},\n  "a": 1,\n  "b": ${end}\n}\n`;
    expect(merge('a.json', deep('1'), deep('1').replace('"a"', '"mine"'), deep('2'))).toMatchObject({ path: 'a.json' });
    const many = (last: number): string =>
      file(Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`k${at}`, last])));
    expect(merge('a.json', many(1), many(1).replace('"k0"', '"own"'), many(2))).toMatchObject({ action: 'conflict' });
  });

  it('of which both have changed a line is never marked', () => {
    const merged = merge('a.json', '{"a": 1, "b": 1}', '{"a": 2, "b": 1}', '{"a": 3, "b": 2}');
    expect(merged).toMatchObject({ action: 'merge', conflicts: 0, kept: ['a'], text: '{"a": 2, "b": 2}' });
  });
});

describe('TOML', () => {
  const project = (dependencies: readonly string[], more = ''): string =>
    `[project]\nname = "a"\ndependencies = [\n${dependencies.map((one) => `    "${one}",\n`).join('')}]\n${more}`;

  it('has dependencies merged by the name of the package, and no markers', () => {
    const merged = merge(
      'pyproject.toml',
      project(['mcp>=2.0,<3', 'pydantic>=2.1', 'old>=1']),
      project(['mcp>=2.0,<3', 'mine>=7', 'pydantic>=2.9', 'old>=1'], '# my comment\n'),
      project(['mcp>=2.4,<3', 'pydantic>=2.5', 'fresh>=1']),
    );
    expect(merged).toMatchObject({ action: 'merge', conflicts: 0, text: expect.stringContaining('# my comment') });
    const { project: made } = parse(merged.text ?? '') as { project: { dependencies: string[] } };
    expect([...made.dependencies].sort()).toEqual(['fresh>=1', 'mcp>=2.4,<3', 'mine>=7', 'pydantic>=2.9']);
  });

  it('has changes made in the text of its owner, with comments, order and layout as they are', () => {
    const base = project(['mcp>=2'], '[tool.ruff]\nline-length = 120\nselect = ["A"]\n\n[tool.old]\nx = 1\n');
    const ours = [
      '# Mine, all of it.',
      '[tool.ruff]',
      "select = ['A'] # see above",
      'line-length = 88',
      '',
      '[project]',
      'dependencies = ["mine", "mcp>=2"] # no more!',
      '  name = "a"',
      '',
      '[tool.old]',
      'x = 1',
      '[tool.mine]',
      'y = 1',
    ].join('\r\n');
    const theirs = project(
      ['anyio>=4', 'mcp>=3'],
      '[tool.ruff]\nline-length = 100\ntarget = "py"\nselect = ["A", "B"]\n\n[tool.fresh]\nz = [1, 2]\n',
    ).replace('name = "a"', 'name = "a"\nlicense = "MIT"');
    const merged = merge('pyproject.toml', base, ours, theirs);
    expect(merged).toMatchObject({ action: 'merge', conflicts: 0, kept: ['tool.ruff.line-length'] });
    expect(merged.text?.split('\r\n')).toEqual([
      '# Mine, all of it.',
      '[tool.ruff]',
      'select = [\'A\', "B"] # see above',
      'line-length = 88',
      'target = "py"',
      '',
      '[project]',
      'dependencies = ["anyio>=4", "mine", "mcp>=3"] # no more!',
      '  name = "a"',
      '  license = "MIT"',
      '[tool.mine]',
      'y = 1',
      '',
      '[tool.fresh]',
      'z = [',
      '    1,',
      '    2,',
      ']',
    ]);
  });

  it('keeps the kind of line ends where the only one goes with a value', () => {
    const merged = merge('a.toml', 'x = [\n    1,\n]\n', 'x = [\r\n    1,\r\n]', 'x = 1\ny = 2\n');
    expect(merged.text).toBe('x = 1\r\ny = 2');
  });

  it('keeps a comment of its owner on a line that goes', () => {
    const [base, theirs] = [project(['a', 'b'], '[tool.x]\ny = 1\n'), project(['a'])];
    const ours = base.replace('"b",', '"b", # pinned for Ann').replace('y = 1', 'y = 1 # ask Bob');
    const merged = merge('pyproject.toml', base, ours, theirs);
    expect(merged.text ?? ours).toContain('# pinned for Ann');
    expect(merged.text ?? ours).toContain('# ask Bob');
    expect(merged.conflicts).toBe(0);
  });

  it('has items changed that are tables or long texts, and lists in lists left alone', () => {
    const base = "x = [\n    { root = 'a' },\n    { root = 'b' },\n]\ny = 1\n";
    const ours = `x = [ # mine\n    { root = 'a' }, # one\n    { root = 'b' },\n    """\n],""", [[1], [2]],\n]\ny = 1\n`;
    const theirs = 'x = [\n    { root = "a" },\n    { root = "c", more = [1, 2] },\n]\ny = 1\n';
    expect(merge('a.toml', base, ours, theirs)).toMatchObject({
      conflicts: 0,
      text: `x = [ # mine\n    { root = 'a' }, # one\n    { root = "c", more = [1, 2] },\n    """\n],""", [[1], [2]],\n]\ny = 1\n`,
    });
  });

  it('says what cannot be changed in its place, and leaves it', () => {
    const base = '[[index]]\nname = "a"\nurl = "1"\n\n[t]\nx = { y = 1 }\nz = 1\n';
    const theirs = base.replace('"1"', '"2"').replace('y = 1', 'y = 2').replace('z = 1', 'z = 2');
    expect(merge('a.toml', base, `# mine\n${base}`, theirs)).toMatchObject({
      conflicts: 0,
      kept: ['index', 't.x.y'],
      text: `# mine\n${base.replace('z = 1', 'z = 2')}`,
    });
  });

  it('that its owner has broken is merged by lines, with markers', () => {
    const merged = merge('a.toml', 'a = 1\nb = 1\n', 'a = \nb = 1\n', 'a = 2\nb = 1\n');
    expect(merged).toMatchObject({ action: 'conflict', conflicts: 1 });
  });
});
