import { readdirSync } from 'node:fs';
import type { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli.ts';
import { fakeContext, fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';
import { Workshop } from './create-support.ts';

const QUICK = ['--no-install', '--no-git'] as const;

describe('help and version', () => {
  it.each([[['--help']], [['-h']], [['x', '--yes', '--help']]])('%j prints one screen', async (argv) => {
    const shop = new Workshop();
    const { code, stdout, stderr } = await shop.run(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: npm create mcp-mason@latest [dir] -- [flags]');
    expect(stdout).toContain('sqlite*');
    expect(readdirSync(shop.cwd)).toEqual([]);
  });

  it.each(['--version', '-v'])('%s prints the version', async (flag) => {
    expect(await new Workshop().run(flag)).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});

describe('what npm leaves in the arguments', () => {
  it.each([
    [['x', '--', ...QUICK, '--transport', 'http']],
    [['--', 'x', ...QUICK, '--transport', 'http']],
    [['--', ...QUICK, '--transport', 'http', '--', 'x']],
  ])('%j: a lone -- is dropped', async (argv) => {
    const { code, value } = await new Workshop().json(...argv);
    expect(code).toBe(0);
    expect(value.answers).toMatchObject({ dir: 'x', transport: 'http' });
  });
});

describe('colours', () => {
  it('are used only where they are wanted', async () => {
    const outputOf = async (vars: Readonly<Record<string, string>>, isTTY: boolean): Promise<string> => {
      let text = '';
      const stdout = { isTTY, write: (part: string) => (text += part) };
      const context = { ...fakeContext({ env: fakeEnv({ cwd: tempDir(), vars }) }), stdout };
      expect(await main(['x', ...QUICK], context)).toBe(0);
      return text;
    };
    const coloured = [await outputOf({}, true), await outputOf({ FORCE_COLOR: '1' }, false)];
    const plain = [
      await outputOf({}, false),
      await outputOf({ NO_COLOR: '1' }, true),
      await outputOf({ FORCE_COLOR: '0' }, true),
      await outputOf({ TERM: 'dumb' }, true),
    ];
    for (const text of coloured) expect(text).toContain('\u001b[');
    for (const text of plain) expect(text).not.toContain('\u001b[');
  });
});

describe('at a terminal', () => {
  const ENTER = '\r';
  const CTRL_C = '\u0003';

  /** Runs with a person who types a key whenever a new question has been drawn. */
  async function at(keys: readonly string[], argv: readonly string[], changes: Parameters<typeof fakeEnv>[0] = {}) {
    const cwd = tempDir();
    const env = fakeEnv({ cwd, home: tempDir(), stdinIsTTY: true, stdoutIsTTY: true, ...changes });
    const context = fakeContext({ env });
    const { input, output } = context.terminal as { input: PassThrough; output: PassThrough };
    let screen = '';
    const waiting = [...keys];
    const questions = new Set<string>();
    output.on('data', (chunk: Buffer) => {
      screen += chunk.toString();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences start with ESC
      for (const [, question = ''] of screen.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').matchAll(/◆ {2}(.+)\n/g)) {
        if (questions.has(question)) continue;
        questions.add(question);
        const key = waiting.shift();
        if (key !== undefined) setImmediate(() => input.write(key));
      }
    });
    const code = await main(argv, context);
    return { code, questions: [...questions], screen, stdout: context.stdout.text, stderr: context.stderr.text, cwd };
  }

  it('asks in one flow, then makes the project and says how to go on', async () => {
    const { code, questions, stdout, cwd } = await at(new Array(4).fill(ENTER), [...QUICK]);
    expect(code).toBe(0);
    expect(questions).toEqual([
      'Where should the project be created?',
      'Which language?',
      'How much to start with?',
      'Which package manager?',
    ]);
    expect(readdirSync(cwd)).toEqual(['mcp-server']);
    expect(stdout).toContain('cd mcp-server');
    expect(stdout).toContain('npm create mcp-mason@');
  });

  it('says once what there is to know, and nothing else than what was done', async () => {
    const { screen, stdout } = await at(new Array(4).fill(ENTER), ['--storage', 'none', ...QUICK]);
    const [note = ''] = /notes .*store.*/.exec(screen) ?? [];
    expect(note, screen).not.toBe('');
    expect(stdout).not.toContain(note.trim());
    expect(screen).not.toContain('Done.');
    expect(stdout).toContain('mcp-server is made. It was not started.');
  });

  it.each([0, 1, 2, 3])('backing out after %i answers leaves nothing', async (answers) => {
    const keys = [...new Array(answers).fill(ENTER), CTRL_C];
    const { code, stderr, cwd } = await at(keys, []);
    expect(code).toBe(130);
    expect(stderr).toBe('Cancelled. Nothing was written.\n');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    [['--yes'], {}],
    [['x', '--no-interactive'], {}],
    [['x', '--json'], {}],
    [['x'], { isCI: true }],
    [['x'], { stdinIsTTY: false }],
    [['x'], { stdoutIsTTY: false }],
  ])('asks nothing with %j in %j', async (argv, changes) => {
    const { code, questions, screen } = await at([], [...argv, ...QUICK], changes);
    expect({ code, questions, screen }).toEqual({ code: 0, questions: [], screen: '' });
  });
});
