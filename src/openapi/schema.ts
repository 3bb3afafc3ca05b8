import { isObject, type Json } from '../base/json.ts';
import type { Description, Node } from './description.ts';
import type { Schema } from './model.ts';
import { describe, isNullable, keywordsOf, typesOf } from './schema-facts.ts';

/** Most characters of one schema as JSON: what lies deeper is left to the API's own documentation. */
const MOST_CHARACTERS = 12_000;
/** As many as fit into that. */
const MOST_PARTS = 700;
/** Tried one after the other, until the schema is small enough. */
const DEPTHS = [8, 6, 4, 3, 2, 1];
const MOST_PROPERTIES = 200;
const MOST_ALTERNATIVES = 10;
const LONGEST_TEXT = 200;
/** `allOf` in `allOf` in … */
const MOST_NESTING = 30;

/**
 * A schema as vendors of every kind take it: without `$ref`, `allOf` and `oneOf`, one type each, in JSON Schema's own terms
 * whatever the version of the description. Circles end where they would begin again, and what only answers hold is left out.
 *
 * @param value of the description, of OpenAPI 3.0 to 3.2
 */
export function portable(value: unknown, description: Description): Schema {
  // Many operations refer to the same few schemas.
  const known = description.made;
  const reference =
    isObject(value) && Object.keys(value).length === 1 && typeof value.$ref === 'string' ? value.$ref : undefined;
  const before = reference === undefined ? undefined : known.get(reference);
  if (before !== undefined) return before as Schema;
  const schema = shaped(value, description);
  if (reference !== undefined) known.set(reference, schema);
  return schema;
}

function shaped(value: unknown, description: Description): Schema {
  let schema: Schema = {};
  for (const depth of DEPTHS) {
    const walk = new Walk(description, depth);
    schema = walk.convert(value, 0, []);
    if (!walk.isTooLarge && JSON.stringify(schema).length <= MOST_CHARACTERS) break;
  }
  return schema;
}

/** One schema for all that `allOf` says, behind all references. */
export function flatten(value: unknown, description: Description): Node {
  return new Walk(description, 1).flatten(value, [], 0).node;
}

interface Flat {
  readonly node: Node;
  /** The references that led here. */
  readonly references: readonly string[];
}

class Walk {
  isTooLarge = false;
  readonly #description: Description;
  readonly #depth: number;
  #parts = 0;

  constructor(description: Description, depth: number) {
    this.#description = description;
    this.#depth = depth;
  }

  convert(value: unknown, depth: number, path: readonly string[]): Schema {
    this.#parts += 1;
    if (this.#parts > MOST_PARTS) {
      this.isTooLarge = true;
      return {};
    }
    if (isObject(value) && typeof value.$ref === 'string' && path.includes(value.$ref)) {
      return outlineOf(this.flatten(value, [], 0).node);
    }
    const { node, references } = this.flatten(value, path, 0);
    if (depth >= this.#depth) return outlineOf(node);
    const alternatives = this.#alternativesOf(node, references);
    const schema =
      alternatives === undefined
        ? this.#typed(node, depth, references)
        : this.#either(node, alternatives, depth, references);
    return isNullable(node) || alternatives?.some(isNull) ? orNull(schema) : schema;
  }

  /** Follows references and joins what `allOf` lists. */
  flatten(value: unknown, path: readonly string[], nesting: number): Flat {
    const references = isObject(value) && typeof value.$ref === 'string' ? [...path, value.$ref] : path;
    const node = this.#description.resolve(value);
    if (node === undefined) return { node: {}, references };
    const { allOf, ...own } = node;
    if (!Array.isArray(allOf) || nesting > MOST_NESTING) return { node: own, references };
    const parts = allOf
      .filter((part) => !(isObject(part) && typeof part.$ref === 'string' && references.includes(part.$ref)))
      .map((part) => this.flatten(part, references, nesting + 1));
    return {
      node: [...parts.map((part) => part.node), own].reduce(join, {}),
      references: [...new Set([...references, ...parts.flatMap((part) => part.references)])],
    };
  }

  /** The alternatives of a schema, each with what the schema says of all; undefined where there are none. */
  #alternativesOf(node: Node, path: readonly string[]): Node[] | undefined {
    const list = [node.oneOf, node.anyOf].find((one): one is unknown[] => Array.isArray(one) && one.length > 0);
    if (list === undefined) return undefined;
    const { oneOf: _, anyOf: __, discriminator, ...common } = node;
    const { description: ___, nullable: ____, ...rest } = common;
    const found = list.flatMap((one): Node[] => {
      const flat = this.flatten(one, path, 0).node;
      if (isNull(flat)) return [flat];
      // `anyOf: [{ required: [a] }, { required: [b] }]` says only what belongs together.
      if (typesOf(flat).length === 0 || Object.keys(flat).every((key) => key === 'required')) return [];
      return [marked(join(rest, flat), one, discriminator)];
    });
    return found.some((one) => !isNull(one)) ? found : undefined;
  }

  #either(node: Node, alternatives: readonly Node[], depth: number, path: readonly string[]): Schema {
    const real = alternatives.filter((one) => !isNull(one));
    const schemas = real.slice(0, MOST_ALTERNATIVES).map((one) => this.#nested(one, depth, path));
    const unique = [...new Map(schemas.map((one) => [JSON.stringify(one), one])).values()];
    const more = real.length - MOST_ALTERNATIVES;
    const text = [describe(node, LONGEST_TEXT), ...(more > 0 ? [`And ${more} more kinds.`] : [])].join(' ').trim();
    const about = text === '' ? {} : { description: text };
    const [first = {}] = unique;
    if (unique.length === 1) return { ...first, ...about };
    const words = unique.map((one) => (one.type === 'string' && Array.isArray(one.enum) ? one.enum : undefined));
    if (words.every((list) => list !== undefined))
      return { type: 'string', ...about, enum: [...new Set(words.flat())] };
    return { ...about, anyOf: unique };
  }

