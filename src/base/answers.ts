/** What decides every byte of a project. Recorded in `.mcp-mason.json`, accepted by `--answers`. */
export interface ProjectAnswers {
  /** A valid npm package name, possibly scoped. */
  readonly name: string;
  readonly description: string;
  /** `MIT`, `none`. Projects that were made before this was asked have none of these three, and get nothing from them. */
  readonly license?: string;
  /** `Ada Lovelace` or `Ada Lovelace <ada@example.com>`; empty where nobody is known. */
  readonly author?: string;
  /** An address of https; empty where there is none yet. */
  readonly repository?: string;
  readonly language: string;
  /** Where the defaults of the other answers come from: `minimal`, `standard`, `full`. */
  readonly preset: string;
  readonly transport: string;
  /** Who may use it over HTTP: `none`, `oauth`. Projects that were made before this was asked have none. */
  readonly auth?: string;
  readonly storage: string;
  readonly tools: readonly string[];
  readonly resources: readonly string[];
  readonly extras: readonly string[];
  /** Node major or Python minor that the project targets: `20`, `24`, `3.11`. */
  readonly runtime: string;
  /** Package manager: `npm`, `pnpm`, `yarn`, `bun`; `uv` for Python. */
  readonly pm: string;
  /** The OpenAPI description that tools are made of: a path or an address. */
  readonly fromOpenapi?: string;
  /** `tools` or `search`; `auto` before the description was read. */
  readonly openapiMode?: string;
  /** Globs that choose among its operations. */
  readonly operations?: string;
}

/** What a run does besides making the files. */
export interface RunAnswers {
  /** The target as the user gave it. */
  readonly dir: string;
  /** Ids of clients whose real config gets the entry. */
  readonly client: readonly string[];
  /** Another config file than the client's own, by client id. */
  readonly clientConfig: Readonly<Record<string, string>>;
  readonly install: boolean;
  readonly git: boolean;
  readonly check: boolean;
  readonly onConflict: 'error' | 'skip' | 'overwrite';
}

export interface Answers extends ProjectAnswers, RunAnswers {}

/** Nobody is asked who they are: what every project was like before there was a choice. */
export const NO_AUTH = 'none';

/** The name under which clients list the server, and the key of its entry: the package name without its scope. */
export const serverNameOf = (name: string): string => name.replace(/^@[^/]*\//, '');
