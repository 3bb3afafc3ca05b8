import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { languages, optionsOf } from '../../src/catalog/catalog.ts';
import type { Kind } from '../../src/catalog/manifest.ts';
import { planProject } from '../../src/plan/plan.ts';
import { pairwise } from '../support/pairwise.ts';

const idsOf = (language: string, kind: Kind): string[] => optionsOf(language, kind).map(({ id }) => id);

const names = fc.constantFrom('hello-mcp', '@me/hello-mcp', 'a', '3d', 'x.y_z', 'constructor');
const description = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it must arrive as it is
  fc.constant('{{name}} ${x} "q" \\ </script>\n🎉'),
);

const answersIn = (language: string): fc.Arbitrary<ProjectAnswers> => {
  const one = (kind: Kind) => fc.constantFrom(...idsOf(language, kind));
  return fc.record({
    name: names,
    description,
    language: fc.constant(language),
    transport: one('transport'),
    storage: one('storage'),
    tools: fc.shuffledSubarray(idsOf(language, 'tool')),
    extras: fc.shuffledSubarray(idsOf(language, 'extra')),
    runtime: one('runtime'),
    pm: one('pm'),
  });
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

/** A description and a name that are found nowhere in templates. */
const PLAIN = { name: 'qqq-server', description: 'Zzz.' };

const rows = languages().flatMap((language) =>
  pairwise({
    language: [language],
    transport: idsOf(language, 'transport'),
    storage: idsOf(language, 'storage'),
    runtime: idsOf(language, 'runtime'),
    pm: idsOf(language, 'pm'),
    ...Object.fromEntries(
      ['tool', 'extra'].flatMap((kind) => idsOf(language, kind as Kind).map((id) => [`${kind} ${id}`, [true, false]])),
    ),
  }),
);

const chosen = (row: (typeof rows)[number], kind: string): string[] =>
  Object.entries(row).flatMap(([key, value]) =>
    key.startsWith(`${kind} `) && value ? [key.slice(kind.length + 1)] : [],
  );

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));
/** What all templates of a language say. */
const SOURCES = new Map(languages().map((language) => [language, textsIn(join(TEMPLATES, language))]));

function textsIn(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

describe('every pair of options', () => {
  it.each(rows.map((row) => [JSON.stringify(row), row] as const))('renders without a gap: %s', async (_, row) => {
    const tools = chosen(row, 'tool');
    const extras = chosen(row, 'extra');
    const { files, nextSteps } = await planProject({ ...PLAIN, ...row, tools, extras });
    const source = SOURCES.get(row.language);
    for (const { path, text } of [...files, ...nextSteps.map((text) => ({ path: 'nextSteps', text: `${text}\n` }))]) {
      expect(text, path).not.toMatch(/(?<!\$)\{\{/);
      expect(text, path).not.toContain('[object ');
      expect(text, path).not.toMatch(/\r|[^\S\n]$/m);
      if (text !== '') expect(text, path).toMatch(/[^\n]\n$/);
      // Code says `undefined` for good reasons, and then so do templates.
      for (const line of text.split('\n').filter((line) => line.includes('undefined'))) {
        const words = /[\w.]*undefined/.exec(line)?.[0] ?? '';
        expect(source, `${path}: ${line}`).toContain(words);
      }
    }
  });
});
