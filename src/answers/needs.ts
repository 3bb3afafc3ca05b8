import type { Answers } from '../base/answers.ts';
import { listOf } from '../base/text.ts';
import { optionOf, optionsOf } from '../catalog/catalog.ts';
import type { Kind, Option } from '../catalog/manifest.ts';

type Wishes = Partial<Pick<Answers, 'language' | 'transport' | 'auth' | 'storage' | 'tools' | 'resources' | 'extras'>>;

/** The answers whose choices may need something of the others. */
export const NEEDY = { auth: 'auth', tools: 'tool', resources: 'resource', extras: 'extra' } as const;
type Needy = keyof typeof NEEDY;

/** The answers that provide something. */
const PROVIDERS = { transport: 'transport', storage: 'storage' } as const;
type Provider = keyof typeof PROVIDERS;

/** Whether a choice works with those that are settled. What is still open provides everything. */
export function fits(key: Needy, { id }: Pick<Option, 'id'>, wishes: Wishes): boolean {
  return missing(key, id, wishes).length === 0;
}

/** The choices of one answer that do not work with the others. */
export const unfit = (key: Needy, wishes: Wishes): string[] =>
  [wishes[key] ?? []].flat().filter((id) => !fits(key, { id }, wishes));

/** `deploy needs http, which the transport http or both provides; stdio does not.` */
export function unfitMessage(key: Needy, wishes: Wishes): string {
  const reasons = unfit(key, wishes).flatMap((id) =>
    missing(key, id, wishes).map((tag) => {
      const provider = providerOf(tag, wishes.language ?? '');
      const able = optionsOf(wishes.language ?? '', PROVIDERS[provider]).filter((option) =>
        tagsOf(option).includes(tag),
      );
      const names = listOf(able.map((option) => option.id));
      return `${id} needs ${tag}, which the ${provider} ${names} provides; ${wishes[provider]} does not.`;
    }),
  );
  return reasons.join(' ');
}

/** The tags that a choice needs and that nothing which is settled provides. */
function missing(key: Needy, id: string, wishes: Wishes): readonly string[] {
  const { language } = wishes;
  if (language === undefined) return [];
  const needed = find(language, NEEDY[key], id)?.needs ?? [];
  return needed.filter((tag) => {
    const provider = providerOf(tag, language);
    const chosen = wishes[provider];
    if (chosen === undefined) return false;
    const option = find(language, PROVIDERS[provider], chosen);
    return option !== undefined && !tagsOf(option).includes(tag);
  });
}

const providerOf = (tag: string, language: string): Provider =>
  optionsOf(language, 'transport').some((option) => tagsOf(option).includes(tag)) ? 'transport' : 'storage';

const find = (language: string, kind: Kind, id: string): Option | undefined =>
  optionsOf(language, kind).find((option) => option.id === id);

/** What an option provides, also through its parts and through those that it includes. */
function tagsOf({ language, kind, vars, includes = [], parts = [] }: Option): readonly string[] {
  return [
    ...(Array.isArray(vars?.provides) ? vars.provides : []),
    ...parts.flatMap((id) => [id, ...tagsOf(optionOf(language, 'part', id))]),
    ...includes.flatMap((id) => tagsOf(optionOf(language, kind, id))),
  ];
}
