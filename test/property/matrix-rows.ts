import { NEEDY, unfit } from '../../src/answers/needs.ts';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { optionsOf } from '../../src/catalog/catalog.ts';
import type { Kind, Option } from '../../src/catalog/manifest.ts';
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
/** Nobody, a name that no format takes as it is, and one with an address. */
const AUTHORS = ['', `O'Neill "Ada" \\ & Söhne`, 'Ada Lovelace <ada@example.com>'];
const REPOSITORIES = ['', 'https://github.com/Acme-Labs/hello.mcp', 'https://git.example.com/a/b'];
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
  const ids = (kind: Kind): string[] => offered(language, kind).map(({ id }) => id);
  const switches = (kind: Kind) => Object.fromEntries(ids(kind).map((id) => [`${kind}:${id}`, [false, true]]));
  const chosenIn = (row: Readonly<Record<string, unknown>>, kind: Kind): string[] =>
    ids(kind).filter((id) => row[`${kind}:${id}`] === true);
  const factors: Factors = {
    preset: ids('preset'),
    license: ids('license'),
    author: AUTHORS,
    repository: REPOSITORIES,
    transport: ids('transport'),
    auth: ids('auth'),
    storage: ids('storage'),
    runtime: ids('runtime'),
    pm: ids('pm'),
    name: NAMES[language],
    description: DESCRIPTIONS,
    ...switches('tool'),
    ...switches('resource'),
    ...switches('extra'),
  };
  const varied = Object.entries(factors).map(([name, values]) => [
    name,
    exceptFor.includes(name) ? values.slice(0, 1) : values,
  ]);
  const rows = pairwise(Object.fromEntries(varied) as Factors, (row) => {
    const { transport, auth, storage } = row as { transport?: string; auth?: string; storage?: string };
    const lists = LISTS.map((key) => [key, chosenIn(row, NEEDY[key])]);
    const wishes = {
      language,
      ...(transport && { transport }),
      ...(auth && { auth }),
      ...(storage && { storage }),
      ...Object.fromEntries(lists),
    };
    return KEYS.every((key) => unfit(key, wishes).length === 0);
  });
  return rows.map((row: Readonly<Record<string, unknown>>) => {
    const chosen = (kind: Kind): string[] => chosenIn(row, kind);
    const { preset, transport, storage, runtime, pm, name, description } = row as unknown as ProjectAnswers;
    const { license, author, repository, auth } = row as unknown as Required<ProjectAnswers>;
    const server = { preset, transport, auth, storage, tools: chosen('tool'), resources: chosen('resource') };
    const about = { name, description, license, author, repository };
    return { ...about, language, ...server, extras: chosen('extra'), runtime, pm };
  });
}

const KEYS = Object.keys(NEEDY) as (keyof typeof NEEDY)[];
const LISTS = ['tools', 'resources', 'extras'] as const;

/** Without what its transport or its storage does not serve. */
export function fitting(answers: ProjectAnswers): ProjectAnswers {
  const lists = LISTS.map((key) => [key, answers[key].filter((id) => !unfit(key, answers).includes(id))]);
  const auth = unfit('auth', answers).length > 0 && { auth: 'none' };
  return { ...answers, ...auth, ...Object.fromEntries(lists) };
}

/** What can be chosen. */
export const offered = (language: string, kind: Kind): readonly Option[] =>
  optionsOf(language, kind).filter(({ standIn }) => standIn !== true);

/** What a row holds, for a sample in which every value of every option occurs. */
export const valuesOf = (answers: ProjectAnswers) => {
  const { preset, transport, storage, runtime, pm, name, description, tools, resources, extras } = answers;
  const { license, author, repository, auth = 'none' } = answers;
  const one = { preset, license, author, repository, transport, auth, storage, runtime, pm, name, description };
  return [
    ...Object.entries(one).map((value) => value.join(' ')),
    ...tools.map((id) => `tool ${id}`),
    ...resources.map((id) => `resource ${id}`),
    ...extras.map((id) => `extra ${id}`),
  ];
};

/** A row as a test's title. */
export function titleOf(answers: ProjectAnswers): string {
  const { language, preset, transport, storage, runtime, pm, tools, resources, extras, name, description } = answers;
  const oauth = (answers.auth ?? 'none') === 'none' ? '' : ` ${answers.auth}`;
  const odd = description === ODD_DESCRIPTION ? ', odd description' : '';
  const lists = [tools, resources, extras].map((values) => `[${values.join('+') || 'none'}]`).join(' ');
  return `${preset} ${transport}${oauth} ${storage} ${language} ${runtime} ${pm} ${lists} ${name.slice(0, 20)}${odd}`;
}
