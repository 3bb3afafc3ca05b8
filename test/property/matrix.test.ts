import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseToml } from 'smol-toml';
import { beforeAll, describe, expect, it } from 'vitest';
import { serverNameOf } from '../../src/base/answers.ts';
import type { Plan } from '../../src/base/plan.ts';
import type { Kind } from '../../src/catalog/manifest.ts';
import { planProject } from '../../src/plan/plan.ts';
import { writeTree } from '../support/fixture.ts';
import { tempDir } from '../support/temp.ts';
import {
  type Check,
  everyModuleIsLoaded,
  hasNoLeftovers,
  importsResolve,
  parses,
  readmeIsTrue,
  settingsAgree,
  unchosenLeavesNoTrace,
  undefinedIsMeant,
} from './matrix-checks.ts';
import { LANGUAGES, type Language, matrixRows, offered, titleOf } from './matrix-rows.ts';

const ROWS = LANGUAGES.flatMap((language) => matrixRows(language));
const ANYWHERE = { parses, hasNoLeftovers, settingsAgree, readmeIsTrue, unchosenLeavesNoTrace, undefinedIsMeant };
/** Imports of Python are checked for all of its projects at once, in python-matrix.test.ts. */
const CHECKS: Readonly<Record<Language, Readonly<Record<string, Check>>>> = {
  typescript: { ...ANYWHERE, importsResolve, everyModuleIsLoaded },
  python: ANYWHERE,
};
const rowsOf = (language: Language) => ROWS.filter((row) => row.language === language);

const textOf = (plan: Plan, path: string): string => plan.files.find((file) => file.path === path)?.text ?? '';

describe.each(LANGUAGES)('the matrix of %s', (language) => {
  const KINDS: readonly Kind[] = ['preset', 'transport', 'storage', 'tool', 'resource', 'extra', 'runtime', 'pm'];

  it.each(KINDS)('has every option of the kind %s', (kind) => {
    const used = new Set(
      rowsOf(language).flatMap(({ preset, transport, storage, runtime, pm, tools, resources, extras }) => [
        ...[preset, transport, storage, runtime, pm],
        ...[...tools, ...resources, ...extras],
      ]),
    );
    expect([...used]).toEqual(expect.arrayContaining(offered(language, kind).map(({ id }) => id)));
  });
});

describe.each(ROWS.map((answers) => ({ title: titleOf(answers), answers })))('$title', ({ answers }) => {
  let plan: Plan;

  beforeAll(async () => {
    plan = await planProject(answers);
  });

  it.each(Object.entries(CHECKS[answers.language as Language]))('%s', (_, check) => {
    expect(check(plan.files, answers)).toEqual([]);
  });

  it('says without a gap what to do next', () => {
    const files = plan.nextSteps.map((text, index) => ({ path: `next step ${index}`, text: `${text}\n` }));
    expect(hasNoLeftovers(files, answers)).toEqual([]);
  });

  it('carries name and description intact', () => {
    const { name, description } = answers;
    expect(JSON.parse(textOf(plan, '.mcp-mason.json')).answers).toMatchObject({ name, description });
    expect(textOf(plan, 'README.md')).toContain(`# ${name}\n\n${description}\n`);
    if (answers.language === 'typescript') {
      expect(JSON.parse(textOf(plan, 'package.json'))).toMatchObject({ name, description });
      expect(textOf(plan, 'src/server.ts')).toContain("from '../package.json'");
    } else {
      const oneLine = description.replace(/\n/g, ' ');
      const { project } = parseToml(textOf(plan, 'pyproject.toml')) as Readonly<Record<string, object>>;
      expect(project).toMatchObject({ name: serverNameOf(name), description: oneLine });
    }
  });
});

