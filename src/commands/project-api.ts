import { join } from 'node:path';
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
  const { vars = {} } = optionsOf(answers.language, 'part').find(({ id }) => id === 'api') ?? {};
  const read = (path: unknown): string | undefined => {
    const name = String(path).replaceAll('__package__', moduleOf(answers));
    return lookInside(dir, name) === 'file' ? readRegular(join(dir, name), MOST_BYTES)?.toString('utf8') : undefined;
  };
  const data = read(vars.data);
  if (data === undefined) {
    throw failure('bad-api', `${dir} was made from ${answers.fromOpenapi}, and the file with its operations is gone.`, {
      hint: 'Restore operations.json from version control.',
    });
  }
  return partIn(data.replaceAll('\r\n', '\n'), (read(vars.cases) ?? '').replaceAll('\r\n', '\n'), openapi);
}
