/** As much of JSON Schema as says what a value may be. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-02',
  'date-time': '2026-01-02T03:04:05Z',
  uuid: '00000000-0000-4000-8000-000000000001',
  uri: 'https://example.com/',
  email: 'a@example.com',
};

/** How many arguments nobody may leave out. */
export const requiredOf = (schema: object): number => (schema as Schema).required?.length ?? 0;

/** The least that a schema takes, as far as a few lines can tell. */
export function sample(given: object, root: Schema = given as Schema, depth = 0): unknown {
  const schema = given as Schema;
  if (depth > 10) return null;
  const next = (one: Schema): unknown => sample(one, root, depth + 1);
  if (schema.$ref !== undefined) return next(root.$defs?.[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return schema.const;
  const known = schema.enum?.[0] ?? schema.default ?? schema.examples?.[0];
  if (known !== undefined && known !== null) return known;
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice !== undefined) return next(choice);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map(next));
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (type === 'object' || schema.properties !== undefined) {
    const { required = [], properties = {} } = schema;
    return Object.fromEntries(required.map((name) => [name, next(properties[name] ?? {})]));
  }
  if (type === 'array') return [next(schema.items ?? {})];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  return FORMATS[schema.format ?? ''] ?? 'test'.padEnd(schema.minLength ?? 0, 't');
}
