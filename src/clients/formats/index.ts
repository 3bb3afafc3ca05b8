import type { Client, FormatId } from '../client.ts';
import type { Format } from './format.ts';

const FORMATS: Readonly<Record<FormatId, () => Promise<Format>>> = {
  json: async () => (await import('./json.ts')).json,
  'json-comments': async () => (await import('./json.ts')).jsonWithComments,
  jsonc: async () => (await import('./json.ts')).jsonc,
  toml: async () => (await import('./toml.ts')).toml,
  yaml: async () => (await import('./yaml.ts')).yaml,
  form: async () => (await import('./form.ts')).form,
};

/** How a client's file is read and edited. Loaded when it is needed: most runs need no TOML, and many none at all. */
export const loadFormat = (client: Pick<Client, 'format'>): Promise<Format> => FORMATS[client.format]();
