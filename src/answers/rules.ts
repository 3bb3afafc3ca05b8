import { type Answers, NO_AUTH, serverNameOf } from '../base/answers.ts';
import { findLanguage } from '../languages/index.ts';
import type { Language } from '../languages/language.ts';
import { NEEDY, unfit, unfitMessage } from './needs.ts';
import type { Key, Surroundings } from './option-types.ts';
import type { Source } from './values.ts';

/**
 * What does not go together, as data.
 *
 * `keys[0]` gives way: when nobody gave it, or a flag overrules a file, it takes the value of `instead`, with a note. When
 * both were given alike the run stops with exit 2, because guessing which of two wishes counts is wrong half of the time.
 */
interface Rule {
  readonly id: string;
  readonly keys: readonly [Key, ...Key[]];
  /** True when the answers break the rule. Gets only keys that are settled. */
  broken(answers: Partial<Answers>, facts: Facts): boolean;
  message(answers: Partial<Answers>, facts: Facts): string;
  readonly hint: string;
  instead(answers: Partial<Answers>): Partial<Answers>;
  /** Giving way is what anybody expects, so it is not worth a note when the value was only a default. */
  readonly expected?: true;
}

/** What a rule may know of the machine. */
export type Facts = Pick<Surroundings, 'runtime'>;

const major = (version: string): number => Number.parseInt(version, 10);

const longestName = (language = ''): Language['longestName'] => findLanguage(language)?.longestName;

/** What a choice needs must be there. */
const needsOf = (key: keyof typeof NEEDY): Rule => ({
  id: `${key}-need-others`,
  keys: [key, 'transport', 'storage'],
  broken: (answers) => unfit(key, answers).length > 0,
  message: (answers) => unfitMessage(key, answers),
  hint:
    key === 'auth'
      ? 'Give another --transport, or leave out --auth.'
      : `Give another --transport or --storage, or leave it out of --${key}.`,
  instead: (answers) =>
    key === 'auth'
      ? { auth: NO_AUTH }
      : { [key]: (answers[key] ?? []).filter((id) => !unfit(key, answers).includes(id)) },
});

const RULES: readonly Rule[] = [
  {
    id: 'name-length-of-language',
    keys: ['name', 'language'],
    broken: ({ name = '', language }) => serverNameOf(name).length > (longestName(language)?.characters ?? Infinity),
    message: ({ name, language }) => {
      const longest = longestName(language);
      return `The name ${name} is longer than the ${longest?.characters} characters of ${longest?.of}.`;
    },
    hint: 'Give a shorter --name.',
    instead: ({ name = '', language }) => ({
      name: serverNameOf(name)
        .slice(0, longestName(language)?.characters)
        .replace(/[._-]+$/, ''),
    }),
  },
  ...(['openapiMode', 'operations'] as const).map(
    (key): Rule => ({
      id: `${key}-needs-openapi`,
      keys: [key, 'fromOpenapi'],
      broken: (answers) => answers[key] !== undefined && answers.fromOpenapi === undefined,
      message: () =>
        `${key === 'operations' ? '--operations' : '--openapi-mode'} is about the description that --from-openapi names, and there is none.`,
      hint: 'Give --from-openapi <file or address> as well.',
      instead: () => ({}),
    }),
  ),
  ...(Object.keys(NEEDY) as (keyof typeof NEEDY)[]).map(needsOf),
  {
    id: 'check-needs-install',
    keys: ['check', 'install'],
    broken: ({ check, install }) => check === true && install === false,
    message: () => 'The check starts the built server, so it needs the install.',
    hint: 'Give --install, or --no-check.',
    expected: true,
    instead: () => ({ check: false }),
  },
  {
    id: 'check-needs-runtime',
    keys: ['check', 'runtime'],
    broken: ({ check, language = '', runtime = '' }, facts) =>
      check === true &&
      findLanguage(language)?.isOurRuntime === true &&
      major(runtime) > major(facts.runtime(language) ?? ''),
    message: ({ language = '', runtime }, facts) =>
      `The check needs Node ${runtime}, which the project targets; this is Node ${facts.runtime(language)}.`,
    hint: 'Give --no-check instead, or run with that Node.',
    instead: () => ({ check: false }),
  },
  {
    id: 'client-config-needs-client',
    keys: ['client', 'clientConfig'],
    broken: ({ client, clientConfig }) =>
      client !== undefined && clientConfig !== undefined && missingClients(client, clientConfig).length > 0,
    message: ({ client, clientConfig }) =>
      `--client-config names ${missingClients(client ?? [], clientConfig ?? {}).join(', ')}, which --client does not.`,
    hint: 'Name the client in both, or leave out --client.',
    expected: true,
    instead: ({ client, clientConfig }) => ({
      client: [...(client ?? []), ...missingClients(client ?? [], clientConfig ?? {})],
    }),
  },
];

const missingClients = (client: readonly string[], config: Readonly<Record<string, string>>): string[] =>
  Object.keys(config).filter((id) => !client.includes(id));

const isWish = (source: Source | undefined): boolean => source === 'flag' || source === 'file' || source === 'call';

export interface Verdict {
  readonly answers: Partial<Answers>;
  /** What gave way, for people. */
  readonly notes: readonly string[];
  /** The first rule that the user's own wishes break. */
  readonly broken: { readonly rule: Rule; readonly message: string } | undefined;
}

/** Applies every rule once, in order. Pure. */
export function judge(answers: Partial<Answers>, sources: Partial<Record<Key, Source>>, facts: Facts): Verdict {
  let settled = answers;
  const notes: string[] = [];
  for (const rule of RULES) {
    if (!rule.broken(settled, facts)) continue;
    const message = rule.message(settled, facts);
    const [given, ...others] = rule.keys.map((key) => sources[key] ?? 'default');
    if (isWish(given) && !others.some((other) => other === 'flag' && given === 'file')) {
      return { answers: settled, notes, broken: { rule, message } };
    }
    settled = { ...settled, ...rule.instead(settled) };
    if (given === 'answer' || rule.expected === undefined) notes.push(message);
  }
  return { answers: settled, notes, broken: undefined };
}
