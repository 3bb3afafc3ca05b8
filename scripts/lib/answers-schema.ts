import type { OptionRow, Situation } from '../../src/answers/option-types.ts';
import { OPTIONS } from '../../src/answers/options.ts';
import { CLIENTS, isWritable } from '../../src/clients/registry.ts';

/** A JSON Schema of what `--answers` takes, for editors: made from the options table, so that it cannot say another thing. */
export function answersSchema(): object {
  const properties = Object.fromEntries(OPTIONS.map((row) => [row.key, schemaOf(row)]));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Answers of create-mcp-mason',
    description: 'What `create-mcp-mason --answers <file>` takes. Whatever is left out takes its default.',
    type: 'object',
    additionalProperties: false,
    properties: { $schema: { type: 'string' }, ...properties },
  };
}

/** Of every language: which has what is judged when it is read. */
const ANY = { language: undefined } as Situation;

function schemaOf(row: OptionRow): object {
  // The default in brackets is for the help screen.
  const summary = row.summary.replace(/ \([^)]*\*\)$/, '');
  const about = { description: `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.` };
  switch (row.type) {
    case 'text':
      return { ...about, type: 'string' };
    case 'switch':
      return { ...about, type: 'boolean' };
    case 'map':
      return { ...about, type: 'object', additionalProperties: { type: 'string' } };
    case 'choice': {
      const ids = row.choices(ANY).map(({ id }) => id);
      // `"runtime": 24` is what anybody would write.
      return { ...about, enum: [...ids, ...(row.key === 'runtime' ? ids.map(Number).filter(Number.isInteger) : [])] };
    }
    case 'list': {
      const known = row.key === 'client' ? clients() : (row.choices(ANY) as readonly { id: string }[]);
      const unasked = row.unasked?.(ANY) ?? [];
      const ids = [...unasked, ...known].map(({ id }) => id);
      const items = { type: 'array', items: { enum: ids }, uniqueItems: true };
      return { ...about, oneOf: [items, { enum: [...Object.keys(row.words), ...ids] }] };
    }
  }
}

const clients = (): readonly { id: string }[] => CLIENTS.filter(isWritable);
