import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { precompile } from '../../scripts/precompile.ts';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { createCatalog } from '../../src/catalog/catalog.ts';
import { packedIn, withDetails } from '../../src/catalog/details.ts';
import type { Sources } from '../../src/plan/build-plan.ts';
import { unpack } from '../../src/plan/unpack.ts';
import { tempDir } from './temp.ts';

/** A small tree of templates that uses everything a manifest and a template can say. */
export const FIXTURE = fileURLToPath(new URL('fixture-templates', import.meta.url));

/** Writes files given as `{ 'a/b.txt': 'text' }`. */
export function writeTree(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

/** A copy of the fixture with files replaced or added. */
export function fixtureWith(files: Readonly<Record<string, string>>): string {
  const dir = tempDir();
  cpSync(FIXTURE, dir, { recursive: true });
  writeTree(dir, files);
  return dir;
}

/** What a plan is made from, precompiled from a tree of TypeScript templates. */
export async function sourcesOf(root: string = FIXTURE): Promise<Sources> {
  const modules = precompile(root, '9.9.9');
  const { OFFERS, VERSION } = await evaluate(String(modules['catalog.ts']));
  const templates = unpack(Buffer.from(modules['templates-typescript.br'] ?? ''));
  const pack = packedIn(() => Buffer.from(modules['catalog.br'] ?? ''));
  const catalog = createCatalog(withDetails(OFFERS, pack), () => pack().versions);
  return { catalog, templates, version: VERSION };
}

/** Runs the text of a generated module, which imports only types. */
// biome-ignore lint/suspicious/noExplicitAny: the text decides what it exports
async function evaluate(text: string): Promise<any> {
  const { code } = transformSync(text, { loader: 'ts', format: 'esm' });
  return import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
}

export const ANSWERS: ProjectAnswers = {
  name: 'hello-mcp',
  description: 'Says hello.',
  language: 'typescript',
  preset: 'standard',
  transport: 'stdio',
  storage: 'memory',
  tools: ['notes'],
  resources: [],
  extras: [],
  runtime: '24',
  pm: 'npm',
};
