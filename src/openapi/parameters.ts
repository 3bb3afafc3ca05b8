import { isObject } from '../base/json.ts';
import type { Description, Node } from './description.ts';
import type { LeftOut, Place, Schema } from './model.ts';
import { argumentName, type Names } from './names.ts';
import { flatten, portable } from './schema.ts';
import { describe, shortened } from './schema-facts.ts';

const LONGEST_TEXT = 300;

/** An argument of an operation that is no body. */
export interface Argument {
  readonly name: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
  readonly place: Place;
}

/** What the specification has headers for that are no parameters: https://spec.openapis.org/oas/v3.2.0.html#parameter-name */
const IGNORED = new Set(['accept', 'content-type', 'authorization']);
/** What the connection sets by itself. */
const OF_CONNECTION = new Set(
  'host content-length transfer-encoding connection upgrade te trailer keep-alive expect'.split(' '),
);
const PLACES = ['path', 'query', 'header', 'cookie', 'querystring'];

/**
 * The arguments that an operation takes by its parameters, those of its path among them.
 *
 * @param names takes the names of arguments
 * @param secrets what security schemes send by themselves, as `header x-api-key`
 * @param report takes what is left out
 * @returns undefined where the operation cannot be called
 */
export function argumentsOf(
  given: readonly unknown[],
  description: Description,
  { names, secrets, report }: { names: Names; secrets: ReadonlySet<string>; report: (out: LeftOut) => void },
): Argument[] | undefined {
  const found = new Map<string, Node>();
  for (const value of given) {
    const parameter = description.resolve(value);
    const { name, in: place } = parameter ?? {};
    if (parameter === undefined || typeof name !== 'string' || typeof place !== 'string' || !PLACES.includes(place)) {
      report({ where: 'parameters', why: 'one leads nowhere, or says neither name nor place' });
      if (parameter?.required === true || parameter === undefined) return undefined;
      continue;
    }
    // A later one, the operation's own, replaces that of its path.
    found.set(`${place} ${place === 'header' ? name.toLowerCase() : name}`, parameter);
  }
  const list = [...found].filter(([key]) => {
    const [place = '', name = ''] = key.split(/ (.*)/s);
    if (secrets.has(key)) return false;
    return place !== 'header' || !(IGNORED.has(name) || OF_CONNECTION.has(name));
  });
  // Names of what is required first, so that they stay when an optional one is added.
  return list.map(([, parameter]) => argumentOf(parameter, description, names));
}

function argumentOf(parameter: Node, description: Description, names: Names): Argument {
  const name = String(parameter.name);
  const where = parameter.in as Place['in'];
  const content = mediaOf(parameter.content);
  const given = content?.schema ?? parameter.schema ?? ofSwagger(parameter);
  const schema = withoutNull(portable(given, description));
  const { type } = flatten(given, description);
  const kind = where === 'querystring' ? 'form' : (STYLES[where] ?? 'simple');
  const style = typeof parameter.style === 'string' ? parameter.style : (ofCollection(parameter) ?? kind);
  const explode =
    typeof parameter.explode === 'boolean'
      ? parameter.explode
      : parameter.collectionFormat === undefined
        ? style === 'form' || style === 'cookie' || style === 'deepObject'
        : parameter.collectionFormat === 'multi';
  const text = describe({ ...parameter, format: undefined, pattern: undefined }, LONGEST_TEXT);
  const about = joined(text, schema.description) ?? fallback(name, where, type);
  const { description: _, ...rest } = schema;
  return {
    name: names.take(argumentName(name)),
    schema: { ...(rest.type !== undefined && { type: rest.type }), description: about, ...rest },
    isRequired: where === 'path' || parameter.required === true,
    place: {
      in: where,
      name,
      style,
      explode,
      ...(parameter.allowReserved === true && { reserved: true }),
      ...(content !== undefined && where !== 'querystring' && { json: true }),
    },
  };
}

const STYLES: Readonly<Record<string, string>> = { path: 'simple', query: 'form', header: 'simple', cookie: 'form' };

/** The first media type of a `content`. */
function mediaOf(content: unknown): Node | undefined {
  if (!isObject(content)) return undefined;
  return Object.values(content).find(isObject);
}

/** Parameters of Swagger 2.0 have the keywords of a schema themselves. */
function ofSwagger(parameter: Node): unknown {
  const { name: _, in: __, required: ___, description: ____, style: _____, ...keywords } = parameter;
  return keywords;
}

function ofCollection({ collectionFormat, in: place }: Node): string | undefined {
  if (collectionFormat === 'ssv') return 'spaceDelimited';
  if (collectionFormat === 'pipes') return 'pipeDelimited';
  return collectionFormat === undefined ? undefined : STYLES[String(place)];
}

/** What is left out means null already. */
export function withoutNull(schema: Schema): Schema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const real = (anyOf as Schema[]).filter((one) => one.type !== 'null');
  return real.length === 1 ? { ...real[0], ...rest } : { ...rest, anyOf: real };
}

function joined(text: string | undefined, more: unknown): string | undefined {
  if (text === undefined || typeof more !== 'string' || text.includes(more)) {
    return text ?? (typeof more === 'string' ? more : undefined);
  }
  return shortened(`${text} ${more}`, LONGEST_TEXT);
}

const fallback = (name: string, place: string, type: unknown): string =>
  `${name} (${typeof type === 'string' ? `${type}, ` : ''}${place})`;
