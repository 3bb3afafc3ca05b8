import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import semver from 'semver';
import type { VersionRange } from '../src/catalog/manifest.ts';
import { CUT_OFF } from '../test/support/cut-off.ts';
import { needsOf } from './lib/check-catalog.ts';
import { INDEXES } from './lib/indexes.ts';
import { readTemplates, type SourceLanguage } from './lib/read-templates.ts';
import { cutOffOf, formatVersions, parseVersion, type Runtime, refresh } from './lib/refresh.ts';
import { ROOT } from './precompile.ts';

const CUT_OFF_FILE = join(ROOT, 'templates', 'cut-off.json');

/**
 * For maintainers: asks npm and uv for the newest versions, at a moment, of what generated projects depend on, and
 * rewrites templates/<language>/versions.json and, with the moment, templates/cut-off.json. `--before <ISO date>` names
 * it. With `--check` nothing is written, and a version that is not up to date is a failure. Look at the difference and
 * run all tests before you commit it.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { before: { type: 'string' }, check: { type: 'boolean', default: false } } });
  const before = cutOffOf(values.before, new Date(), CUT_OFF);
  const problems: string[] = [];
  const languages = readTemplates(join(ROOT, 'templates'), problems);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const [from, to] = [CUT_OFF.toISOString(), before.toISOString()];
  print('Published before', [from === to ? to : `${to}, until now ${from}`]);
  const files: [path: string, text: string][] = [[CUT_OFF_FILE, `{ "before": "${to}" }\n`]];
  for (const language of languages) {
    const path = join(ROOT, 'templates', language.language, 'versions.json');
    const text = formatVersions(await versionsOf(language, before));
    files.push([path, text]);
    const changed = newLines(readFileSync(path, 'utf8'), text);
    print(language.language, changed.length === 0 ? ['Everything is up to date.'] : changed);
    if (values.check && changed.length > 0) process.exitCode = 1;
  }
  // All or nothing: the date and the versions go together.
  if (!values.check) for (const [path, text] of files) writeFileSync(path, text);
}

const print = (title: string, lines: readonly string[]): void => {
  process.stdout.write(`${title}\n${lines.map((line) => `  ${line}\n`).join('')}`);
};

function versionsOf(language: SourceLanguage, before: Date): Promise<Record<string, VersionRange>> {
  const index = INDEXES[language.language];
  if (index === undefined) throw new Error(`Nobody knows where packages of ${language.language} are published.`);
  const runtimes = runtimesOf(language);
  const options = language.options.map(({ option }) => option);
  const needs = [...needsOf(options, [...runtimes.keys()])].map(([name, ids]) => ({
    name,
    runtimes: ids.flatMap((id) => runtimes.get(id) ?? []).sort((a, b) => semver.compare(a.oldest, b.oldest)),
    current: language.versions[name],
  }));
  return refresh(needs, index.lookUp(before), index.style);
}

/** The lines of versions.json that are new. */
function newLines(before: string, after: string): string[] {
  const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim().replace(/,$/, ''));
  const old = new Set(linesOf(before));
  return linesOf(after).filter((line) => !old.has(line));
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

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
