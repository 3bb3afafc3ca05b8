import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli.ts';
import { COMMANDS } from '../../src/commands/register.ts';
import { fakeContext } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';

async function scriptFor(shell: string): Promise<string> {
  const context = fakeContext();
  expect(await main(['completion', shell], context)).toBe(0);
  return context.stdout.text;
}

const isThere = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** What bash offers for the last word. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const quoted = ['create-mcp-mason', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${await scriptFor('bash')}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _create_mcp_mason; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: tempDir() });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.trim().split('\n');
}

describe.runIf(isThere('bash'))('in bash', () => {
  it.each([
    [[''], ['config', 'check', 'publish', 'completion']],
    [['che'], ['check']],
    [['x', '--tra'], ['--transport']],
    [
      ['x', '--transport', ''],
      ['stdio', 'http', 'both'],
    ],
    [['x', '--license', 'A'], ['Apache-2.0']],
    [['x', '--tools', 'notes,we'], ['notes,weather']],
    [['config', 'cur'], ['cursor']],
    [['check', '--client', 'cur'], ['cursor']],
    [['add', 'res'], ['resource']],
    [['publish', '--f'], ['--fix']],
    [['completion', 'f'], ['fish']],
  ])('%j is completed', async (words, wanted) => {
    expect(await offered(...words)).toEqual(expect.arrayContaining(wanted));
  });

  it('offers nothing of another command', async () => {
    expect(await offered('publish', '--tra')).toEqual(['']);
  });
});

describe.each(['bash', 'zsh', 'fish'])('for %s', (shell) => {
  it('names every command', async () => {
    const script = await scriptFor(shell);
    for (const name of Object.keys(COMMANDS)) expect(script).toContain(name);
  });

  it.runIf(isThere(shell))('is read by it', async () => {
    const { stderr, status } = spawnSync(shell, ['-n', '-c', await scriptFor(shell)], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

it('is refused for other shells, with what was meant', async () => {
  const context = fakeContext();
  expect(await main(['completion', 'bsh'], context)).toBe(2);
  expect(context.stderr.text).toContain('Did you mean bash?');
});
