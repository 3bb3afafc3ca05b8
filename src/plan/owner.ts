import type { ProjectAnswers } from '../base/answers.ts';
import type { TemplateContext } from './context.ts';

type Owner = Pick<
  TemplateContext,
  'author' | 'authorEmail' | 'repository' | 'repositorySource' | 'issues' | 'registryName'
>;

/** Where each host has the reports of faults. */
const ISSUES: Readonly<Record<string, string>> = {
  'github.com': '/issues',
  'codeberg.org': '/issues',
  'gitlab.com': '/-/issues',
};

/** The hosts that the MCP registry knows. */
const SOURCES: Readonly<Record<string, string>> = { 'github.com': 'github', 'gitlab.com': 'gitlab' };

/** What is public of whoever owns a project. */
export function ownerOf({ author = '', repository = '' }: ProjectAnswers, serverName: string): Owner {
  const [, name = author, authorEmail = ''] = /^(.*) <(.*)>$/.exec(author) ?? [];
  const address = repository.replace(/\/$/, '').replace(/\.git$/, '');
  const { host, pathname } = address === '' ? { host: '', pathname: '' } : new URL(address);
  const issues = ISSUES[host];
  const [, owner = ''] = pathname.split('/');
  return {
    author: name,
    authorEmail,
    repository: address,
    repositorySource: SOURCES[host] ?? '',
    issues: issues === undefined ? '' : `${address}${issues}`,
    // In the owner's own spelling: the registry compares it with the name of the account.
    registryName: `io.github.${host === 'github.com' ? owner : 'OWNER'}/${serverName}`,
  };
}
