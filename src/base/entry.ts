/**
 * A text with the value of an environment variable in it. The value itself is never written down: each client gets its own
 * way to say "take it from there", or a placeholder to fill in where it has none.
 */
export interface SecretText {
  readonly before?: string;
  /** The name of the variable. */
  readonly secret: string;
  readonly after?: string;
}

export type Value = string | SecretText;

/** How a client starts or reaches a server, before it is put into any client's own shape. */
export type ServerEntry = StdioEntry | HttpEntry;

export interface StdioEntry {
  readonly transport: 'stdio';
  /** Absolute path of the real runtime binary. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, Value>>;
}

export interface HttpEntry {
  readonly transport: 'http';
  readonly url: string;
  readonly headers: Readonly<Record<string, Value>>;
}

export interface NamedEntry {
  readonly name: string;
  readonly entry: ServerEntry;
}

export type EditAction = 'created' | 'added' | 'unchanged' | 'replaced' | 'removed';

export interface ClientResult {
  readonly client: string;
  readonly path: string;
  readonly action: EditAction;
  /** The entry in the client's own shape. */
  readonly entry: unknown;
  /** The copy of the file as it was, when there was one. */
  readonly backup?: string;
  /** What to do after: restart the client, approve the server, … */
  readonly after: readonly string[];
}
