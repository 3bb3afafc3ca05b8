import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { childEnv, NPM, run } from '../support/child.ts';
import { copyOf, made, type Recipe } from '../support/made.ts';
import { type PythonTools, programsOf, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { IS_FULL, sample } from '../support/tier.ts';

interface Row extends Recipe {
  readonly title: string;
  /** In the full tier. */
  readonly additions: number;
}

const row = (language: string, additions: number, ...flags: readonly string[]): Row => ({
  title: `${language} ${flags.join(' ')}`,
  language,
  additions,
  flags,
});

const ALL: readonly Row[] = ['typescript', 'python'].flatMap((language) => [
  row(language, 140),
  row(language, 20, '--preset', 'minimal'),
  row(language, 20, '--transport', 'http', '--storage', 'none', '--tools', 'none'),
  row(language, 20, '--preset', 'full', '--transport', 'both'),
]);
const ROWS = sample(ALL, ({ language = '' }) => [language]);

/** Two hundred additions to projects of each language; after so many the project is looked at. */
const EACH = IS_FULL ? 20 : 12;
/** Two hundred additions on a busy machine: a limit only has to end what hangs. */
const LONG = { timeout: 30 * 60_000 };
const KINDS = ['tool', 'resource', 'prompt'] as const;
/** Things of the catalogue that need nothing installed, which come among the owner's in the default project. */
const CATALOGUE = ['tool fetch', 'resource logs', 'tool risk', 'resource schema'] as const;
/** Names that something else may have, or that sort in other ways than it seems. */
const ODD = 'json server http notes weather type list test settings a1 a10 a2 a_b ab x register config'.split(' ');

/** The same for the same commit. */
function* draws(seed: string): Generator<number, never> {
  for (let round = 0; ; round++) {
    const hash = createHash('sha256').update(`${seed} ${round}`).digest();
    for (let at = 0; at < 32; at += 4) yield hash.readUInt32BE(at);
  }
}

function nameOf(draw: () => number): string {
  if (draw() % 4 === 0) return ODD[draw() % ODD.length] as string;
  const length = draw() % 20 === 0 ? 64 : 1 + (draw() % 24);
  const letters = Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz0123456789_-'.charAt(draw() % 38)).join('');
  return `z${letters}`.slice(0, 64).replace(/[_-]+/g, '_').replace(/_$/, '');
}

/** Random tools, resources and prompts: the project is as good as before, whatever their names and order. */
describe('what is added to a project', () => {
  let root: string;
  let tools: PythonTools | Error;
  beforeAll(async () => {
    tools = await pythonTools().catch((error: Error) => error);
    root = realpathSync(mkdtempSync(join(tmpdir(), 'mason-add-')));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

  it.for(ROWS.map((one) => [one.title, one] as const))('to %s', LONG, async ([title, recipe], context) => {
    if (recipe.language === 'python' && tools instanceof Error) cannotRun(context, tools.message);
    const { dir } = await copyOf(recipe, mkdtempSync(join(root, 'row-')));
    // Its entry names the folder in which it was made.
    const entry = join(dir, 'claude_desktop_config.json');
    writeFileSync(entry, readFileSync(entry, 'utf8').replaceAll((await made(recipe)).dir, dir));
    const env = tools instanceof Error ? childEnv() : { ...tools.env, npm_config_update_notifier: 'false' };
    const source = draws(`${process.env.MASON_SAMPLE ?? ''}${title}`);
    const draw = (): number => source.next().value;
    const has = new Map<string, Set<string>>(KINDS.map((kind) => [kind, new Set()]));
    const prove = async (): Promise<void> => {
      for (const [program, ...args] of proofsOf(recipe.language, dir, tools)) {
        const { code, stdout, stderr } = await run(program as string, args, { cwd: dir, env });
        expect(code, `${program} ${args.join(' ')}: ${stdout}${stderr}`).toBe(0);
      }
      const offered = await run(process.execPath, [inject('bin'), 'call', '--dir', dir, '--json'], { cwd: dir, env });
      for (const names of has.values()) for (const name of names) expect(offered.stdout).toContain(`"${name}"`);
    };
    const add = async (...words: readonly string[]) => {
      const args = [inject('bin'), 'add', ...words, '--dir', dir, '--json'];
      const { code, stdout } = await run(process.execPath, args, { cwd: root, env });
      return { code, stdout, report: JSON.parse(stdout) };
    };
    const ours = recipe.flags?.length === 0 ? [...CATALOGUE] : [];
    for (let added = 0; added < (IS_FULL ? recipe.additions : EACH); ) {
      const [what = '', id] = added % 2 === 1 ? (ours.shift()?.split(' ') ?? []) : [];
      if (id !== undefined) {
        const { stdout, report } = await add(what, '--from', id);
        expect(report, stdout).toMatchObject({ ok: true, added: id, conflicts: 0 });
      }
      const kind = KINDS[draw() % KINDS.length] as string;
      const name = nameOf(draw);
      const template = kind === 'resource' && draw() % 3 === 0 ? ['--template', `z${added}://{id}`] : [];
      const { code, stdout, report } = await add(kind, name, ...template);
      if (code !== 0) {
        expect(report.code, `${kind} ${name}: ${stdout}`).toBe('name-taken');
        continue;
      }
      has.get(kind)?.add(report.name);
      added++;
      if (added % EACH === 0) await prove();
    }
  });
});

/** As its owner would look at it. */
function proofsOf(
  language: string | undefined,
  dir: string,
  tools: PythonTools | Error,
): readonly (readonly string[])[] {
  const check = [process.execPath, inject('bin'), 'check', dir];
  if (language !== 'python' || tools instanceof Error) {
    const { scripts } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    const lint = 'lint' in scripts ? [[NPM, 'run', 'lint']] : [];
    // The tests bundle what is built.
    return [...lint, [join(dir, 'node_modules', '.bin', 'tsc')], [NPM, 'run', 'test'], check];
  }
  const python = join(programsOf(join(dir, '.venv')), 'python');
  const manifest = readFileSync(join(dir, 'pyproject.toml'), 'utf8');
  const ruff = join(tools.bin, 'ruff');
  const lint = manifest.includes('[tool.ruff]')
    ? [
        [ruff, 'check', '--no-cache', '.'],
        [ruff, 'format', '--no-cache', '--check', '.'],
      ]
    : [];
  const types = manifest.includes('[tool.pyright]') ? [[tools.python, '-m', 'pyright', '--pythonpath', python]] : [];
  expect(existsSync(python)).toBe(true);
  return [...lint, ...types, [python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider'], check];
}
