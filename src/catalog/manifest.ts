/**
 * The shape of `templates/<language>/<kind>/<id>/option.json`.
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
export type Kind = 'base' | 'transport' | 'storage' | 'tool' | 'extra' | 'runtime' | 'pm';

export interface Manifest {
  readonly id: string;
  readonly title: string;
  /** One short line, shown beside the choice in prompts and in `--help`. */
  readonly hint: string;
  /** Position among its siblings, ascending. */
  readonly order: number;
  /** Other options of the same kind that this one stands for: `both` includes `stdio` and `http`. */
  readonly includes?: readonly string[];
  /** Kept for those who depend on it: offered last, marked wherever it is offered, and never advised. */
  readonly deprecated?: boolean;
  /** Tags (`vars.provides`) of which the chosen transport must have each: a deployment needs `http`. */
  readonly needsTransport?: readonly string[];
  /** Package names, of a Python index possibly with extras (`psycopg[binary]`); their versions stand in `templates/<language>/versions.json`. */
  readonly dependencies?: readonly string[];
  readonly devDependencies?: readonly string[];
  /** package.json scripts (or the language's counterpart). */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly env?: readonly EnvVariable[];
  /** What the option adds to the lists of the server: tools, resources, prompts. */
  readonly registers?: { readonly [list in 'tools' | 'resources' | 'prompts']?: readonly Registration[] };
  /** A read-only tool that `check` may call, with arguments that must succeed offline. */
  readonly probe?: { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> };
  /** Lines shown after the project was made. Handlebars, rendered like a template. */
  readonly nextSteps?: readonly string[];
  /** Free values for templates: `{{storage.vars.x}}`. */
  readonly vars?: Readonly<Record<string, string | boolean | readonly string[]>>;
  /** The first variant whose `runtimes` hold the chosen runtime is merged over this manifest. */
  readonly variants?: readonly Variant[];
}

export interface Variant
  extends Partial<Pick<Manifest, 'dependencies' | 'devDependencies' | 'scripts' | 'env' | 'vars'>> {
  readonly runtimes: readonly string[];
}

export interface EnvVariable {
  readonly name: string;
  /** For people: goes into `.env.example`, the README table and `config.ts`. */
  readonly description: string;
  /** What validates it, in the project's language: an expression of zod, or the type and default of a field of Pydantic. */
  readonly schema: string;
  /** Shown in `.env.example`; also the default where `schema` has one. */
  readonly example: string;
  readonly secret?: boolean;
  /** The server does not start without it, so a client's entry must carry it. */
  readonly required?: boolean;
}

export interface Registration {
  /** Module path relative to the list's folder, without extension: `notes`; for Python the module's name. */
  readonly module: string;
  /** The exported name. */
  readonly name: string;
}

/** A manifest with its place in the catalogue. */
export interface Option extends Manifest {
  readonly language: string;
  readonly kind: Kind;
}

/** A version range for every runtime, or one range by runtime id where they must differ. */
export type VersionRange = string | Readonly<Record<string, string>>;

/** Ranges by language and package name: the contents of `templates/<language>/versions.json`. */
export type Versions = Readonly<Record<string, Readonly<Record<string, VersionRange>>>>;
