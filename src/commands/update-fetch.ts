import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../base/context.ts';
import { failure } from '../base/errors.ts';
import { lookInside } from '../base/inside.ts';
import { compareVersions, isVersion } from '../base/semver.ts';
import type { ProjectRecord } from '../plan/record.ts';
import { run } from '../project/run.ts';
import type { Bases } from './change-base.ts';

const PACKAGE = 'create-mcp-mason';

/**
 * Has the recorded version of this package, from the registry or npm's cache, make the project again, in a temporary folder.
 *
 * It is the one program that an update ever starts, and only when somebody asks for it. The record may be a stranger's, so
 * all that is taken from it is a plain version lower than ours, and answers that were judged as flags are; npm runs where no
 * `.npmrc` of the project is read, and no script of the package runs.
 *
 * @throws CliError (failed) `base-unavailable`; `cancelled`
 */
export async function fetchBases({ version, answers, files }: ProjectRecord, context: Context): Promise<Bases> {
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
    await step(env.nodePath, [bin, 'project', ...answerFlags(answers, version), ...flags], folder, { env, signal });
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
  throw failure('base-unavailable', `The version that made the project could not be had: ${lastLine(output)}`, {
    hint: 'Run update without --fetch-base: files that you have edited then are conflicts as a whole.',
  });
}

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';

const list = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join(','));

/** The answers as flags of their own version. What the first edition had no flag for is left out. */
function answerFlags(answers: ProjectRecord['answers'], version: string): string[] {
  const { name, description, language, preset, transport, storage, tools, resources, extras, runtime, pm } = answers;
  const isFirst = compareVersions(version, '0.2.0') < 0;
  const isSse = isFirst && extras.includes('sse');
  const own = isFirst ? extras.filter((id) => id !== 'sse' && id !== 'rate-limit') : extras;
  return [
    ...['--name', name, '--description', description, '--language', language],
    ...['--transport', isSse ? 'sse' : transport, '--storage', storage, '--tools', list(tools)],
    ...['--extras', list(own), '--runtime', runtime, '--pm', pm],
    ...(isFirst ? [] : ['--preset', preset, '--resources', list(resources)]),
  ];
}
