import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { hostStart, mcpb, places, registrySchema } from '../support/bundles.ts';
import { childEnv, download, NPM, run, runOk } from '../support/child.ts';
import { nodeOf } from '../support/node-versions.ts';
import { pythonTools } from '../support/python.ts';
import { type UsedProject, useCopy } from '../support/use-made.ts';

/** On the Node.js whose own SQLite a bundle can use. */
const NODE = '22';
const OWNER = ['--author', 'Ada Lovelace', '--repository', 'https://github.com/Acme/listed-mcp'];
const EXTRAS = ['--extras', 'github-actions,mcpb,registry,publish,agents'];
const MOST_BYTES = 400_000;
const ERAS = ['handshake-2025', 'handshake-2026'];

interface Row {
  readonly language: string;
  readonly flags: readonly string[];
}
const ROWS: readonly Row[] = [
  { language: 'typescript', flags: ['--runtime', NODE] },
  { language: 'python', flags: [] },
];

const place = places();
let path: string[];
beforeAll(async () => {
  path = [(await nodeOf(NODE)).path];
});

describe.each(ROWS)('a project in $language that is to be listed', ({ language, flags }) => {
  const isPython = language === 'python';
  const project = useCopy({ name: 'listed-mcp', language, flags: [...EXTRAS, ...OWNER, ...flags] });
  const home = () => place(`${language}-home`);
  /** Of a user with an empty home, whose uv has its packages where this machine keeps them. */
  const env = async (): Promise<Record<string, string>> => {
    if (!isPython) return childEnv({ HOME: home() }, path);
    const { env: tools, bin, python } = await pythonTools();
    const cache = await runOk(join(bin, 'uv'), ['cache', 'dir'], { cwd: '/', env: tools });
    return childEnv({ ...tools, UV_PYTHON: python, UV_CACHE_DIR: cache.trim(), HOME: home() }, [...path, bin]);
  };
  /** What an application with windows does not hand on, and tests need so that nothing is downloaded. */
  const cached = async (): Promise<string[]> =>
    Object.entries(await env())
      .filter(([name]) => /^UV_/.test(name))
      .flatMap(([name, value]) => ['--env', `${name}=${value}`])
      .concat(isPython ? ['--env', 'UV_OFFLINE=1'] : []);

  it('has nothing that would be refused', async () => {
    // As in a fresh clone: the entry is of another machine.
    rmSync(join(project.dir, 'claude_desktop_config.json'));
    const report = await reportOf(['publish', project.dir, '--json'], await env(), project.dir);
    expect(report.findings.filter(({ level }) => level === 'fault')).toEqual([]);
    // What only its owner can give.
    expect(report.findings.map(({ code }) => code)).toEqual(['icon', 'privacy-policy']);
    expect(report.next[0]).toBe('git tag v0.1.0');
  });

  it('has a server.json of the schema that the registry publishes', async () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const validate = ajv.compile(await registrySchema());
    const text = readFileSync(join(project.dir, 'server.json'), 'utf8');
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...JSON.parse(text), description: 'x'.repeat(101) })).toBe(false);
  });

  it('is packed by the official tool, and answers from an empty folder in both eras', async () => {
    expect(await mcpb(['validate', 'manifest.json'], project.dir)).toContain('validation passes');
    const file = join(place(`${language}-packed`), 'listed.mcpb');
    await mcpb(['pack', '.', file], project.dir);
    if (!isPython) expect(statSync(file).size).toBeLessThanOrEqual(MOST_BYTES);
    const dir = place(`${language}-unpacked`);
    await mcpb(['unpack', file, dir], project.dir);
    expect(readdirSync(dir)).not.toContain('node_modules');

    const { command, args, env: variables } = await hostStart(dir, home());
    if (isPython) await download('uv', ['sync', '--quiet', '--no-dev'], { cwd: dir, env: await env() });
    const own = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const given = [...own, ...(await cached())];
    const target = [isPython ? join((await pythonTools()).bin, command) : (await nodeOf(NODE)).node, ...args];
    const report = await reportOf(['check', '--json', ...given, '--', ...target], await env(), place('elsewhere'));
    const steps = report.checks.flatMap((check) => check.steps.filter(({ ok }) => ok).map(({ name }) => name));
    expect(steps).toEqual(expect.arrayContaining([...ERAS, 'tools/list', 'tools/call', 'exit-on-eof']));
    // Its data is where no update of the extension deletes it.
    expect(existsSync(join(home(), '.listed-mcp', 'store.db'))).toBe(true);
    // What people see before they install it is what the server has.
    const { tools } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'));
    expect(tools.map(({ name }: { name: string }) => name).sort()).toEqual([...(report.checks[0]?.tools ?? [])].sort());
  });

  it('starts as a user would start it once it is published, and keeps its data over an update', async () => {
    const install = isPython ? installPython : installNode;
    const start = await install(project, await env(), place(`${language}-installed`));
    const call = async (...args: readonly string[]) => {
      const command = ['call', ...args, '--json', ...(await cached()), '--', ...start.command];
      return (await reportOf(command, await env(), place('elsewhere'))).result?.structuredContent;
    };
    await call('create_note', '{"title": "Kept"}');
    await start.update();
    expect(await call('search_notes', '{"query": "Kept"}')).toMatchObject({ notes: [{ title: 'Kept' }] });
  });
});

interface Report {
  readonly findings: readonly { level: string; code: string; what: string }[];
  readonly next: readonly string[];
  readonly result?: { readonly structuredContent: object };
  readonly checks: readonly { tools: string[]; steps: readonly { name: string; ok: boolean }[] }[];
}

/** What a run of the packed command has printed, which must have succeeded. It starts projects with its own Node.js. */
async function reportOf(args: readonly string[], env: Record<string, string>, cwd: string): Promise<Report> {
  const { node } = await nodeOf(NODE);
  const { code, stdout, stderr } = await run(node, [inject('bin'), ...args], { cwd, env });
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(stdout);
}

interface Installed {
  readonly command: readonly string[];
  update(): Promise<unknown>;
}

async function installNode({ dir }: UsedProject, env: Record<string, string>, cwd: string): Promise<Installed> {
  await runOk(NPM, ['pack', '--ignore-scripts', '--silent', '--pack-destination', cwd], { cwd: dir, env });
  const file = readdirSync(cwd).find((name) => name.endsWith('.tgz')) ?? '';
  const add = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--prefix', cwd];
  const install = () => download(NPM, [...add, '--force', join(cwd, file)], { cwd, env });
  await install();
  const { node } = await nodeOf(NODE);
  return { command: [node, realBin(cwd)], update: install };
}

/** What npx starts. */
const realBin = (cwd: string): string => join(cwd, 'node_modules', '.bin', 'listed-mcp');

async function installPython({ dir }: UsedProject, env: Record<string, string>, cwd: string): Promise<Installed> {
  await download('uv', ['build', '--quiet', '--out-dir', cwd], { cwd: dir, env });
  const wheel = join(cwd, readdirSync(cwd).find((name) => name.endsWith('.whl')) ?? '');
  const uvx = join((await pythonTools()).bin, 'uvx');
  const start = ['--from', wheel, 'listed-mcp'];
  // The first start brings what it depends on.
  const fetch = () => download(uvx, ['--quiet', '--refresh-package', 'listed-mcp', ...start, '--help'], { cwd, env });
  await fetch();
  return { command: [uvx, '--quiet', ...start], update: fetch };
}
