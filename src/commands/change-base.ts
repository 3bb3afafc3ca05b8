import type { ProjectAnswers } from '../base/answers.ts';
import { hashOf } from '../base/hash.ts';
import type { ApiPart } from '../base/plan.ts';
import { planProject } from '../plan/plan.ts';
import type { ProjectRecord } from '../plan/record.ts';
import type { Repository } from '../project/repository.ts';

/** Texts as they were generated once, by path. */
export type Bases = ReadonlyMap<string, string>;

/** Where texts that were generated once may come from, besides the disk. */
export interface BaseSources {
  readonly record: ProjectRecord;
  readonly repository: Repository | undefined;
  /** What the recorded version itself makes of the recorded answers, where somebody has asked it. */
  readonly fetched?: Bases | undefined;
  /** What the project has of an API. */
  readonly api?: ApiPart | undefined;
}

/**
 * Finds what was generated once at `paths`, for a three-way merge. Nothing is guessed: a text is only taken if it has the
 * recorded hash, wherever it comes from.
 *
 * @param paths files whose text on disk is another one by now
 */
export async function findBases(paths: readonly string[], sources: BaseSources): Promise<Bases> {
  const { record, repository, fetched, api } = sources;
  const found = new Map<string, string>();
  const take = (path: string, text: string): void => {
    // In history, a clone with other line ends may have been committed as it was.
    for (const one of [text, text.replaceAll('\r\n', '\n')]) {
      if (!found.has(path) && hashOf(one) === record.files[path]) found.set(path, one);
    }
  };
  const missing = (): string[] => paths.filter((path) => !found.has(path));
  // Made by this version, or by one that made this file alike; of an API before its owner took operations out, too.
  for (const one of api === undefined ? [api] : [api, { ...api, count: Object.keys(api.lines).length }]) {
    if (missing().length > 0) await render(record.answers, one, take);
  }
  for (const path of missing()) {
    const text = fetched?.get(path);
    if (text !== undefined) take(path, text);
  }
  if (repository !== undefined) {
    for await (const { path, text } of repository.versionsOf(missing())) take(path, text);
  }
  return found;
}

async function render(
  answers: ProjectAnswers,
  api: ApiPart | undefined,
  take: (path: string, text: string) => void,
): Promise<void> {
  const { files } = await planProject(answers, api);
  for (const { path, text } of files) take(path, text);
}
