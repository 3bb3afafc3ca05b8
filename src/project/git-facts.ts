import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Env } from '../base/env.ts';
import { UNPRINTABLE } from '../base/text.ts';

export interface GitFacts {
  /** `user.name`. The address of mail is nobody's business who is not told. */
  readonly author: string;
  /** `remote.origin.url` as an address of https, without who logs in there. */
  readonly repository: string;
}

/** Variables that a hook or an alias has set would lead git to the repository it ran in. */
const FOREIGN = /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE|PREFIX)$/;

/** What takes these variables away from a child process. */
export const withoutForeign = (vars: Env['vars']): Record<string, undefined> =>
  Object.fromEntries(
    Object.keys(vars)
      .filter((name) => FOREIGN.test(name))
      .map((name) => [name, undefined]),
  );

const PATIENCE_MS = 5000;
const NOTHING: GitFacts = { author: '', repository: '' };

/** What git's settings say of who works in a folder, which need not be there yet. Reading settings starts nothing. */
export function gitFacts(target: string, { vars }: Pick<Env, 'vars'>): GitFacts {
  let cwd = target;
  while (!existsSync(cwd) && dirname(cwd) !== cwd) cwd = dirname(cwd);
  const env = { ...vars, ...withoutForeign(vars) };
  const args = ['config', '--null', '--get-regexp', '^(user\\.name|remote\\.origin\\.url)$'];
  const { stdout } = spawnSync('git', args, { cwd, env, encoding: 'utf8', timeout: PATIENCE_MS, windowsHide: true });
  if (!stdout) return NOTHING;
  // The last one of a name counts.
  const settings = Object.fromEntries(
    stdout.split('\0').map((entry) => [entry.split('\n', 1)[0] ?? '', entry.slice(entry.indexOf('\n') + 1)]),
  );
  return { author: nameFrom(settings['user.name']), repository: addressOf(settings['remote.origin.url']) };
}

/** Without what no manifest takes. */
const nameFrom = (name = ''): string => name.replace(UNPRINTABLE, '').replace(/[<>]/g, '').trim().slice(0, 100);

/**
 * The public address of a remote; empty for what has none. Users, passwords and tokens in it are left out.
 *
 * @internal exported for tests
 */
export function addressOf(remote = ''): string {
  const [, host, path] = /^(?:[\w.-]+@)([\w-]+\.[\w.-]+):(?!\/\/)([\w./~-]+)$/.exec(remote) ?? [];
  const text = host === undefined ? remote : `https://${host}/${path}`;
  if (!URL.canParse(text)) return '';
  const { protocol, hostname, pathname } = new URL(text);
  const isPublic = ['https:', 'http:', 'ssh:', 'git:', 'git+ssh:'].includes(protocol) && hostname.includes('.');
  const clean = pathname.replace(/\/+$/, '').replace(/\.git$/, '');
  return isPublic && /^\/[\w./~-]+$/.test(clean) ? `https://${hostname}${clean}` : '';
}
