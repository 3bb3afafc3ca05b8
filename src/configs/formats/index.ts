import type { Format } from './format.ts';

export type { Format, Spot } from './format.ts';

/** `form`: what a person types into the fields of a window. */
export type FormatId = 'json' | 'json-comments' | 'jsonc' | 'toml' | 'yaml' | 'form';

const FORMATS: Readonly<Record<FormatId, () => Promise<Format>>> = {
  json: async () => (await import('./json.ts')).json,
  'json-comments': async () => (await import('./json.ts')).jsonWithComments,
  jsonc: async () => (await import('./json.ts')).jsonc,
  toml: async () => (await import('./toml.ts')).toml,
  yaml: async () => (await import('./yaml.ts')).yaml,
  form: async () => (await import('./form.ts')).form,
};

/** How a file of this kind is read and edited. Loaded when it is needed: most runs need no TOML, and many none at all. */
export const loadFormat = (id: FormatId): Promise<Format> => FORMATS[id]();
