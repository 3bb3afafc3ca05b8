import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NoService, needsService, type Service, startService } from '../support/services.ts';
import { judge, median, type Print } from './measure.ts';

/** Backends, and whether a target is set for them: a file has no driver that does the same for several processes. */
const STORES: Readonly<Record<string, { readonly target?: number }>> = {
  sqlite: { target: 0.8 },
  file: {},
  postgres: { target: 0.8 },
  redis: { target: 0.8 },
};

const FIXTURES = join(import.meta.dirname, 'fixtures/stores');
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

interface Rates {
  readonly name: string;
  readonly callers: number;
  readonly raw: readonly number[];
  readonly store: readonly number[];
}

/**
 * What the store costs on top of its driver: the same statements by way of the store and without it, in turn.
 *
 * @param scaffold makes, installs and builds a project with these flags, and returns its folder
 */
export async function compareStores(
  print: Print,
  node: string,
  scaffold: (name: string, ...flags: string[]) => string,
  rounds: number,
): Promise<boolean[]> {
  const met: boolean[] = [];
  for (const [id, { target }] of Object.entries(STORES)) {
    if (!existsSync(join(import.meta.dirname, '../../templates/typescript/storage', id))) continue;
    const service = await serviceOf(id, print);
    if (service === 'none') continue;
    try {
      const project = scaffold(`store-${id}`, '--storage', id, '--tools', 'none');
      met.push(...report(print, id, target, measure(node, project, id, service?.env ?? {}, rounds)));
    } finally {
      await service?.stop();
    }
  }
  return met;
}

/** `none` where it cannot be had, which is said. */
async function serviceOf(id: string, print: Print): Promise<Service | undefined | 'none'> {
  if (!needsService(id)) return undefined;
  try {
    return await startService(id);
  } catch (error) {
    if (!(error instanceof NoService)) throw error;
    print(`\n${id}: NOT MEASURED: ${error.message}`);
    return 'none';
  }
}

function measure(node: string, project: string, id: string, env: Service['env'], rounds: number): Rates[] {
  cpSync(FIXTURES, project, { recursive: true });
  const data = join(project, 'bench-data');
  mkdirSync(data);
  const driver = /from '(.*sqlite)'/.exec(readIfThere(join(project, 'src/storage/sqlite.ts')))?.[1];
  if (driver !== undefined) writeFileSync(join(project, 'driver.mjs'), `export { DatabaseSync } from '${driver}';\n`);
  const entry = `import { config } from './src/config.ts';
import { openStore } from './src/storage/${id}.ts';
import { measure } from './measure.mjs';
import { openRaw } from './raw-${id}.mjs';
const folder = process.argv[2];
await measure(await openRaw(config, folder), await openStore(config), Number(process.argv[3]));
`;
  writeFileSync(join(project, 'bench-entry.mjs'), entry);
  // Bundled as the server is, so that it is the same code which is measured.
  const esbuild = join(project, 'node_modules/esbuild/bin/esbuild');
  const flags = [
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--minify-syntax',
    '--log-level=error',
    `--banner:js=${REQUIRE}`,
  ];
  const out = '--outfile=dist/bench.js';
  execFileSync(esbuild, ['bench-entry.mjs', ...flags, '--external:@photostructure/sqlite', out], { cwd: project });
  const own = { SQLITE_PATH: join(data, 'store.db'), FILE_PATH: join(data, 'store.json') };
  const options = { cwd: project, env: { ...process.env, ...own, ...env }, encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(node, ['--no-warnings', 'dist/bench.js', data, String(rounds)], options));
}

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

function report(print: Print, id: string, target: number | undefined, rates: readonly Rates[]): boolean[] {
  print(`\n${id}: calls a second through the store, and by the driver alone`);
  return rates.flatMap(({ name, callers, raw, store }) => {
    const [alone, through] = [median(raw), median(store)];
    // Of each round's pair, so that what slows down a whole round counts for neither.
    const ratio = median(store.map((value, round) => value / (raw[round] ?? Number.NaN)));
    const what = `${name}, ${callers} at once`;
    print(`  ${what.padEnd(16)} ${through.toFixed(0).padStart(8)} ${alone.toFixed(0).padStart(8)} ${ratio.toFixed(2)}`);
    if (target === undefined) return [];
    return [judge(print, `${id} ${what}: store / driver`, ratio, `>= ${target.toFixed(2)}`, ratio >= target)];
  });
}
