import { hashOf } from '../base/hash.ts';
import type { Compiled } from './compile.ts';
import type { Api, Operation } from './model.ts';

/** What the owner of a project has made of its operations. */
export interface Owned {
  readonly compiled: Compiled;
  /** Operations that were taken out, perhaps to be written by hand. */
  readonly takenOut: readonly string[];
  /** Operations that were changed, and stay as they are. */
  readonly edited: readonly string[];
}

/** What an operation is compared by, as it stands in the data of a project. */
export const lineHash = (operation: Operation): string => hashOf(JSON.stringify(operation));

/**
 * Operations made anew, but for what their owner has done: those that were taken out stay out, and those that were edited stay
 * as they are.
 *
 * @param there what the project has
 * @param lines what each was when it was generated, by its hash
 */
export function keepOwn(compiled: Compiled, there: Api, lines: Readonly<Record<string, string>>): Owned {
  const takenOut: string[] = [];
  const edited: string[] = [];
  const operations = Object.entries(compiled.api.operations).flatMap(([name, fresh]): [string, Operation][] => {
    const [was, own] = [lines[name], there.operations[name]];
    if (was === undefined) return [[name, fresh]];
    if (own === undefined) {
      takenOut.push(name);
      return [];
    }
    if (lineHash(own) === was) return [[name, fresh]];
    edited.push(name);
    return [[name, own]];
  });
  return {
    compiled: { ...compiled, api: { ...compiled.api, operations: Object.fromEntries(operations) } },
    takenOut,
    edited,
  };
}
