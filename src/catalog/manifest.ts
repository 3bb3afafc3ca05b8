import { z } from 'zod';

/**
 * What `templates/<language>/<kind>/<id>/option.json` and `templates/<language>/versions.json` hold. The build checks them by
 * these schemas; all other code imports the types that follow from them, and types only, so that zod is not in the bundle.
 *
 * What the languages share stands once, in `templates/any/<kind>/<id>/`; what a language adds is merged over it: the manifest
 * as an object (`env` by name), files by their paths.
 *
 * A manifest says what an option is called and what it brings along; its files lie beside it:
 *
 *     option.json
 *     files/…    rendered into the project at the same path. `dot_x` becomes `.x`, `__package__` the Python package
 *                name, and a trailing `.hbs` is dropped. Files without `.hbs` are copied as they are.
 *     merge/…    JSON objects (`.json` or `.json.hbs`) merged into the file of the same path, never pasted as text;
 *                `pyproject.toml.json` is merged into pyproject.toml
 *     slots/…    rendered texts that base templates place with `{{#each slots.<name>}}`, e.g. `slots/readme.md.hbs`
 */

/** The kinds of options, in the order in which they contribute to a project. */
export const KINDS = [
  'base',
  'preset',
  'license',
  'part',
  'transport',
  'auth',
  'storage',
  'tool',
  // How tools are made of an API's description: chosen with `--from-openapi`.
  'openapi',
  'resource',
  'extra',
  'runtime',
  'pm',
  // Not of a project: what `add` makes of one's own.
  'stub',
] as const;

export type Kind = (typeof KINDS)[number];

const NOT_EMPTY = 'must be a text that is not empty';
const text = z.string(NOT_EMPTY).min(1, NOT_EMPTY);
const flag = z.boolean('must be true or false');
const anyText = z.string('must be a text');
const matching = (pattern: RegExp, what: string) => z.string(`must be ${what}`).regex(pattern, `must be ${what}`);
const list = <Item extends z.ZodType>(item: Item) => z.array(item, 'must be a list');
const record = <Key extends z.ZodString, Item extends z.ZodType>(key: Key, item: Item) =>
  z.record(key, item, 'must be an object');
/** With these keys and no others. */
const object = <Fields extends z.ZodRawShape>(fields: Fields) => z.strictObject(fields, 'must be an object');

/** In small letters, but for names that are written otherwise everywhere: `Apache-2.0`. */
const id = matching(/^[a-zA-Z0-9][a-zA-Z0-9.-]*$/, 'letters, digits, dots and hyphens');
/** Of npm, possibly scoped, or of a Python index, possibly with extras: `psycopg[binary]`. */
const packageName = matching(/^(@[a-z0-9._-]+\/)?[a-z0-9._-]+(\[[a-z0-9,._-]+\])?$/i, 'a package name');

export const envVariable = object({
  name: matching(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable'),
  /** For people: goes into `.env.example`, the README table and `config.ts`. */
  description: text,
  /** What validates it, in the project's language: an expression of zod, or the type and default of a field of Pydantic. */
  schema: text,
  /** Shown in `.env.example`; also the default where `schema` has one. */
  example: anyText,
  secret: flag.exactOptional(),
  /** The server does not start without it, so a client's entry must carry it. */
  required: flag.exactOptional(),
});

export const registration = object({
  /** Module path relative to the list's folder, without extension: `notes`; for Python its name. */
  module: text,
  /** The exported name. */
  name: matching(/^[A-Za-z_$][\w$]*$/, 'an identifier'),
  /** It is given what lives as long as the process. */
  app: flag.exactOptional(),
});

/** What an option adds to the lists of the server. */
export const registrations = object({
  tools: list(registration),
  resources: list(registration),
  prompts: list(registration),
});

/** Free values for templates: `{{storage.vars.x}}`. */
export const vars = record(
  matching(/^[a-z][A-Za-z0-9]*$/, 'a camelCase name'),
  z.union([anyText, flag, list(anyText)], 'must be a text, true, false or a list of texts'),
);

/** A read-only tool that `check` may call, with arguments that must succeed offline. */
export const probe = object({ tool: text, arguments: record(text, z.unknown()) });

const packages = list(packageName);

/** What may differ by runtime. */
export const varying = object({
  /** Their versions stand in `templates/<language>/versions.json`. */
  dependencies: packages,
  devDependencies: packages,
  /** package.json scripts (or the language's counterpart). */
  scripts: record(text, text),
  env: list(envVariable),
  vars,
});

/** Ids, or a word for them. */
const presetList = z.union([z.enum(['all', 'none']), list(id)], 'must be "all", "none" or a list');

/** The answers that a preset gives. */
const presetAnswers = object({
  transport: id,
  storage: id,
  tools: presetList,
  resources: presetList,
  extras: presetList,
});

export const manifest = object({
  id,
  title: text,
  /** One short line, shown beside the choice in prompts and in `--help`. */
  hint: text,
  /** Position among its siblings, ascending. */
  order: z.number('must be a number'),
  /** Other options of the same kind that this one stands for: `both` includes `stdio` and `http`. */
  includes: list(id).exactOptional(),
  /** For what exists already: marked wherever it is offered, and never advised. */
  deprecated: flag.exactOptional(),
  /** Tags that the chosen transport or storage must provide: a deployment needs `http`, notes need `store`. */
  needs: list(id).exactOptional(),
  /** Pieces of the kind `part` that come with it; nobody chooses one. */
  parts: list(id).exactOptional(),
  /** Used where nothing else of its kind is chosen, and never offered. */
  standIn: flag.exactOptional(),
  /** Of a preset: what is answered where nobody says otherwise. */
  answers: presetAnswers.exactOptional(),
  ...varying.exactPartial().shape,
  registers: registrations.exactPartial().exactOptional(),
  probe: probe.exactOptional(),
  /** Lines shown after the project was made. Handlebars, rendered like a template. */
  nextSteps: list(text).exactOptional(),
  /** The first variant whose `runtimes` hold the chosen runtime is merged over this manifest. */
  variants: list(object({ runtimes: list(id), ...varying.exactPartial().shape })).exactOptional(),
});

/** Of npm (`^1.2`), or of Python (`>=1.2,<2`). */
const range = matching(/^[\^~>=<]?[\d.]+[\w.+-]*( .+)?$|^(>=|==|~=)[\d.]+(,<[\d.]+)?$/, 'a version range');
const versionRange = z.union([range, record(id, range)], 'must be a version range, or one by runtime');

/** `versions.json`: a range by package name, or one by runtime where they must differ. */
export const versions = record(packageName, versionRange);

/** Data as everybody but its maker sees it. */
export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

export type Manifest = Frozen<z.infer<typeof manifest>>;
export type Variant = NonNullable<Manifest['variants']>[number];
export type PresetAnswers = Frozen<z.infer<typeof presetAnswers>>;
export type EnvVariable = Frozen<z.infer<typeof envVariable>>;
export type Registration = Frozen<z.infer<typeof registration>>;
export type VersionRange = Frozen<z.infer<typeof versionRange>>;
/** By language. */
export type Versions = Readonly<Record<string, Frozen<z.infer<typeof versions>>>>;

/** A manifest with its place in the catalogue. */
export interface Option extends Manifest {
  readonly language: string;
  readonly kind: Kind;
}
