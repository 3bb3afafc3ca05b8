import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle, type Chunk } from './lib/bundle.ts';
import { declarations } from './lib/declarations.ts';
import type { Generated } from './lib/emit.ts';
import { thirdPartyLicenses } from './lib/licenses.ts';
import { replaceFile } from './lib/replace-file.ts';
import { GENERATED, generate, ROOT } from './precompile.ts';

/** Builds what is published: `dist/` and THIRD-PARTY-LICENSES.md. The same sources give the same bytes. */
async function main(): Promise<void> {
  generate();
  const { chunks } = await bundle(ROOT);
  const code = Object.fromEntries(chunks.map(({ path, text }) => [path, text]));
  const literal = {
    'dist/literals.cjs': await literals(),
    'dist/report.schema.json': reportSchema(),
    'dist/answers.schema.json': await answersSchema(),
  };
  writeDist({ ...code, ...packs(chunks), ...literal, ...declarations(ROOT) });
  replaceFile(join(ROOT, 'THIRD-PARTY-LICENSES.md'), thirdPartyLicenses(ROOT, chunks));
}

/** The packs, each beside the file that looks for it beside itself. */
function packs(chunks: readonly Chunk[]): Generated {
  const folderOf = (module: string): string => {
    const reader = chunks.find(({ modules }) => modules.includes(`src/generated/${module}`));
    if (reader === undefined) throw new Error(`Nothing in the bundle has ${module}.`);
    return dirname(reader.path);
  };
  const names = readdirSync(GENERATED).filter((name) => name.endsWith('.br'));
  return Object.fromEntries(
    names.map((name) => {
      const folder = folderOf(name === 'catalog.br' ? 'catalog.ts' : 'templates.ts');
      return [`${folder}/${name}`, readFileSync(join(GENERATED, name))];
    }),
  );
}

/** `--version` and `--help` as literals, which `bin/` can print without loading anything else. */
async function literals(): Promise<string> {
  // Only now, since it reads the catalogue that has just been generated.
  const [{ createHelp }, { VERSION }] = await Promise.all([
    import('../src/commands/register.ts'),
    import('../src/generated/catalog.ts'),
  ]);
  return `module.exports=${JSON.stringify({ VERSION, HELP: await createHelp(VERSION) })};\n`;
}

/** The contract of `--json`, without blanks. */
function reportSchema(): string {
  const schema: unknown = JSON.parse(readFileSync(join(ROOT, 'schemas', 'report.json'), 'utf8'));
  return `${JSON.stringify(schema)}\n`;
}

/** What `--answers` takes: `schemas/answers.json` without blanks. */
async function answersSchema(): Promise<string> {
  const made = await import('./lib/answers-schema.ts');
  return `${JSON.stringify(made.answersSchema())}\n`;
}

/** Replaces the files one by one and removes the others last, so that a build can run while another command reads. */
function writeDist(files: Generated): void {
  for (const [path, content] of Object.entries(files)) replaceFile(join(ROOT, path), content);
  for (const entry of readdirSync(join(ROOT, 'dist'), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll('\\', '/').replace(/^\//, '');
    if (entry.isFile() && files[path] === undefined) rmSync(join(ROOT, path));
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
