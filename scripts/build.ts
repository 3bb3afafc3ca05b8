import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle, type Output } from './lib/bundle.ts';
import { declarations } from './lib/declarations.ts';
import { thirdPartyLicenses } from './lib/licenses.ts';
import { generate, ROOT } from './precompile.ts';

/** Builds what is published: `dist/` and THIRD-PARTY-LICENSES.md. The same sources give the same bytes. */
async function main(): Promise<void> {
  generate();
  const { chunks } = await bundle(ROOT);
  writeDist([...chunks, await literals(), reportSchema(), ...declarations(ROOT)]);
  writeIfChanged('THIRD-PARTY-LICENSES.md', thirdPartyLicenses(ROOT, chunks));
}

/** `--version` and `--help` as literals, which `bin/` can print without loading anything else. */
async function literals(): Promise<Output> {
  // Only now, since it reads the catalogue that has just been generated.
  const [{ createHelp }, { VERSION }] = await Promise.all([
    import('../src/commands/register.ts'),
    import('../src/generated/catalog.ts'),
  ]);
  const text = JSON.stringify({ VERSION, HELP: await createHelp(VERSION) });
  return { path: 'dist/literals.cjs', text: `module.exports=${text};\n` };
}

/** The contract of `--json`, without blanks. */
function reportSchema(): Output {
  const schema: unknown = JSON.parse(readFileSync(join(ROOT, 'schemas', 'report.json'), 'utf8'));
  return { path: 'dist/report.schema.json', text: `${JSON.stringify(schema)}\n` };
}

/** Replaces the files one by one and removes the others last, so that a build can run while another command reads. */
function writeDist(files: readonly Output[]): void {
  for (const { path, text } of files) writeIfChanged(path, text);
  const wanted = new Set(files.map(({ path }) => path));
  for (const entry of readdirSync(join(ROOT, 'dist'), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll('\\', '/').replace(/^\//, '');
    if (entry.isFile() && !wanted.has(path)) rmSync(join(ROOT, path));
  }
}

function writeIfChanged(path: string, text: string): void {
  const full = join(ROOT, path);
  if (readText(full) === text) return;
  mkdirSync(dirname(full), { recursive: true });
  const fresh = `${full}.${process.pid}.tmp`;
  writeFileSync(fresh, text);
  renameSync(fresh, full);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
