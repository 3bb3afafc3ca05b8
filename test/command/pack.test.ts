import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { MAX_UNPACKED } from '../../scripts/lib/contract.ts';
import { createHelp } from '../../src/commands/register.ts';
import { planProject } from '../../src/plan/plan.ts';
import { childEnv, NPM, run, runOk } from '../support/child.ts';
import { readTree, tempDir } from '../support/temp.ts';

const PACKAGE = join(inject('installed'), 'node_modules', 'create-mcp-mason');
const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
const node = process.execPath;

function filesOf(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

describe('the installed package', () => {
  it('is one package, and nothing else', () => {
    const modules = join(inject('installed'), 'node_modules');
    expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['create-mcp-mason']);
    const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
    expect(Object.keys(lock.packages)).toEqual(['node_modules/create-mcp-mason']);
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies']) {
      expect(manifest, kind).not.toHaveProperty(kind);
    }
  });

  it('takes no more than is agreed', () => {
    const bytes = filesOf(PACKAGE).reduce((sum, path) => sum + lstatSync(path).size, 0);
    expect(bytes).toBeLessThanOrEqual(MAX_UNPACKED);
  });

  it('holds what it must and nothing of this repository besides', () => {
    const top = readdirSync(PACKAGE).sort();
    expect(top).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'THIRD-PARTY-LICENSES.md', 'bin', 'dist', 'package.json']),
    );
    for (const name of ['src', 'test', 'templates', 'scripts', 'node_modules']) expect(top).not.toContain(name);
  });

  it('names no folder of the machine that built it', () => {
    const here = realpathSync(process.cwd());
    const telling = filesOf(PACKAGE).filter((path) => readFileSync(path, 'utf8').includes(here));
    expect(telling).toEqual([]);
  });

  it('has every file of its declarations', () => {
    const declarations = filesOf(PACKAGE).filter((path) => path.endsWith('.d.cts'));
    expect(declarations.map((path) => basename(path))).toContain('index.d.cts');
    const broken = declarations.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g)]
        .map(([, name = '']) => join(path, '..', name).replace(/\.cjs$/, '.d.cts'))
        .filter((target) => !existsSync(target)),
    );
    expect(broken).toEqual([]);
  });

  it('has declarations that TypeScript understands to the last name', async () => {
    const cwd = tempDir();
    cpSync(inject('installed'), cwd, { recursive: true, verbatimSymlinks: true });
    writeFileSync(
      join(cwd, 'use.mts'),
      `import { checkServer, completeAnswers, planProject, snippet, version, writeProject } from 'create-mcp-mason';
      import type { CheckReport, CheckTarget, Env, ExitCode, FileChange, WriteResult } from 'create-mcp-mason';
      import { CliError, EXIT } from 'create-mcp-mason';
      const answers = await completeAnswers({ name: version });
      const { files, entryEnv } = await planProject(answers);
      const { changes }: WriteResult = await writeProject('/x', files, { onConflict: 'skip', signal: AbortSignal.abort() });
      const actions: FileChange['action'][] = changes.map(({ action }) => action);
      const target: CheckTarget = { transport: 'stdio', command: 'node', args: [], cwd: '/', env: {} } as never;
      const report: CheckReport = await checkServer(target, { env: {} as Env, version, onStep: ({ ms }) => ms.toFixed() });
      const found: string | undefined = report.steps[0]?.findings?.[0]?.fix;
      const code: ExitCode = new CliError('x', EXIT.failed, 'y').exit;
      const value = Object.values(entryEnv)[0];
      const secret: string | undefined = typeof value === 'object' ? value.secret : value;
      export const all = [actions, found, code, secret, await snippet('cursor', { name: 'x', entry: {} as never })];
      `,
    );
    const tsc = join(process.cwd(), 'node_modules', 'typescript', 'bin', 'tsc');
    const types = join(process.cwd(), 'node_modules', '@types');
    const flags = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--types', 'node', '--typeRoots', types];
    const options = ['--target', 'es2023', '--module', 'nodenext', '--exactOptionalPropertyTypes'];
    const { code, stdout } = await run(node, [tsc, ...flags, ...options, 'use.mts'], { cwd });
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });

  it('can be imported, and then writes nothing and asks nothing', async () => {
    const script =
      "const api = await import('create-mcp-mason'); process.stdout.write(JSON.stringify(Object.keys(api)))";
    const stdout = await runOk(node, ['--input-type=module', '-e', script], { cwd: inject('installed') });
    expect(JSON.parse(stdout)).toContain('planProject');
  });
});

