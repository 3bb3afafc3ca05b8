import { join } from 'node:path';
import type { ProjectAnswers } from '../base/answers.ts';
import { failure } from '../base/errors.ts';
import { lookInside, readRegular } from '../base/inside.ts';
import type { ApiPart } from '../base/plan.ts';
import { optionsOf } from '../catalog/catalog.ts';
import type { ProjectRecord } from '../plan/record.ts';
import { moduleOf } from '../plan/stub.ts';

/** GitHub's 1,223 operations have 2 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * What a project has of an API, from its own files; undefined where it has none.
 *
 * @throws CliError (failed) `bad-api` where they are not what they were
 */
export async function apiIn(dir: string, { answers, openapi }: ProjectRecord): Promise<ApiPart | undefined> {
  if (answers.fromOpenapi === undefined || openapi === undefined) return undefined;
  const { partIn } = await import('../openapi/part.ts');
  const paths = apiPaths(answers);
  const read = (name: string): string | undefined => {
    return lookInside(dir, name) === 'file' ? readRegular(join(dir, name), MOST_BYTES)?.toString('utf8') : undefined;
  };
  const data = read(paths.data);
  if (data === undefined) {
    throw failure('bad-api', `${dir} was made from ${answers.fromOpenapi}, and the file with its operations is gone.`, {
      hint: 'Restore operations.json from version control.',
    });
  }
  return partIn(data.replaceAll('\r\n', '\n'), (read(paths.cases) ?? '').replaceAll('\r\n', '\n'), openapi);
}

/** Where a language keeps what a project has of an API. */
export function apiPaths(answers: ProjectAnswers): { readonly data: string; readonly cases: string } {
  const { vars = {} } = optionsOf(answers.language, 'part').find(({ id }) => id === 'api') ?? {};
  const place = (name: string): string => String(vars[name]).replaceAll('__package__', moduleOf(answers));
  return { data: place('data'), cases: place('cases') };
}
