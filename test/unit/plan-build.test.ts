import { beforeAll, describe, expect, it } from 'vitest';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { CliError } from '../../src/base/errors.ts';
import type { Plan } from '../../src/base/plan.ts';
import { buildPlan, type Sources } from '../../src/plan/build-plan.ts';
import { ANSWERS, fixtureWith, sourcesOf } from '../support/fixture.ts';

let sources: Sources;
beforeAll(async () => {
  sources = await sourcesOf();
});

const planOf = (answers: Partial<ProjectAnswers> = {}): Plan => buildPlan({ ...ANSWERS, ...answers }, sources);
const textOf = (plan: Plan, path: string): string => plan.files.find((file) => file.path === path)?.text ?? 'missing';
const pathsOf = (plan: Plan): string[] => plan.files.map(({ path }) => path);
const jsonOf = (plan: Plan, path: string) => JSON.parse(textOf(plan, path));

describe('files', () => {
  it('holds those of the chosen options and no others, sorted', () => {
    expect(pathsOf(planOf())).toEqual([
      '.github/ci.yml',
      '.gitignore',
      '.mcp-mason.json',
      'README.md',
      'hello_mcp.txt',
      'package.json',
      'src/main.txt',
      'src/notes.txt',
      'src/stdio.txt',
      'tsconfig.json',
    ]);
    const other = pathsOf(
      planOf({ transport: 'http', tools: ['risk'], storage: 'disk', extras: ['docker'], pm: 'pnpm' }),
    );
    expect(other).toEqual(expect.arrayContaining(['Dockerfile', 'src/disk.txt', 'src/risk.txt', 'pnpm.txt']));
    expect(other).not.toContain('src/stdio.txt');
    expect(other).not.toContain('src/notes.txt');
  });

  it('copies what is no template as it is', () => {
    expect(textOf(planOf(), '.github/ci.yml')).toBe(['name: $', '{{ matrix.os }}\n'].join(''));
  });

  it('renders the whole context', () => {
    const plan = planOf({
      name: '@me/3d-tools',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it must arrive as it is
      description: 'Quotes " and {{braces}} and ${x} and 🎉\nin two lines',
      transport: 'both',
      storage: 'disk',
      tools: ['notes', 'risk'],
      extras: ['docker'],
      runtime: '20',
      pm: 'pnpm',
    });
    expect(textOf(plan, 'src/main.txt')).toBe(
      [
        'name = "@me/3d-tools"',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it must arrive as it is
        'description = "Quotes \\" and {{braces}} and ${x} and 🎉\\nin two lines"',
        'package = mcp_3d_tools',
        'transports = stdio,http (default stdio) several',
        'storage = disk via driver',
        'LOG_LEVEL=info',
        'MCP_TRANSPORT=stdio',
        'PORT=3000',
        'DISK_PATH=./data',
        'DISK_KEY=hunter2 secret',
        'import listNotes, readNote from read-note',
        'import risk from risk',
        'import writeNote from write-note',
        'tools = writeNote readNote listNotes risk ',
        'container = yes',
        'disk = yes',
        '',
      ].join('\n'),
    );
    expect(textOf(plan, 'src/disk.txt')).toBe('disk driver a+b\n');
    expect(textOf(plan, 'pnpm.txt')).toBe('lock = pnpm-lock.yaml\n');
    expect(textOf(plan, 'mcp_3d_tools.txt')).toBe('mcp_3d_tools by 9.9.9 in typescript on >=20\n');
  });

  it('places slots in the order of the options, and nothing where nobody fills one', () => {
    expect(textOf(planOf({ tools: ['risk', 'notes'] }), 'README.md')).toBe(
      '# hello-mcp\n\nSays hello.\n\nNotes of hello-mcp in Memory.\n\nRisk.\n',
    );
    expect(textOf(planOf({ tools: [] }), 'README.md')).toBe('# hello-mcp\n\nSays hello.\n');
  });

  it('lets the description stand in Markdown as it was given', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it must arrive as it is
    const description = 'A <b>&amp; "c"</b> {{#if x}} ${y} \\ 日本';
    expect(textOf(planOf({ description }), 'README.md')).toContain(`\n${description}\n`);
    expect(jsonOf(planOf({ description }), 'package.json').description).toBe(description);
  });
});

