import { unfit } from '../../src/answers/needs.ts';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { optionsOf } from '../../src/catalog/catalog.ts';
import type { Kind } from '../../src/catalog/manifest.ts';
import { type Factors, pairwise } from '../support/pairwise.ts';

export const LANGUAGES = ['typescript', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Everything that Markdown, JSON, YAML, a shell, Handlebars, TypeScript and HTML could stumble over. */
export const ODD_DESCRIPTION = `It's "quoted" \\ \`code\` {{name}} {{{x}}} \${HOME} $(x) ${'$'}{{ y }} <b>&amp;</b> </script> | # 🧱\nIn two lines: %s [object Object]`;

/** With the longest that each language takes. */
const NAMES: Readonly<Record<Language, readonly string[]>> = {
  typescript: ['hello-mcp', '@my-scope/3d_tools.v2', `a${'b'.repeat(213)}`],
  python: ['hello-mcp', '@my-scope/3d_tools.v2', `a${'b'.repeat(79)}`],
};
const DESCRIPTIONS = ['Says hello.', ODD_DESCRIPTION];

/**
 * Answers in which every pair of options occurs at least once, each tool and each extra being on or off by itself. The
 * factors come from the catalogue, so that a new option is in without a word here.
 *
 * @param exceptFor factors that make no difference to who asks: each has one value
 */
export function matrixRows(
  language: Language,
  { exceptFor = [] }: { readonly exceptFor?: readonly string[] } = {},
): ProjectAnswers[] {
  const ids = (kind: Kind): string[] => optionsOf(language, kind).map(({ id }) => id);
  const switches = (kind: Kind) => Object.fromEntries(ids(kind).map((id) => [`${kind}:${id}`, [false, true]]));
  const chosenIn = (row: Readonly<Record<string, unknown>>, kind: Kind): string[] =>
    ids(kind).filter((id) => row[`${kind}:${id}`] === true);
  const factors: Factors = {
    transport: ids('transport'),
    storage: ids('storage'),
    runtime: ids('runtime'),
    pm: ids('pm'),
    name: NAMES[language],
    description: DESCRIPTIONS,
    ...switches('tool'),
    ...switches('extra'),
  };
  const varied = Object.entries(factors).map(([name, values]) => [
    name,
    exceptFor.includes(name) ? values.slice(0, 1) : values,
  ]);
  const rows = pairwise(Object.fromEntries(varied) as Factors, (row) => {
    const transport = row.transport as string | undefined;
    return unfit({ language, ...(transport && { transport }), extras: chosenIn(row, 'extra') }).length === 0;
  });
  return rows.map((row: Readonly<Record<string, unknown>>) => {
    const chosen = (kind: Kind): string[] => chosenIn(row, kind);
    const { transport, storage, runtime, pm, name, description } = row as unknown as ProjectAnswers;
    const text = { name, description, language };
    return { ...text, transport, storage, runtime, pm, tools: chosen('tool'), extras: chosen('extra') };
  });
}

/** What a row holds, for a sample in which every value of every option occurs. */
export const valuesOf = ({ transport, storage, runtime, pm, name, description, tools, extras }: ProjectAnswers) => [
  ...Object.entries({ transport, storage, runtime, pm, name, description }).map((value) => value.join(' ')),
  ...tools.map((id) => `tool ${id}`),
  ...extras.map((id) => `extra ${id}`),
];

/** A row as a test's title. */
export function titleOf({
  language,
  transport,
  storage,
  runtime,
  pm,
  tools,
  extras,
  name,
  description,
}: ProjectAnswers): string {
  const odd = description === ODD_DESCRIPTION ? ', odd description' : '';
  const list = (values: readonly string[]): string => values.join('+') || 'none';
  return `${transport} ${storage} ${language} ${runtime} ${pm} [${list(tools)}] [${list(extras)}] ${name.slice(0, 20)}${odd}`;
}
