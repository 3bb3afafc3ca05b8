/**
 * The helpers that templates may call besides Handlebars' own blocks.
 *
 * The precompiler refuses every other name, so this is the whole language. Handlebars passes one argument more than the
 * template gives; none of these reads it.
 */
export const HELPERS = {
  /** A value as JSON, which is also a literal of JavaScript, TypeScript, Python (texts and numbers) and YAML. */
  json(value: unknown): string {
    const text = JSON.stringify(value);
    if (text === undefined) throw new Error('json: the value is missing');
    return text;
  },

  join(list: unknown, separator: unknown): string {
    if (!Array.isArray(list) || typeof separator !== 'string') throw new Error('join: needs a list and a separator');
    return list.join(separator);
  },

  /** `LOG_LEVEL` as `log_level`. */
  lower(text: unknown): string {
    if (typeof text !== 'string') throw new Error('lower: needs a text');
    return text.toLowerCase();
  },

  eq(a: unknown, b: unknown): boolean {
    if (a === undefined || b === undefined) throw new Error('eq: a value is missing');
    return a === b;
  },
} as const;

/** Handlebars' own blocks that templates may use. */
export const BLOCKS = ['each', 'if', 'unless', 'with'] as const;
