import type { OptionRow, Situation } from './option-types.ts';
import type { Value } from './values.ts';

/** The value of a row that was neither given nor asked; undefined when there is none. */
export function fallbackOf(row: OptionRow, situation: Situation): Value | undefined {
  switch (row.type) {
    case 'text':
      return row.fallback(situation);
    case 'choice':
      return row.fallback(situation, idsOf(row.choices(situation)));
    case 'list':
      return row.fallback(situation);
    case 'map':
      return {};
    case 'switch':
      return row.fallback;
  }
}

export const idsOf = (choices: readonly { readonly id: string }[]): string[] => choices.map((choice) => choice.id);