describe('its types', () => {
  const examples = [...readFileSync('docs/api.md', 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, code = '']) => code,
  );
  const consumer = (code: string, ending: string, resolution: string): string => {
    const dir = tempDir();
    cpSync(inject('installed'), dir, { recursive: true, verbatimSymlinks: true });
    symlinkSync(realpathSync('node_modules/@types'), join(dir, 'node_modules', '@types'), 'junction');
    const [module, moduleResolution] = resolution === 'bundler' ? ['esnext', 'bundler'] : [resolution, resolution];
    const compilerOptions = { module, moduleResolution, target: 'es2022', types: ['node'], strict: true, noEmit: true };
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [`use${ending}`] }));
    writeFileSync(join(dir, `use${ending}`), code);
    return dir;
  };
  const compile = (dir: string) =>
    run(node, [realpathSync('node_modules/typescript/bin/tsc'), '-p', dir], { cwd: dir });
  // Declarations of CommonJS that a compiler takes for those of an ES module fail in the second of them.
  const ways = [
    ['.mts', 'node16'],
    ['.cts', 'node16'],
    ['.mts', 'bundler'],
  ] as const;

  it.each(ways)('hold what docs/api.md shows, in a %s file with %s', async (ending, resolution) => {
    expect(examples).toHaveLength(2);
    const code = examples.join('\n');
    // No `await` at the top of CommonJS.
    const inside = ending === '.mts' ? code : inFunction(code);
    const { code: exit, stdout } = await compile(consumer(inside, ending, resolution));
    expect(stdout).toBe('');
    expect(exit).toBe(0);
  });

  it('know every value of an answer', async () => {
    const wrong = [
      "storage: 'sqlit'",
      "tools: ['note']",
      "language: 'go'",
      "runtime: '18'",
      "client: ['x']",
      'name: 1',
    ];
    const calls = wrong.map((answer) => `void createProject({ dir: 'x', ${answer} });\n`);
    const code = `import { createProject } from 'create-mcp-mason';\n${calls.join('')}void createProject({});\n`;
    const { stdout } = await compile(consumer(code, '.mts', 'node16'));
    const lines = [...stdout.matchAll(/^use\.mts\((\d+),/gm)].map(([, line]) => Number(line));
    expect([...new Set(lines)]).toEqual([...wrong, {}].map((_, index) => index + 2));
  });
});

/** Imports stay at the top. */
function inFunction(code: string): string {
  const isImport = (line: string): boolean => line.startsWith('import ');
  const lines = code.split('\n');
  const [imports, rest] = [lines.filter(isImport), lines.filter((line) => !isImport(line))];
  return `${imports.join('\n')}\nasync function main() {\n${rest.join('\n')}\n}\nvoid main();\n`;
}

describe('its command', () => {
  const bin = inject('bin');

  it('says its version', async () => {
    for (const flag of ['--version', '-v']) {
      expect(await runOk(node, [bin, flag], { cwd: tempDir() })).toBe(`${manifest.version}\n`);
    }
    expect(await runOk(node, [bin, 'create', '--version'], { cwd: tempDir() })).toBe(`${manifest.version}\n`);
  });

  it('shows the same help whether it is loaded or not', async () => {
    const help = await createHelp(manifest.version);
    for (const args of [['--help'], ['-h'], ['create', '--help'], ['--json', '--help']]) {
      expect(await runOk(node, [bin, ...args], { cwd: tempDir() })).toBe(help);
    }
  });

  it('makes a project with every file in it, those with a dot too', async () => {
    const cwd = tempDir();
    const args = ['hello-mcp', '--yes', '--no-install', '--no-git', '--json', '--runtime', '20', '--pm', 'npm'];
    const report = JSON.parse(await runOk(node, [bin, ...args], { cwd }));
    expect(report).toMatchObject({ ok: true, project: { name: 'hello-mcp', dir: join(cwd, 'hello-mcp') } });
    const plan = await planProject(report.answers);
    const expected = Object.fromEntries(plan.files.map(({ path, text }) => [path, text]));
    const { 'claude_desktop_config.json': entry, ...written } = readTree(join(cwd, 'hello-mcp'));
    expect(written).toEqual(expected);
    expect(Object.keys(written)).toEqual(
      expect.arrayContaining(['.gitignore', '.env.example', '.github/workflows/ci.yml']),
    );
    expect(JSON.parse(entry ?? '').mcpServers['hello-mcp'].args).toEqual([join(cwd, 'hello-mcp', 'dist', 'main.mjs')]);
  });
});

