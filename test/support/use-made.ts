import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { copyOf, type Made, made, type Recipe } from './made.ts';
import { pythonTools } from './python.ts';
import { cannotRun } from './require.ts';

/** A project of a group of tests. It is there when their own `beforeAll` runs. */
export interface UsedProject extends Made {
  /** Why it is not. */
  missing(): string | undefined;
}

/**
 * Has a project made for the tests of this `describe`, or of this file; they are skipped where its language is missing.
 * It is one for the whole run: nobody may write into it.
 */
export const useMade = (recipe: Recipe): UsedProject => prepare(recipe, () => made(recipe));

/** The same with a copy of these tests' own, in a folder that is called after its language. */
export function useCopy(recipe: Recipe): UsedProject {
  let parent: string | undefined;
  afterAll(() => {
    if (parent !== undefined) rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  });
  return prepare(recipe, () => {
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-copy-')));
    return copyOf(recipe, join(parent, recipe.language ?? 'typescript'));
  });
}

function prepare({ language }: Recipe, make: () => Promise<Made>): UsedProject {
  let project: Made | undefined;
  let missing: string | undefined = 'it is not made yet';
  beforeAll(async () => {
    missing = language === 'python' ? await pythonTools().then(nothing, ({ message }: Error) => message) : undefined;
    if (missing === undefined) project = await make();
  });
  beforeEach((context) => {
    if (missing !== undefined) cannotRun(context, missing);
  });
  const present = (): Made => {
    if (project === undefined) throw new Error(`There is no project: ${missing}`);
    return project;
  };
  return {
    get dir() {
      return present().dir;
    },
    get start() {
      return present().start;
    },
    missing: () => missing,
  };
}

const nothing = (): undefined => undefined;
