import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chunk } from './bundle.ts';

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** The folder of the package that a module belongs to; `undefined` for our own modules. */
export const packageFolderOf = (input: string): string | undefined =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];

/** The name of the package that a module belongs to. */
export const packageOf = (input: string): string | undefined =>
  packageFolderOf(input)?.replace(/^.*node_modules\//, '');

/**
 * The text of THIRD-PARTY-LICENSES.md: every package that is in the bundle, with its licence in full.
 *
 * @throws Error for a package that does not say under which licence it is
 */
export function thirdPartyLicenses(root: string, chunks: readonly Chunk[]): string {
  const modules = chunks.flatMap((chunk) => chunk.modules);
  const folders = new Set(modules.flatMap((module) => packageFolderOf(module) ?? []));
  const packages = [...folders].map((folder) => readPackage(root, folder));
  const byText = new Map<string, BundledPackage[]>();
  for (const found of packages.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    byText.set(found.text, [...(byText.get(found.text) ?? []), found]);
  }
  const sections = [...byText].map(([text, group]) => {
    const names = group.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `## ${names.join(', ')}\n\n${text}\n`;
  });
  return [
    '# Third-party licences\n',
    'The published files of create-mcp-mason contain code of these packages.\n',
    ...sections,
  ].join('\n');
}

function readPackage(root: string, folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { name, version, license } = manifest;
  if (typeof license !== 'string') throw new Error(`${folder}/package.json names no licence.`);
  const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? licenseNote(manifest) : readFileSync(join(root, folder, file), 'utf8');
  return { name: String(name), version: String(version), license, text: tidy(text) };
}

/** Some packages name a licence but do not carry its text. */
const licenseNote = ({ license, author }: Record<string, unknown>): string =>
  `${license}${typeof author === 'string' ? `, copyright ${author}` : ''}`;

const tidy = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();
