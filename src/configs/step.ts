/** One change of the data of a file. */
export interface Step {
  /** `add` a member or an item that is not there, `put` another value in the place of one, `drop` one. */
  readonly kind: 'add' | 'put' | 'drop';
  /** The keys that lead to the table or list. */
  readonly path: readonly string[];
  /** The key of the member, or the place of the item; for `add` the place that it will have. */
  readonly at: string | number;
  /** Not for `drop`. */
  readonly value?: unknown;
  /** The member after which a new one comes; undefined: before all others. */
  readonly after?: string | undefined;
}
