import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/base/errors.ts';
import type { PlannedFile } from '../../src/base/plan.ts';
import { type FileChange, previewFiles, writeProject } from '../../src/project/write.ts';
import { writeTree } from '../support/fixture.ts';
import { readTree, withTempDir } from '../support/temp.ts';

// Few names, so that what is there and what is planned meet often, as files and as folders.
const name = fc.constantFrom('a', 'b', 'LICENSE', '.git', 'README.md');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const text = fc.constantFrom('', 'one\n', 'two\n', 'drei 🎉\n');

/** Paths of which none is a folder of another one. */
const tree = fc.dictionary(path, text, { maxKeys: 6 }).map((files) => {
  const paths = Object.keys(files);
  return Object.fromEntries(Object.entries(files).filter(([at]) => !paths.some((other) => other.startsWith(`${at}/`))));
});
const plan = tree.map((files): PlannedFile[] =>
  Object.entries(files).map(([at, content]) => ({ path: at, text: content })),
);
const policy = fc.constantFrom('error' as const, 'skip' as const, 'overwrite' as const);

type Tree = Record<string, string>;

/** Writes over `before`, perhaps cancelling after the last byte, and gives what is there then. */
async function outcome(
  before: Tree,
  files: readonly PlannedFile[],
  onConflict: 'error' | 'skip' | 'overwrite',
  cancel: boolean,
): Promise<{ after: Tree; error: unknown; changes: readonly FileChange[]; preview: readonly FileChange[] }> {
  return withTempDir(async (dir) => {
    writeTree(dir, before);
    const preview = previewFiles(dir, files, onConflict);
    const controller = new AbortController();
    if (cancel) setImmediate(() => controller.abort());
    try {
      const { changes } = await writeProject(dir, files, { onConflict, signal: controller.signal });
      return { after: readTree(dir), error: undefined, changes, preview };
    } catch (error) {
      return { after: readTree(dir), error, changes: [], preview };
    }
  });
}

describe('writing into a folder', () => {
  it('never loses a byte that it did not say it would replace', async () => {
    await fc.assert(
      fc.asyncProperty(tree, plan, policy, async (before, files, onConflict) => {
        const { after, error, changes, preview } = await outcome(before, files, onConflict, false);
        if (error !== undefined) {
          expect(error).toBeInstanceOf(CliError);
          expect((error as CliError).exit).toBe(3);
          expect(preview.some(({ action }) => action === 'conflict')).toBe(true);
          expect(after).toEqual(before);
          return;
        }
        expect(changes).toEqual(preview);
        const planned = new Map(files.map((file) => [file.path, file.text]));
        const expected: Tree = { ...before };
        for (const { path: at, action } of changes) {
          if (action === 'create') expect(before).not.toHaveProperty([at]);
          if (action === 'overwrite') expect(onConflict).toBe('overwrite');
          if (action !== 'skip') expected[at] = planned.get(at) ?? '';
        }
        expect(after).toEqual(expected);
        if (onConflict === 'overwrite') expect(after).toMatchObject(Object.fromEntries(planned));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves everything as it was when it is cancelled', async () => {
    await fc.assert(
      fc.asyncProperty(tree, plan, policy, async (before, files, onConflict) => {
        const { after, error } = await outcome(before, files, onConflict, true);
        expect(error).toBeInstanceOf(CliError);
        expect(after).toEqual(before);
      }),
      { numRuns: 150 },
    );
  });

  it('changes nothing when the same is written again', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (files) => {
        await withTempDir(async (dir) => {
          const target = join(dir, 'project');
          const options = { onConflict: 'overwrite', signal: new AbortController().signal } as const;
          await writeProject(target, files, options);
          const once = readTree(target);
          const { changes } = await writeProject(target, files, options);
          expect(changes.every(({ action }) => action === 'skip')).toBe(true);
          expect(readTree(target)).toEqual(once);
          expect(once).toEqual(Object.fromEntries(files.map((file) => [file.path, file.text])));
        });
      }),
      { numRuns: 50 },
    );
  });

  it('can be taken back to the last byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        tree,
        plan,
        fc.constantFrom('skip' as const, 'overwrite' as const),
        async (before, files, onConflict) => {
          await withTempDir(async (dir) => {
            writeTree(dir, before);
            const signal = new AbortController().signal;
            const result = await writeProject(dir, files, { onConflict, signal }).catch(() => undefined);
            result?.undo();
            expect(readTree(dir)).toEqual(before);
          });
        },
      ),
      { numRuns: 150 },
    );
  });
});
