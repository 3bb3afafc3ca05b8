import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { main } from '../../src/cli.ts';
import { COMMANDS } from '../../src/commands/register.ts';
import { fakeContext } from '../support/env.ts';
import { cannotRun } from '../support/require.ts';
import { debianProgram } from '../support/services.ts';
import { tempDir } from '../support/temp.ts';

async function scriptFor(shell: string): Promise<string> {
  const context = fakeContext();
  expect(await main(['completion', shell], context)).toBe(0);
  return context.stdout.text;
}

/** The shell itself: one that only looks like it proves nothing. */
const shellFor = (shell: string, context: TestContext): Promise<string> =>
  debianProgram(shell).catch((error: Error) => cannotRun(context, error.message));

/** What bash offers for the last word. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const quoted = ['create-mcp-mason', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${await scriptFor('bash')}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _create_mcp_mason; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: tempDir() });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.trim().split('\n');
}

describe('in bash', () => {
  beforeEach(async (context) => void (await shellFor('bash', context)));

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

  it('is read by it', async (context) => {
    const program = await shellFor(shell, context);
    const { stderr, status } = spawnSync(program, ['-n', '-c', await scriptFor(shell)], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

it('is refused for other shells, with what was meant', async () => {
  const context = fakeContext();
  expect(await main(['completion', 'bsh'], context)).toBe(2);
  expect(context.stderr.text).toContain('Did you mean bash?');
});
