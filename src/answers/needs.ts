import type { Answers } from '../base/answers.ts';
import { listOf } from '../base/text.ts';
import { optionsOf } from '../catalog/catalog.ts';
import type { Option } from '../catalog/manifest.ts';

type Wishes = Partial<Pick<Answers, 'language' | 'transport' | 'extras'>>;

/** Whether an extra works with the chosen transport. While the language or the transport is open, every one does. */
export function fits(extra: Pick<Option, 'id'>, { language, transport }: Wishes): boolean {
  return missing(extra.id, language, transport).length === 0;
}

/** The extras that do not work with the transport. */
export const unfit = (wishes: Wishes): string[] => (wishes.extras ?? []).filter((id) => !fits({ id }, wishes));

/** `deploy needs http, which the transport http or both provides; stdio does not.` */
export function unfitMessage(wishes: Wishes): string {
  const { language, transport } = wishes;
  const reasons = unfit(wishes).map((id) => {
    const tags = missing(id, language, transport);
    const able = optionsOf(language ?? '', 'transport').filter(
      (option) => option.deprecated !== true && tags.every((tag) => tagsOf(option).includes(tag)),
    );
    const names = able.map((option) => option.id);
    return `${id} needs ${listOf(tags, 'and')}, which the transport ${listOf(names)} provides; ${transport} does not.`;
  });
  return reasons.join(' ');
}

function missing(extra: string, language: string | undefined, transport: string | undefined): readonly string[] {
  if (language === undefined || transport === undefined) return [];
  const needed = optionsOf(language, 'extra').find(({ id }) => id === extra)?.needsTransport ?? [];
  const chosen = optionsOf(language, 'transport').find(({ id }) => id === transport);
  const tags = chosen === undefined ? [] : tagsOf(chosen);
  return needed.filter((tag) => !tags.includes(tag));
}

/** What an option provides, also through those that it includes. */
function tagsOf({ language, kind, vars, includes = [] }: Option): readonly string[] {
  const parts = optionsOf(language, kind).filter(({ id }) => includes.includes(id));
  return [...(Array.isArray(vars?.provides) ? vars.provides : []), ...parts.flatMap(tagsOf)];
}
