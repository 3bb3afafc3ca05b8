import type { Value } from './entry.ts';

export interface PlannedFile {
  /** Relative to the project, always with `/`. */
  readonly path: string;
  readonly text: string;
  /** Octal permissions; absent means 0o644. */
  readonly mode?: number;
}

/** What a project has of an API by its description; the description itself is not in it. */
export interface ApiPart {
  /** The file with its operations. */
  readonly data: string;
  /** Calls for the project's own tests. */
  readonly cases: string;
  readonly count: number;
  readonly variables: readonly ApiVariable[];
  readonly uses: ApiUses;
  /** Of the whole description, and of each operation by the name of its tool. */
  readonly hash: string;
  readonly hashes: Readonly<Record<string, string>>;
  /** Of each operation as it was generated, so that it is known which ones somebody has edited. */
  readonly lines: Readonly<Record<string, string>>;
}

/**
 * What templates ask for: files that are sent, forms, variables in the address, credentials, and of these such as say more than
 * what stands in a request, which are tokens for a client of its own, and certificates.
 */
export type ApiUses = Readonly<
  Record<'files' | 'forms' | 'variables' | 'schemes' | 'connection' | 'client' | 'certificate', boolean>
>;

/** A setting of a project that its description makes necessary. */
export interface ApiVariable {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  readonly kind: 'secret' | 'text' | 'path' | 'url';
  /** The server does nothing without it. */
  readonly required?: true;
}

/** A project in memory: a pure function of the answers and this package's version. */
export interface Plan {
  /** Sorted by path. */
  readonly files: readonly PlannedFile[];
  /** The environment that a client's entry must carry, by variable name; secrets as references, never as values. */
  readonly entryEnv: Readonly<Record<string, Value>>;
  /** The variables without which the server does not start, each with an example of a value. */
  readonly required: readonly { readonly name: string; readonly example: string }[];
  /** How the server is started from its folder. */
  readonly start: { readonly entry: string; readonly transports: readonly string[] };
  readonly probe: { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> } | undefined;
  readonly nextSteps: readonly string[];
}