describe('the checks', () => {
  const FAULTS: readonly (readonly [name: string, check: Check, path: string, change: (text: string) => string])[] = [
    ['broken code', parses, 'src/app.ts', (text) => `${text}}`],
    ['broken JSON', parses, 'tsconfig.json', (text) => `${text},`],
    ['broken YAML', parses, '.github/workflows/ci.yml', (text) => text.replace('  test:', '   test')],
    ['a GitHub expression without its dollar', parses, '.github/workflows/ci.yml', (text) => text.replace('${{', '{{')],
    ['a piece of a template', hasNoLeftovers, 'README.md', (text) => `${text}{{name}}\n`],
    ['a value that was not there', hasNoLeftovers, 'package.json', (text) => text.replace('0.1.0', 'undefined')],
    [
      'a value of nothing in code',
      undefinedIsMeant,
      'src/log.ts',
      (text) => `${text}export const x = config.undefined;\n`,
    ],
    ['an object as text', hasNoLeftovers, '.env.example', (text) => `${text}# [object Object]\n`],
    ['a blank at the end of a line', hasNoLeftovers, 'src/log.ts', (text) => text.replace('\n', ' \n')],
    ['a carriage return', hasNoLeftovers, '.gitignore', (text) => text.replaceAll('\n', '\r\n')],
    ['two empty lines', hasNoLeftovers, 'src/log.ts', (text) => text.replace('\n\n', '\n\n\n')],
    ['an import of nothing', importsResolve, 'src/app.ts', (text) => `import './gone.js';\n${text}`],
    ['an import of what is only for development', importsResolve, 'src/app.ts', (text) => `import 'vitest';\n${text}`],
    ['a dependency too many', importsResolve, 'package.json', (text) => text.replace('"zod"', '"zap": "1", "zod"')],
    ['a module that nobody loads', everyModuleIsLoaded, 'src/main.ts', () => "import './app.js';\n"],
    ['a setting without an example', settingsAgree, '.env.example', (text) => text.replaceAll('LOG_LEVEL', 'LOG')],
    ['a setting that nothing uses', settingsAgree, 'src/log.ts', (text) => text.replaceAll('LOG_LEVEL', 'LOG')],
    ['a link to nowhere', readmeIsTrue, 'README.md', (text) => `${text}[x](docs/gone.md)\n`],
    ['a script that is not there', readmeIsTrue, 'package.json', (text) => text.replace('"lint"', '"lent"')],
    ['another tool', unchosenLeavesNoTrace, 'README.md', (text) => `${text}Ask for the weather.\n`],
    [
      'another backend',
      unchosenLeavesNoTrace,
      'package.json',
      (text) => text.replace('"zod"', '"sqlite3": "1", "zod"'),
    ],
    ['another transport', unchosenLeavesNoTrace, 'src/main.ts', (text) => `${text}// or serveHttp\n`],
  ];
  const answers = {
    name: 'hello-mcp',
    description: 'Says hello.',
    language: 'typescript',
    preset: 'standard',
    transport: 'stdio',
    storage: 'memory',
    tools: ['notes'],
    resources: [],
    extras: ['github-actions'],
    runtime: '24',
    pm: 'npm',
  };

  it.each(FAULTS)('see %s', async (_, check, path, change) => {
    const { files } = await planProject(answers);
    expect(check(files, answers)).toEqual([]);
    const broken = files.map((file) => (file.path === path ? { ...file, text: change(file.text) } : file));
    expect(broken).not.toEqual(files);
    expect(check(broken, answers)).not.toEqual([]);
  });
});

describe('the rendered projects', () => {
  // All at once, since the start of Biome takes longer than its work.
  it("satisfy their own linter's and formatter's settings", async () => {
    const root = tempDir();
    const settings = new Set<string>();
    const distinct = new Set<string>();
    for (const [index, answers] of rowsOf('typescript').entries()) {
      const { files } = await planProject(answers);
      for (const { path, text } of files) {
        if (path === 'biome.json') settings.add(text);
        // No rule looks at another file, but some depend on the manifest. The same file in another row says nothing new.
        else if (path === 'package.json' || !distinct.has(path + text)) {
          writeTree(join(root, `row-${index}`), { [path]: text });
        }
        distinct.add(path + text);
      }
    }
    expect(settings.size).toBe(1);
    writeTree(root, { 'biome.json': [...settings].join(''), '.gitignore': 'node_modules/\n' });
    const biome = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
    const args = ['check', '--error-on-warnings', '--max-diagnostics=50', root];
    const { status, stdout, stderr } = spawnSync(process.execPath, [biome, ...args], { cwd: root, encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
    const checked = Number(/Checked (\d+) files/.exec(stdout + stderr)?.[1]);
    expect(checked).toBeGreaterThan(distinct.size / 2);
  });
});

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
