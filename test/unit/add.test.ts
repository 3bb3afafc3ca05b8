import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { main } from '../../src/cli.ts';
import { planProject } from '../../src/plan/plan.ts';
import { fakeContext, fakeEnv } from '../support/env.ts';
import { writeTree } from '../support/fixture.ts';
import { readReport } from '../support/report.ts';
import { readTree, tempDir } from '../support/temp.ts';

const ANSWERS: ProjectAnswers = {
  name: 'web',
  description: 'A server.',
  language: 'typescript',
  preset: 'minimal',
  transport: 'stdio',
  storage: 'none',
  tools: [],
  resources: [],
  extras: [],
  runtime: '22',
  pm: 'npm',
};
const PYTHON = { language: 'python', runtime: '3.11', pm: 'uv' };

async function project(answers: Partial<ProjectAnswers> = {}, files: Readonly<Record<string, string>> = {}) {
  const dir = tempDir();
  const plan = await planProject({ ...ANSWERS, ...answers });
  writeTree(dir, Object.fromEntries(plan.files.map(({ path, text }) => [path, text])));
  writeTree(dir, files);
  return dir;
}

async function add(dir: string, ...args: readonly string[]) {
  const context = fakeContext({ env: fakeEnv({ cwd: dir }), version: '1.2.3' });
  const code = await main(['add', ...args], context);
  return { code, out: context.stdout.text, err: context.stderr.text };
}

async function addJson(dir: string, ...args: readonly string[]) {
  const { code, out } = await add(dir, ...args, '--json');
  // biome-ignore lint/suspicious/noExplicitAny: the schema says what it is
  return { code, report: readReport(out) as any };
}

