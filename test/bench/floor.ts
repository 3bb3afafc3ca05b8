/**
 * The least that a scaffold with the prescribed libraries costs: commander reads the flags, Handlebars is loaded, and the files of
 * the project in --files (JSON as Brotli, text by path) are written. Bundled by run.ts; there is nothing of ours in it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { Command } from 'commander';
import Handlebars from 'handlebars/runtime.js';

const program = new Command('floor').argument('<dir>').requiredOption('--files <file>');
for (const flag of ['--yes', '--no-install', '--no-git', '--no-check']) program.option(flag);
program.action((dir: string, { files: packed }: { files: string }) => {
  Handlebars.create();
  const files = brotliDecompressSync(readFileSync(packed)).toString();
  for (const [name, text] of Object.entries(JSON.parse(files) as Record<string, string>)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
});
program.parse();
