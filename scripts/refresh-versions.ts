import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { needsOf } from './lib/check-catalog.ts';
import { readTemplates, type SourceLanguage } from './lib/read-templates.ts';
import { formatVersions, type LookUp, type Published, type Runtime, refresh } from './lib/refresh.ts';
import { parseVersion } from './lib/semver.ts';
import { ROOT } from './precompile.ts';

/**
 * For maintainers: asks the npm registry for the newest versions of what generated projects depend on, and rewrites
 * templates/typescript/versions.json. Look at the difference and run all tests before you commit it.
 */
async function main(): Promise<void> {
  const templates = join(ROOT, 'templates');
  const problems: string[] = [];
  const language = readTemplates(templates, problems).find((found) => found.language === 'typescript');
  if (language === undefined || problems.length > 0) throw new Error(problems.join('\n'));
  const runtimes = runtimesOf(language);
  const options = language.options.map(({ option }) => option);
  const needs = [...needsOf(options, [...runtimes.keys()])].map(([name, ids]) => ({
    name,
    runtimes: ids.flatMap((id) => runtimes.get(id) ?? []),
    current: language.versions[name],
  }));
  const path = join(templates, 'typescript', 'versions.json');
  const before = readFileSync(path, 'utf8');
  const after = formatVersions(await refresh(needs, viewOnNpm));
  writeFileSync(path, after);
  const old = new Set(before.split('\n').map(withoutComma));
  const changed = after.split('\n').filter((line) => !old.has(withoutComma(line)));
  process.stdout.write(changed.length === 0 ? 'Everything is up to date.\n' : `${changed.join('\n')}\n`);
}

/** By their ids. */
function runtimesOf({ options }: SourceLanguage): Map<string, Runtime> {
  const found = options.map(({ option }) => option).filter(({ kind }) => kind === 'runtime');
  return new Map(
    found.map(({ id, vars }) => {
      const oldest = parseVersion(String(vars?.engines).replace(/^>=/, ''));
      if (oldest === undefined) throw new Error(`vars.engines of the runtime ${id} must be >= a version.`);
      return [id, { id, oldest }];
    }),
  );
}

const withoutComma = (line: string): string => line.trim().replace(/,$/, '');

/** `npm view` honours the registry and the proxy of the person who runs it. */
const viewOnNpm: LookUp = async (name) => {
  const { stdout } = await promisify(execFile)('npm', ['view', `${name}@>=0`, 'version', 'engines', '--json'], {
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  const answer: unknown = JSON.parse(stdout);
  return (Array.isArray(answer) ? answer : [answer]).map(toPublished);
};

/** Packages without `engines` are answered as bare versions. */
function toPublished(entry: unknown): Published {
  if (typeof entry === 'string') return { version: entry };
  const { version, engines } = entry as { version: string; engines?: { node?: string } };
  return engines?.node === undefined ? { version } : { version, node: engines.node };
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
