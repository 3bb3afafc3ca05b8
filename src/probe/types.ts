/** What `check` found out by talking to a server as a client would. */
export interface CheckReport {
  readonly ok: boolean;
  readonly transport: 'stdio' | 'http';
  readonly server: { readonly name: string; readonly version: string } | undefined;
  readonly steps: readonly CheckStep[];
  readonly tools: readonly string[];
  readonly resources: readonly string[];
  readonly prompts: readonly string[];
}

export interface CheckStep {
  /** Stable, machine-readable: `handshake-2025`, `tools/list`, `stdout`, `exit-on-eof`, … */
  readonly name: string;
  readonly ok: boolean;
  /** Milliseconds. */
  readonly ms: number;
  /** For people: what was seen, or what is wrong and what to do. */
  readonly detail: string;
}
