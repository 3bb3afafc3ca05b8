import { describe, expect, it } from 'vitest';
import { CliError, EXIT } from '../../src/base/errors.ts';
import { createCatalog, languages, optionsOf } from '../../src/catalog/catalog.ts';
import type { Kind, Option } from '../../src/catalog/manifest.ts';

const KINDS: readonly Kind[] = ['transport', 'storage', 'tool', 'extra', 'runtime', 'pm'];

const option = (kind: Option['kind'], id: string, order: number): Option => ({
  language: 'klingon',
  kind,
  id,
  title: id,
  hint: id,
  order,
});

const catalog = createCatalog(
  [option('storage', 'zip', 1), option('storage', 'ark', 2), option('pm', 'npm', 1)],
  () => ({
    klingon: { worf: '^1.0.0', data: { '20': '^2.0.0', '24': '^3.0.0' } },
  }),
);

describe('catalog', () => {
  it('keeps the order in which options are offered', () => {
    expect(catalog.optionsOf('klingon', 'storage').map(({ id }) => id)).toEqual(['zip', 'ark']);
    expect(catalog.optionsOf('klingon', 'tool')).toEqual([]);
    expect(catalog.optionsOf('latin', 'storage')).toEqual([]);
  });

  it('finds an option of its kind only', () => {
    expect(catalog.optionOf('klingon', 'storage', 'ark').kind).toBe('storage');
    expect(() => catalog.optionOf('klingon', 'storage', 'npm')).toThrow(CliError);
  });

  it('says what there is when an option is unknown', () => {
    let caught: unknown;
    try {
      catalog.optionOf('klingon', 'storage', 'box');
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code: 'unknown-storage', exit: EXIT.usage, hint: 'Choose one of: zip, ark.' });
  });

  it('chooses the version of the runtime', () => {
    expect(catalog.versionOf('klingon', 'worf', '20')).toBe('^1.0.0');
    expect(catalog.versionOf('klingon', 'data', '24')).toBe('^3.0.0');
    expect(() => catalog.versionOf('klingon', 'data', '22')).toThrow(/data.*22/);
    expect(() => catalog.versionOf('klingon', 'toString', '22')).toThrow(/toString/);
  });

  it('is built with the languages and options of templates/', () => {
    expect(languages()).toContain('typescript');
    expect(optionsOf('typescript', 'storage').map(({ id }) => id)).toContain('sqlite');
    expect(optionsOf('typescript', 'transport').find(({ id }) => id === 'both')?.includes).toEqual(['stdio', 'http']);
  });

  it('offers what is deprecated last, says so, and takes nothing of it by default', () => {
    const all = languages().flatMap((language) => KINDS.map((kind) => optionsOf(language, kind)));
    for (const options of all) {
      const flags = options.map(({ deprecated = false }) => deprecated);
      expect(flags).toEqual([...flags].sort());
      for (const { deprecated, hint } of options) expect(hint.startsWith('deprecated: ')).toBe(deprecated === true);
    }
    const deprecated = all.flat().filter((option) => option.deprecated);
    expect(deprecated.map(({ language, id }) => `${language} ${id}`)).toEqual(['typescript sse', 'python sse']);
  });
});
