import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { languages } from '../../src/catalog/catalog.ts';
import type { Kind } from '../../src/catalog/manifest.ts';
import { planProject } from '../../src/plan/plan.ts';
import { fitting, offered } from './matrix-rows.ts';

const idsOf = (language: string, kind: Kind): string[] => offered(language, kind).map(({ id }) => id);

const names = fc.constantFrom('hello-mcp', '@me/hello-mcp', 'a', '3d', 'x.y_z', 'constructor');
const description = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it must arrive as it is
  fc.constant('{{name}} ${x} "q" \\ </script>\n🎉'),
);

const answersIn = (language: string): fc.Arbitrary<ProjectAnswers> => {
  const one = (kind: Kind) => fc.constantFrom(...idsOf(language, kind));
  const some = (kind: Kind) => fc.shuffledSubarray(idsOf(language, kind));
  const any = fc.record({
    name: names,
    description,
    language: fc.constant(language),
    preset: one('preset'),
    transport: one('transport'),
    storage: one('storage'),
    tools: some('tool'),
    resources: some('resource'),
    extras: some('extra'),
    runtime: one('runtime'),
    pm: one('pm'),
  });
  return any.map(fitting);
};
const answers = fc.constantFrom(...languages()).chain(answersIn);

describe('a plan', () => {
  it('is the same each time, whatever the order of the tools', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (given) => {
        const again = { ...given, tools: [...given.tools].reverse(), extras: [...given.extras].reverse() };
        expect(await planProject(again)).toEqual(await planProject(given));
      }),
      { numRuns: 50 },
    );
  });

  it('is the same when it is made of the answers that it records', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (given) => {
        const plan = await planProject(given);
        const record = plan.files.find(({ path }) => path === '.mcp-mason.json')?.text ?? '';
        expect(await planProject(JSON.parse(record).answers)).toEqual(plan);
      }),
      { numRuns: 50 },
    );
  });

  it('holds well-formed files with paths inside the project', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (given) => {
        const { files } = await planProject(given);
        const paths = files.map(({ path }) => path);
        expect(paths).toEqual([...new Set(paths)].sort());
        // On macOS and Windows these would be one file.
        expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
        for (const { path, text } of files) {
          expect(path).toMatch(/^(?!.*(^|\/)\.{0,2}(\/|$))[\w.@+-]+(\/[\w.@+-]+)*$/);
          expect(path).not.toMatch(/dot_|__package__|\.hbs$/);
          if (path.endsWith('.json')) expect(() => JSON.parse(text), path).not.toThrow();
        }
      }),
      { numRuns: 100 },
    );
  });

  it('carries the description intact', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (given) => {
        const { files } = await planProject(given);
        const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
        expect(JSON.parse(textOf('.mcp-mason.json')).answers.description).toBe(given.description);
        if (given.language === 'typescript') {
          expect(JSON.parse(textOf('package.json')).description).toBe(given.description);
        }
      }),
      { numRuns: 50 },
    );
  });
});