  /** An alternative that has alternatives itself, or is a plain one. */
  #nested(node: Node, depth: number, path: readonly string[]): Schema {
    return this.convert(node, depth, path);
  }

  #typed(node: Node, depth: number, path: readonly string[]): Schema {
    const types = typesOf(node).filter((type) => type !== 'null');
    const text = describe(node, LONGEST_TEXT);
    const about = text === undefined ? {} : { description: text };
    const [type] = types;
    if (type === undefined) return about;
    if (types.length === 1)
      return { type, ...about, ...keywordsOf(node, type), ...this.#inside(node, type, depth, path) };
    const anyOf = types.map((one) => ({
      type: one,
      ...keywordsOf(node, one),
      ...this.#inside(node, one, depth, path),
    }));
    return { ...about, anyOf };
  }

  #inside(node: Node, type: string, depth: number, path: readonly string[]): Schema {
    if (type === 'array') return { items: this.#items(node, depth, path) };
    return type === 'object' ? this.#members(node, depth, path) : {};
  }

  #items({ items, prefixItems }: Node, depth: number, path: readonly string[]): Schema {
    if (isObject(items)) return this.convert(items, depth + 1, path);
    if (!Array.isArray(prefixItems)) return {};
    return this.convert({ anyOf: prefixItems }, depth + 1, path);
  }

  #members(node: Node, depth: number, path: readonly string[]): Schema {
    const given = isObject(node.properties) ? Object.entries(node.properties) : [];
    const writable = given.filter(([, value]) => this.#description.resolve(value)?.readOnly !== true);
    const kept = writable.slice(0, MOST_PROPERTIES);
    const properties = kept.map(([name, value]) => [name, this.convert(value, depth + 1, path)] as const);
    const names = new Set(properties.map(([name]) => name));
    const required = texts(node.required).filter((name) => names.has(name));
    const { additionalProperties: others } = node;
    return {
      ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
      ...(required.length > 0 && { required: [...new Set(required)] }),
      ...(others === false && kept.length === writable.length && { additionalProperties: false }),
      ...(isObject(others) &&
        Object.keys(others).length > 0 && {
          additionalProperties: this.convert(others, depth + 1, path),
        }),
    };
  }
}

/** What there is at the end of the way down. */
function outlineOf(node: Node): Schema {
  const [type] = typesOf(node).filter((one) => one !== 'null');
  const text = describe(node, LONGEST_TEXT);
  return {
    ...(type !== undefined && { type }),
    ...(text !== undefined && { description: text }),
    ...(type === 'array' && { items: {} }),
    ...(type !== undefined && type !== 'array' && type !== 'object' && keywordsOf(node, type)),
  };
}

const isNull = (node: Node): boolean => {
  const types = typesOf(node);
  return types.length > 0 && types.every((type) => type === 'null');
};

function orNull(schema: Schema): Schema {
  const { description, ...rest } = schema;
  const anyOf = Array.isArray(rest.anyOf) ? (rest.anyOf as Json[]) : [rest as Json];
  if (Object.keys(rest).length === 0) return schema;
  return { ...(description !== undefined && { description }), anyOf: [...anyOf, { type: 'null' }] };
}

/** Both at once: properties of either, and where both have one, both of it. */
function join(one: Node, other: Node): Node {
  const [a, b] = [one.properties, other.properties].map((value) => (isObject(value) ? value : {})) as [Node, Node];
  const properties = Object.entries(b).map(([name, value]) => {
    const both = Object.hasOwn(a, name) && JSON.stringify(a[name]) !== JSON.stringify(value);
    return [name, both ? { allOf: [a[name], value] } : value] as const;
  });
  const required = [...new Set([...texts(one.required), ...texts(other.required)])];
  const { additionalProperties, unevaluatedProperties: _, ...rest } = { ...one, ...other };
  return {
    ...rest,
    ...(isObject(additionalProperties) && { additionalProperties }),
    ...((one.properties ?? other.properties) !== undefined && {
      properties: Object.fromEntries([...Object.entries(a), ...properties]),
    }),
    ...(required.length > 0 && { required }),
  };
}

/** An alternative that says by its discriminator which one it is. */
function marked(node: Node, given: unknown, discriminator: unknown): Node {
  if (!isObject(discriminator) || typeof discriminator.propertyName !== 'string') return node;
  const { propertyName, mapping } = discriminator;
  const reference = isObject(given) && typeof given.$ref === 'string' ? given.$ref : undefined;
  if (reference === undefined) return node;
  const own = reference.split('/').at(-1) ?? '';
  const named = isObject(mapping)
    ? Object.entries(mapping)
        .filter(
          ([, target]) => typeof target === 'string' && (target === reference || target.split('/').at(-1) === own),
        )
        .map(([value]) => value)
    : [];
  const values = named.length > 0 ? named : [own];
  const properties = isObject(node.properties) ? node.properties : {};
  const mark = { type: 'string', enum: values };
  return {
    ...node,
    properties: { ...properties, [propertyName]: mark },
    required: [...texts(node.required), propertyName],
  };
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
