import type { Kind } from '../../src/catalog/manifest.ts';
import { HEADER } from './emit.ts';
import type { SourceLanguage } from './read-templates.ts';

/** Kinds that somebody chooses from, by the name of the type. */
const TYPES: Readonly<Record<string, Kind>> = {
  Preset: 'preset',
  Transport: 'transport',
  Auth: 'auth',
  Storage: 'storage',
  Tool: 'tool',
  Resource: 'resource',
  Extra: 'extra',
  Runtime: 'runtime',
  PackageManager: 'pm',
};

/** What can be chosen, as literal types, for who calls the programmatic API: a misspelt storage does not compile. */
export function idsModule(languages: readonly SourceLanguage[], clients: readonly string[]): string {
  const idsOf = (kind: Kind): string[] => languages.flatMap(({ options }) => options.flatMap(idIn(kind)));
  return [
    HEADER,
    typeOf(
      'Language',
      languages.map(({ language }) => language),
    ),
    ...Object.entries(TYPES).map(([name, kind]) => typeOf(name, idsOf(kind))),
    typeOf('ClientId', clients),
  ].join('\n');
}

const idIn =
  (kind: Kind) =>
  ({ option }: SourceLanguage['options'][number]): string[] =>
    option.kind === kind ? [option.id] : [];

const typeOf = (name: string, ids: readonly string[]): string =>
  `export type ${name} = ${[...new Set(ids)].map((id) => `'${id}'`).join(' | ')};\n`;