describe('add', () => {
  it('makes a stub and its test, registers it, and says how to go on', async () => {
    const dir = await project();
    expect(await add(dir, 'tool', 'createInvoice')).toEqual({
      code: 0,
      err: '',
      out: [
        'web: the tool create_invoice',
        '  made    src/tools/create-invoice.ts',
        '  made    test/create-invoice.test.ts',
        '  changed src/server.ts',
        '',
        'Registered in src/server.ts',
        "  import { registerCreateInvoice } from './tools/create-invoice.js';",
        '  registerCreateInvoice(server);',
        '',
        'Next',
        '  npx tsx test/create-invoice.test.ts',
        '  npm run build',
        `  npx create-mcp-mason call create_invoice '{"text":"hello"}'`,
        '',
      ].join('\n'),
    });
    expect(readFileSync(join(dir, 'src/server.ts'), 'utf8')).toContain('  registerCreateInvoice(server);\n');
  });

  it('writes nothing with --dry-run, and shows the difference', async () => {
    const dir = await project(PYTHON);
    const before = readTree(dir);
    const { code, out } = await add(dir, 'prompt', 'summary', '--dry-run', '--title', "Today's", '--description', 'A.');
    expect(code).toBe(0);
    expect(out).toContain('+++ src/web/prompts/summary.py\n');
    expect(out).toContain('+summary.register(mcp)\n');
    expect(out).toContain(`title="Today's"`);
    expect(readTree(dir)).toEqual(before);
  });

  it('follows the line ends of the project', async () => {
    const dir = await project();
    const path = join(dir, 'src/server.ts');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('\n', '\r\n'));
    expect((await add(dir, 'resource', 'bill', '--template', 'bill://{id}')).code).toBe(0);
    for (const file of ['src/server.ts', 'src/resources/bill.ts', 'test/bill.test.ts'])
      expect(readFileSync(join(dir, file), 'utf8').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it.each([
    ['typescript', {}, 'src/server.ts', 'export const server = {};\n', 'registerBill(server);'],
    ['python', PYTHON, 'src/web/server.py', 'import mcp\n', 'bill.register(mcp)'],
  ])(
    'changes nothing in %s where the index has another shape, and says what to add',
    async (_, answers, path, text, line) => {
      const dir = await project(answers, { [path]: text });
      const before = readTree(dir);
      const { code, report } = await addJson(dir, 'tool', 'bill');
      expect({ code, report }).toMatchObject({ code: 3, report: { ok: false, code: 'not-registered', exit: 3 } });
      expect(report.register).toEqual({ path, lines: [expect.stringContaining('import'), line] });
      expect(report.files.map((file: { text: string }) => file.text.length > 10)).not.toContain(false);
      expect((await add(dir, 'tool', 'bill')).err).toContain(`  ${line}\n`);
      expect(readTree(dir)).toEqual(before);
    },
  );

  it.each([
    '',
    ' ',
    '../x',
    'a/b',
    '.hidden',
    '1st',
    'ü',
    'a\u0000b',
    'a\u001b[31m',
    'con',
    'LPT1',
    'x'.repeat(65),
    '-',
  ])('refuses the name %j', async (name) => {
    const dir = await project();
    const before = readTree(dir);
    const { code, report } = await addJson(dir, 'tool', ...(name.startsWith('-') ? ['--', name] : [name]));
    expect(report).toMatchObject({ exit: 2 });
    expect(code).toBe(2);
    expect(readTree(dir)).toEqual(before);
  });

  it('refuses words of Python, and takes them in TypeScript', async () => {
    expect(await addJson(await project(PYTHON), 'tool', 'import')).toMatchObject({
      code: 2,
      report: { code: 'bad-name' },
    });
    expect(await addJson(await project(), 'tool', 'import')).toMatchObject({ code: 0 });
  });

  it('calls modules otherwise that would hide something', async () => {
    const dir = await project(PYTHON);
    const { report } = await addJson(dir, 'tool', 'json');
    expect(report).toMatchObject({
      name: 'json',
      register: { lines: [expect.any(String), 'json_tool.register(mcp)'] },
    });
  });

  it.each([
    ['its file', {}, { 'src/tools/Bill.ts': '' }],
    ['a tool of that name', {}, { 'src/more.ts': "server.registerTool('bill', {});\n" }],
    ['a tool of that name in Python', PYTHON, { 'src/web/more.py': '@mcp.tool()\ndef bill() -> int:\n    return 1\n' }],
    ['a module that its folder would hide', PYTHON, { 'src/web/tools.py': '' }],
  ])('refuses what is there: %s', async (_, answers, files) => {
    const dir = await project(answers, files);
    const before = readTree(dir);
    expect(await addJson(dir, 'tool', 'bill')).toMatchObject({ code: 3, report: { code: 'name-taken', exit: 3 } });
    expect(readTree(dir)).toEqual(before);
  });

  it('refuses to add the same again', async () => {
    const dir = await project();
    await add(dir, 'tool', 'bill');
    const before = readTree(dir);
    expect((await addJson(dir, 'tool', 'bill')).report.code).toBe('name-taken');
    expect((await addJson(dir, 'resource', 'bill')).code).toBe(0);
    expect(Object.keys(readTree(dir)).filter((path) => !(path in before))).toEqual([
      'src/resources/bill-resource.ts',
      'test/bill-resource.test.ts',
    ]);
  });

  it('writes through no link', async () => {
    const dir = await project();
    const outside = tempDir();
    symlinkSync(outside, join(dir, 'src', 'prompts'));
    expect(await addJson(dir, 'prompt', 'bill')).toMatchObject({ code: 3, report: { code: 'name-taken' } });
    expect(readTree(outside)).toEqual({});
  });

  it.skipIf(process.getuid?.() === 0)('leaves the project as it was where it cannot write all', async () => {
    const dir = await project();
    const before = readTree(dir);
    mkdirSync(join(dir, 'src/prompts'));
    chmodSync(join(dir, 'src/prompts'), 0o500);
    expect(await addJson(dir, 'prompt', 'bill')).toMatchObject({ code: 1, report: { code: 'not-writable' } });
    chmodSync(join(dir, 'src/prompts'), 0o700);
    expect(readTree(dir)).toEqual({ ...before, 'src/prompts/': '' });
  });

  it.each([
    [['tool'], 'missing-arguments'],
    [[], 'missing-arguments'],
    [['tol', 'bill'], 'unknown-kind'],
    [['tool', 'bill', '--template', 'bill://{id}'], 'not-for-kind'],
    [['resource', 'bill', '--template', 'bill://x'], 'bad-template'],
    [['resource', 'bill', '--template', "bill://{id}'"], 'bad-template'],
    [['resource', 'bill', '--template', 'bill://{class}'], 'bad-template'],
    [['tool', 'bill', '--title', 'a"b'], 'bad-text'],
    [['tool', 'bill', '--description', 'a\nb'], 'bad-text'],
    [['tool', 'bill', '--description', 'a'.repeat(91)], 'bad-text'],
  ])('refuses %j', async (args, code) => {
    const dir = await project();
    expect(await addJson(dir, ...args)).toMatchObject({ code: 2, report: { code, exit: 2 } });
  });

  it('wants a project, and takes --dir', async () => {
    const empty = tempDir();
    expect(await addJson(empty, 'tool', 'bill')).toMatchObject({ code: 2, report: { code: 'no-record' } });
    const dir = await project();
    const { out } = await add(empty, 'tool', 'bill', '--dir', dir);
    expect(out).toContain(`Next\n  cd ${dir}\n`);
    expect(existsSync(join(dir, 'src/tools/bill.ts'))).toBe(true);
    expect(readTree(empty)).toEqual({});
  });
});
