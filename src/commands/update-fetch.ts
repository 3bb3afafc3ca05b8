import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../base/context.ts';
import { failure } from '../base/errors.ts';
import { lookInside } from '../base/inside.ts';
import { compareVersions, isVersion } from '../base/semver.ts';
import type { ProjectRecord } from '../plan/record.ts';
import { run } from '../project/run.ts';
import type { Bases } from './change-base.ts';
import { sourceIn } from './openapi-source.ts';

const PACKAGE = 'create-mcp-mason';

/**
 * Has the recorded version of this package, from the registry or npm's cache, make the project again, in a temporary folder.
 *
 * It is the one program that an update ever starts, and only when somebody asks for it. The record may be a stranger's, so
 * all that is taken from it is a plain version lower than ours, and answers that were judged as flags are; npm runs where no
 * `.npmrc` of the project is read, and no script of the package runs. A description of an API is read as it is by now, which
 * may be another one than it was: whoever takes a text compares its hash.
 *
 * @param dir the project
 * @throws CliError (failed) `base-unavailable`; `cancelled`
 */
export async function fetchBases(
  { version, answers, files }: ProjectRecord,
  dir: string,
  context: Context,
): Promise<Bases> {
  const { env, signal } = context;
  const texts = new Map<string, string>();
  if (!isVersion(version) || compareVersions(version, context.version) >= 0) return texts;
  const folder = realpathSync(mkdtempSync(join(env.tmp, 'mason-base-')));
  try {
    const npm = env.platform === 'win32' ? 'npm.cmd' : 'npm';
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefix', folder];
    await step(npm, [...install, `${PACKAGE}@${version}`], folder, context);
    const bin = join(folder, 'node_modules', PACKAGE, 'bin', `${PACKAGE}.js`);
    const flags = ['--yes', '--no-install', '--no-git', '--no-check'];
    const known = compareVersions(version, '0.2.0') < 0 ? answerFlags(answers) : answerFile(answers, dir, folder);
    await step(env.nodePath, [bin, 'project', ...known, ...flags], folder, { env, signal });
    const project = join(folder, 'project');
    for (const path of Object.keys(files)) {
      if (lookInside(project, path) === 'file') texts.set(path, readFileSync(join(project, path), 'utf8'));
    }
    return texts;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function step(
  command: string,
  args: readonly string[],
  cwd: string,
  { env, signal }: Pick<Context, 'env' | 'signal'>,
): Promise<void> {
  const { ok, output } = await run(command, args, { cwd, env, signal });
  if (ok) return;
  throw failure('base-unavailable', `The version that made the project could not be had: ${reasonIn(output)}`, {
    hint: 'Run update without --fetch-base: files that you have edited then are conflicts as a whole.',
  });
}

/** What is said last; by our own command, what it says before what to do. */
const reasonIn = (output: string): string =>
  /^error: (.*)$/m.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? '';

const list = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join(','));

/** The answers as a file, which has all of them. */
function answerFile(answers: ProjectRecord['answers'], dir: string, folder: string): string[] {
  const { fromOpenapi } = answers;
  const own = { ...answers, ...(fromOpenapi !== undefined && { fromOpenapi: sourceIn(dir, fromOpenapi) }) };
  writeFileSync(join(folder, 'answers.json'), JSON.stringify(own));
  return ['--answers', 'answers.json'];
}

/** The same as flags of the first edition, which read no file, and had no flag for some. */
function answerFlags(answers: ProjectRecord['answers']): string[] {
  const { name, description, language, transport, storage, tools, extras, runtime, pm } = answers;
  return [
    ...['--name', name, '--description', description, '--language', language],
    ...['--transport', extras.includes('sse') ? 'sse' : transport, '--storage', storage, '--tools', list(tools)],
    ...['--extras', list(extras.filter((id) => id !== 'sse' && id !== 'rate-limit')), '--runtime', runtime, '--pm', pm],
  ];
}