describe('package.json', () => {
  it('is made of the answers and the manifests', () => {
    const manifest = jsonOf(
      planOf({ name: '@me/hello', transport: 'http', storage: 'disk', runtime: '20' }),
      'package.json',
    );
    expect(manifest).toEqual({
      name: '@me/hello',
      version: '0.1.0',
      description: 'Says hello.',
      keywords: ['mcp', 'mcp-server', 'model-context-protocol'],
      type: 'module',
      bin: { hello: 'dist/main.mjs' },
      files: ['dist', '!**/*.map'],
      scripts: { build: 'tsc', check: 'npm run build', postinstall: 'driver build' },
      engines: { node: '>=20' },
      // express is needed by the server itself here, so it is not for development only.
      dependencies: { driver: '^2.0.0', express: '^5.1.0', 'left-pad': '^1.3.0' },
      devDependencies: { '@types/node': '^20.19.0', typescript: '^7.0.0' },
    });
  });

  it('follows the runtime and has no trace of other variants', () => {
    const manifest = jsonOf(planOf({ storage: 'disk', runtime: '24' }), 'package.json');
    expect(manifest.dependencies).toEqual({ 'left-pad': '^1.3.0' });
    expect(manifest.devDependencies).toMatchObject({ '@types/node': '^24.1.0', express: '^5.1.0' });
    expect(manifest.scripts).not.toHaveProperty('postinstall');
  });

  it('takes what options merge in', () => {
    const plan = planOf({ extras: ['docker'], pm: 'pnpm' });
    expect(jsonOf(plan, 'package.json')).toMatchObject({
      files: ['dist', '!**/*.map', 'Dockerfile'],
      scripts: { build: 'tsc', docker: 'pnpm install --frozen-lockfile' },
    });
    expect(jsonOf(plan, 'tsconfig.json')).toEqual({
      compilerOptions: { strict: false, types: ['node', 'docker'] },
      include: ['src'],
    });
  });
});

describe('the rest of the plan', () => {
  it('says how the server is started, probed, and what it needs', () => {
    const plan = planOf({ transport: 'both', storage: 'disk', pm: 'pnpm' });
    expect(plan.start).toEqual({ entry: 'dist/main.mjs', transports: ['stdio', 'http'] });
    expect(plan.probe).toEqual({ tool: 'list-notes', arguments: { limit: 1 } });
    expect(plan.nextSteps).toEqual(['pnpm start', 'Ask it to write a note.']);
    expect(plan.entryEnv).toEqual({ DISK_PATH: './data', DISK_KEY: { secret: 'DISK_KEY' } });
    expect(plan.required.map(({ name }) => name)).toEqual(['DISK_PATH', 'DISK_KEY']);
  });

  it('has no probe when no option offers one', () => {
    expect(planOf({ tools: [] }).probe).toBeUndefined();
  });

  it('is recorded with a hash of every other file', () => {
    const plan = planOf({ tools: ['risk', 'notes', 'risk'] });
    const record = jsonOf(plan, '.mcp-mason.json');
    expect(record.version).toBe('9.9.9');
    expect(record.answers).toEqual({ ...ANSWERS, tools: ['notes', 'risk'] });
    expect(Object.keys(record.files)).toEqual(pathsOf(plan).filter((path) => path !== '.mcp-mason.json'));
    expect(record.files['src/notes.txt']).toMatch(/^fnv1a64-[0-9a-f]{16}$/);
  });

  it('does not depend on the order of the answers', () => {
    expect(planOf({ tools: ['risk', 'notes'] })).toEqual(planOf({ tools: ['notes', 'risk', 'notes'] }));
  });
});

describe('faults', () => {
  it('refuses an answer that the catalogue does not have', () => {
    const unknown = [
      { storage: 'tape' },
      { tools: ['hammer'] },
      { resources: ['x'] },
      { preset: 'huge' },
      { runtime: '18' },
    ];
    for (const answers of [...unknown, { language: 'latin' }]) {
      expect(() => planOf(answers)).toThrow(CliError);
    }
  });

  it('refuses two options that make one file', async () => {
    const root = fixtureWith({ 'typescript/tool/risk/files/src/notes.txt': 'mine' });
    const clash = await sourcesOf(root);
    expect(() => buildPlan({ ...ANSWERS, tools: ['risk', 'notes'] }, clash)).toThrow(
      /tool\/notes\/files\/src\/notes.txt.*tool\/risk\/files\/src\/notes.txt.*src\/notes.txt/,
    );
    const owned = await sourcesOf(fixtureWith({ 'typescript/base/files/package.json': '{}' }));
    expect(() => buildPlan(ANSWERS, owned)).toThrow(/package\.json/);
  });

  it('names the template that merges something else than an object', async () => {
    const root = fixtureWith({ 'typescript/tool/notes/merge/tsconfig.json.hbs': '{ "a": {{name}} }' });
    const broken = await sourcesOf(root);
    expect(() => buildPlan(ANSWERS, broken)).toThrow(/typescript\/tool\/notes\/merge\/tsconfig\.json is not JSON/);
  });

  it('names the template that uses what only other options have', async () => {
    const root = fixtureWith({
      'typescript/base/files/x.txt.hbs': '{{#each storage.vars.external}}{{this}}{{/each}}!{{storage.vars.only}}',
      'typescript/storage/memory/option.json': JSON.stringify({
        id: 'memory',
        title: 'M',
        hint: 'm',
        order: 1,
        vars: { driver: 'Map', only: 'here' },
      }),
    });
    const partial = await sourcesOf(root);
    expect(buildPlan(ANSWERS, partial).files.find(({ path }) => path === 'x.txt')?.text).toBe('!here\n');
    expect(() => buildPlan({ ...ANSWERS, storage: 'disk' }, partial)).toThrow(
      /typescript\/base\/files\/x\.txt.*"only"/,
    );
  });
});