describe('a folder with spaces and signs in its name', () => {
  it('is as good a place for the package as another, for the command and for the API', async () => {
    const modules = join(tempDir(), 'a # b%20c', 'node_modules');
    const place = join(modules, 'create-mcp-mason');
    cpSync(PACKAGE, place, { recursive: true });
    for (const language of ['typescript', 'python']) {
      const cwd = tempDir();
      const args = ['made', '--yes', '--no-install', '--no-git', '--json', '--language', language];
      const { answers, files } = JSON.parse(
        await runOk(node, [join(place, 'bin/create-mcp-mason.js'), ...args], { cwd }),
      );
      const script = `const { planProject } = require('create-mcp-mason');
        planProject(${JSON.stringify(answers)}).then(({ files }) => process.stdout.write(String(files.length)));`;
      const planned = Number(await runOk(node, ['-e', script], { cwd: join(modules, '..') }));
      // The plan knows nothing of the machine, of which claude_desktop_config.json is.
      expect(planned).toBe(files.length - 1);
    }
  });
});

describe('npm', () => {
  const env = () => childEnv({ npm_config_yes: 'true', npm_config_prefer_offline: 'true' });

  it('runs it from the tarball, a literal -- or not', async () => {
    const cwd = tempDir();
    for (const [index, separator] of [['--'], ['--', '--']].entries()) {
      const flags = ['--yes', '--no-install', '--no-git', '--json'];
      const args = ['exec', '--silent', `--package=${inject('tarball')}`, '--', 'create-mcp-mason', `app-${index}`];
      const stdout = await runOk(NPM, [...args, ...separator, ...flags], { cwd, env: env() });
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, project: { name: `app-${index}` } });
      expect(existsSync(join(cwd, `app-${index}`, '.gitignore'))).toBe(true);
    }
  });

  // Where a package of this name is installed, npm runs that and asks no registry.
  it('knows it as an initializer: npm create mcp-mason', async () => {
    const cwd = tempDir();
    cpSync(inject('installed'), cwd, { recursive: true, verbatimSymlinks: true });
    const flags = ['--yes', '--no-install', '--no-git', '--pm=npm', '--json'];
    const stdout = await runOk(NPM, ['create', '--silent', 'mcp-mason', 'made', '--', ...flags], { cwd, env: env() });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, project: { name: 'made' } });
    expect(existsSync(join(cwd, 'made', '.gitignore'))).toBe(true);
  });
});

describe('a Node that is too old', () => {
  it('is told so, in syntax that it understands', async () => {
    const source = readFileSync(inject('bin'), 'utf8').replaceAll('process.versions.node', "'18.20.8'");
    const cwd = tempDir();
    writeFileSync(join(cwd, 'old.cjs'), source);
    const { code, stderr } = await run(node, ['old.cjs'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/needs Node 20\.12 or newer; this is Node 18\.20\.8/);
  });
});

it('packs the same bytes twice', async () => {
  const again = tempDir();
  await runOk(NPM, ['pack', '--silent', '--ignore-scripts', '--pack-destination', again], { cwd: process.cwd() });
  const listing = (tarball: string): string =>
    execFileSync('tar', ['-xzOf', tarball], { maxBuffer: 2 * MAX_UNPACKED }).toString('latin1');
  expect(listing(join(again, basename(inject('tarball'))))).toBe(listing(inject('tarball')));
});
