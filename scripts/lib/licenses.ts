import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chunk } from './bundle.ts';

interface BundledPackage {
  /** `execa 9.6.1` */
  readonly title: string;
  /** As its package.json names it: `MIT`. */
  readonly license: string;
  /** The lines that say whose it is. */
  readonly copyright: readonly string[];
  /** The terms without these lines. */
  readonly terms: string;
}

/** The folder of the package that a module belongs to; `undefined` for our own modules. */
const packageFolderOf = (module: string): string | undefined =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];

/** The name of the package that a module belongs to. */
export const packageOf = (module: string): string | undefined =>
  packageFolderOf(module)?.replace(/^.*node_modules\//, '');

/**
 * The text of THIRD-PARTY-LICENSES.md: whose code is in the bundle, and its terms. Terms that several packages share,
 * word for word, stand once.
 *
 * @throws Error for a package that does not say under which licence it is
 */
export function thirdPartyLicenses(root: string, chunks: readonly Chunk[]): string {
  const modules = chunks.flatMap((chunk) => chunk.modules);
  const folders = new Set(modules.flatMap((module) => packageFolderOf(module) ?? []));
  const packages = [...folders].map((folder) => readPackage(root, folder));
  const groups = new Map<string, BundledPackage[]>();
  for (const found of packages.sort((a, b) => (a.title < b.title ? -1 : 1))) {
    const key = `${found.license}\n${wordsOf(found.terms)}`;
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  return [
    '# Third-party licences\n',
    'The published files of create-mcp-mason contain code of these packages.\n',
    ...[...groups.values()].map(section),
  ].join('\n');
}

function section(group: readonly BundledPackage[]): string {
  const lines = group.map(
    ({ title, copyright }) => `- ${title}${copyright.length > 0 ? `: ${copyright.join('; ')}` : ''}`,
  );
  const [first] = group;
  return `## ${first?.license}\n\n${lines.join('\n')}\n\n${first?.terms}\n`;
}

function readPackage(root: string, folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { name, version, license, author } = manifest;
  if (typeof license !== 'string') throw new Error(`${folder}/package.json names no licence.`);
  const title = `${name} ${version}`;
  const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  // Some packages name a licence but do not carry its text.
  if (file === undefined)
    return { title, license, copyright: typeof author === 'string' ? [author] : [], terms: license };
  return { title, license, ...split(readFileSync(join(root, folder, file), 'utf8')) };
}

const TITLE = /^\W*(the )?(MIT|ISC|BSD 3-Clause) License( \(MIT\))?\W*$/i;
const COPYRIGHT = /^(MIT License )?(Copyright (\(c\)|©).*)$/i;
/** How the terms of the usual licences begin. What stands before is the notice. */
const TERMS = /^(Permission is hereby granted|Permission to use|Redistribution and use)/;

/** Takes the lines that differ from package to package out of a licence. */
function split(text: string): Pick<BundledPackage, 'copyright' | 'terms'> {
  const all = text.split(/\r?\n/).map((line) => line.trimEnd());
  const lines = all.filter((line) => !TITLE.test(line));
  const begin = lines.findIndex((line) => TERMS.test(line));
  const isNotice = (line: string, index: number) => COPYRIGHT.test(line.trim()) || (index < begin && line !== '');
  const copyright = lines.filter(isNotice).map((line) => COPYRIGHT.exec(line.trim())?.[2] ?? line.trim());
  const terms = lines.filter((line, index) => !isNotice(line, index)).join('\n');
  return { copyright, terms: terms.replace(/\n{3,}/g, '\n\n').trim() };
}

/** Terms that differ only in line breaks or quotation marks are the same. */
const wordsOf = (terms: string): string => terms.replace(/\s+/g, ' ').replace(/[“”']/g, '"');
