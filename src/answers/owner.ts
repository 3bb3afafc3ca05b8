import { show, UNPRINTABLE } from '../base/text.ts';

/** Whose a project is, and where it is kept: texts that end up in manifests, licences and on public pages. */

const LONGEST = 200;
const AUTHOR = /^[^<>]*[^<>\s](?: <[^<>\s@]+@[^<>\s@]+>)?$/;

/** What is wrong with an author, or undefined. An empty one is nobody. */
export function authorProblem(value: string): string | undefined {
  if (value === '') return undefined;
  if (value.length > LONGEST) return `The author has ${value.length} characters; ${LONGEST} are allowed.`;
  if (value.search(UNPRINTABLE) >= 0) return `The author ${show(value)} holds characters that cannot be printed.`;
  if (AUTHOR.test(value)) return undefined;
  return `The author ${show(value)} is neither a name nor of the form "Ada Lovelace <ada@example.com>".`;
}

/** What is wrong with the address of a repository, or undefined. An empty one is none. */
export function repositoryProblem(value: string): string | undefined {
  if (value === '') return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'https:') return `The repository ${show(value)} is no address that begins with https://.`;
  if (url.username !== '' || url.password !== '') return 'The address of the repository holds a user or a password.';
  if (url.search !== '' || url.hash !== '' || url.pathname === '/' || value.length > LONGEST || /["'\\`]/.test(value)) {
    return `The repository ${show(value)} is no address of a repository.`;
  }
  return undefined;
}

/** What was probably meant. Never what holds a password. */
export function similarRepository(value: string): string {
  const [, host, path] = /^(?:ssh:\/\/)?git@([\w.-]+)[:/]([\w./-]+?)(?:\.git)?$/.exec(value) ?? [];
  return host === undefined ? 'https://github.com/owner/name' : `https://${host}/${path}`;
}
