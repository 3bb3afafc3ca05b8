import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsOf } from './lib/check-catalog.ts';
import { INDEXES } from './lib/indexes.ts';
import { readTemplates, type SourceLanguage } from './lib/read-templates.ts';
import { formatVersions, type Runtime, refresh } from './lib/refresh.ts';
import { compare, parseVersion } from './lib/semver.ts';
import { ROOT } from './precompile.ts';

/**
 * For maintainers: asks npm and pip for the newest versions of what generated projects depend on, and rewrites
 * templates/<language>/versions.json, of each language or of those that are named. With --check nothing is written, and
 * what is not up to date is a failure. Look at the difference and run all tests before you commit it.
 */
async function main(): Promise<void> {
  const names = process.argv.slice(2).filter((argument) => argument !== '--check');
  const isCheck = process.argv.includes('--check');
  const problems: string[] = [];
  const languages = readTemplates(join(ROOT, 'templates'), problems);
  const unknown = names.find((name) => languages.every(({ language }) => language !== name));
  if (unknown !== undefined) problems.push(`There is no language ${unknown}.`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const chosen = languages.filter(({ language }) => names.length === 0 || names.includes(language));
  for (const language of chosen) {
    const changed = await refreshLanguage(language, isCheck);
    const lines = changed.length === 0 ? ['Everything is up to date.'] : changed;
    process.stdout.write(`${language.language}\n${lines.map((line) => `  ${line.trim()}\n`).join('')}`);
    if (isCheck && changed.length > 0) process.exitCode = 1;
  }
}

/** The lines of versions.json that are new. */
async function refreshLanguage(language: SourceLanguage, isCheck: boolean): Promise<string[]> {
  const index = INDEXES[language.language];
  if (index === undefined) throw new Error(`Nobody knows where packages of ${language.language} are published.`);
  const runtimes = runtimesOf(language);
  const options = language.options.map(({ option }) => option);
  const needs = [...needsOf(options, [...runtimes.keys()])].map(([name, ids]) => ({
    name,
    runtimes: ids.flatMap((id) => runtimes.get(id) ?? []).sort((a, b) => compare(a.oldest, b.oldest)),
    current: language.versions[name],
  }));
  const path = join(ROOT, 'templates', language.language, 'versions.json');
  const before = readFileSync(path, 'utf8');
  const after = formatVersions(await refresh(needs, index.lookUp, index.style));
  if (!isCheck) writeFileSync(path, after);
  const old = new Set(before.split('\n').map(withoutComma));
  return after.split('\n').filter((line) => !old.has(withoutComma(line)));
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

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
