import { isObject } from '../base/json.ts';
import type { Description, Node } from './description.ts';
import type { Body, Field, LeftOut, Schema } from './model.ts';
import type { Names } from './names.ts';
import { withoutNull } from './parameters.ts';
import { flatten, portable } from './schema.ts';
import { describe, isBinary, shortened, typesOf } from './schema-facts.ts';

const LONGEST_TEXT = 300;

/** The body of an operation as one argument. */
export interface BodyArgument {
  readonly schema: Schema;
  readonly isRequired: boolean;
  readonly body: Body;
}

/** How a body of some media type is written; the first kind that a description offers is used. */
const KINDS: readonly (readonly [kind: Body['kind'], type: RegExp])[] = [
  ['json', /^application\/json($|;)/],
  ['json', /^[\w.-]+\/([\w.-]+\+)?json($|;)/],
  ['form', /^application\/x-www-form-urlencoded($|;)/],
  ['multipart', /^multipart\//],
  ['text', /^text\/|^application\/([\w.-]+\+)?(xml|yaml|x-yaml|javascript|graphql|x-ndjson|jsonl|json-seq)($|;)/],
  ['json', /^(\*\/\*|application\/\*)$/],
  ['binary', /./],
];

/** A file as a model names it. */
const FILE: Schema = {
  type: 'object',
  properties: {
    path: { type: 'string', description: 'A file below the folder that API_FILES names' },
    base64: { type: 'string', description: 'The bytes themselves, instead of path' },
    name: { type: 'string', description: 'Name of the file for the API' },
  },
  additionalProperties: false,
};

/** @returns undefined where the operation has no body */
export function bodyOf(
  given: unknown,
  description: Description,
  { names, report }: { readonly names: Names; readonly report: (out: LeftOut) => void },
): BodyArgument | undefined {
  const request = description.resolve(given);
  const content = isObject(request?.content) ? request.content : {};
  const types = Object.keys(content);
  if (request === undefined || types.length === 0) return undefined;
  const [kind, type] = choose(types);
  const others = types.filter((one) => one !== type);
  if (others.length > 0) report({ where: 'body', why: `sent as ${type}; ${others.join(', ')} not used` });
  const media = description.resolve(content[type]) ?? {};
  const about = describe({ description: request.description }, LONGEST_TEXT);
  const { schema, fields } = SCHEMAS[kind](media, description);
  const { description: own, ...rest } = schema;
  const text = [about, own].filter((one) => typeof one === 'string').join(' ');
  return {
    isRequired: request.required === true,
    schema: { ...rest, description: shortened(text === '' ? `The body, ${type}` : text, LONGEST_TEXT) },
    body: {
      argument: names.take('body'),
      kind,
      type: type.includes('*') ? 'application/json' : type,
      ...(fields !== undefined && Object.keys(fields).length > 0 && { fields }),
    },
  };
}

function choose(types: readonly string[]): readonly [Body['kind'], string] {
  for (const [kind, pattern] of KINDS) {
    const type = types.find((one) => pattern.test(one.trim().toLowerCase()));
    if (type !== undefined) return [kind, type];
  }
  return ['binary', types[0] ?? ''];
}

interface Fields {
  readonly schema: Schema;
  readonly fields?: Readonly<Record<string, Field>>;
}

const SCHEMAS: Readonly<Record<Body['kind'], (media: Node, description: Description) => Fields>> = {
  json: (media, description) => ({ schema: withoutNull(portable(media.schema ?? {}, description)) }),
  text: () => ({ schema: { type: 'string' } }),
  binary: () => ({ schema: FILE }),
  form: (media, description) => {
    const schema = withoutNull(portable(media.schema ?? {}, description));
    return { schema: { type: 'object', ...schema }, fields: fieldsOf(media, description, new Set()) };
  },
  multipart: (media, description) => {
    const schema = withoutNull(portable(media.schema ?? {}, description));
    const files = filesIn(media, description);
    const properties = isObject(schema.properties) ? schema.properties : {};
    const shown = Object.entries(properties).map(([name, value]) => [
      name,
      files.has(name) ? fileSchema(value) : value,
    ]);
    return {
      schema: { type: 'object', ...schema, properties: Object.fromEntries(shown) },
      fields: fieldsOf(media, description, files),
    };
  },
};

function fileSchema(schema: unknown): Schema {
  const { type, description } = isObject(schema) ? schema : {};
  const about = typeof description === 'string' ? { description: description.replace(/ ?As base64\.$/, '') } : {};
  return type === 'array' ? { type: 'array', ...about, items: FILE } : { ...FILE, ...about };
}

/** Fields of a multipart body whose values are files. */
function filesIn({ schema, encoding }: Node, description: Description): Set<string> {
  const { properties } = flatten(schema ?? {}, description);
  const found = Object.entries(isObject(properties) ? properties : {}).filter(([name, value]) => {
    const node = flatten(value, description);
    const item = typesOf(node).includes('array') ? flatten(node.items, description) : node;
    const type = isObject(encoding) && isObject(encoding[name]) ? encoding[name].contentType : undefined;
    return isBinary(item) || (typeof type === 'string' && /^(image|audio|video)\/|octet-stream|\/(pdf|zip)/.test(type));
  });
  return new Set(found.map(([name]) => name));
}

function fieldsOf(
  { encoding, schema }: Node,
  description: Description,
  files: ReadonlySet<string>,
): Record<string, Field> {
  const { properties } = flatten(schema ?? {}, description);
  const names = new Set([...files, ...Object.keys(isObject(encoding) ? encoding : {})]);
  const known = isObject(properties) ? properties : {};
  const fields = [...names].flatMap((name): [string, Field][] => {
    const given = isObject(encoding) ? description.resolve(encoding[name]) : undefined;
    if (!Object.hasOwn(known, name) && !files.has(name)) return [];
    const type = typeof given?.contentType === 'string' ? given.contentType.split(',')[0]?.trim() : undefined;
    const field: Field = {
      ...(type !== undefined && !type.includes('*') && { type }),
      ...(typeof given?.style === 'string' && { style: given.style }),
      ...(typeof given?.explode === 'boolean' && { explode: given.explode }),
      ...(given?.allowReserved === true && { reserved: true }),
      ...(files.has(name) && { file: true }),
    };
    return Object.keys(field).length === 0 ? [] : [[name, field]];
  });
  return Object.fromEntries(fields);
}
