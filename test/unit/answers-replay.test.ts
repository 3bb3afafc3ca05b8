import { describe, expect, it } from 'vitest';
import { createCommand } from '../../src/answers/replay.ts';
import { resolve } from '../../src/answers/resolve.ts';
import { quote } from '../../src/base/text.ts';
import { fakeEnv } from '../support/env.ts';
import { fakeSurroundings, given } from './surroundings.ts';

async function commandOf(dir: string, flags: Readonly<Record<string, unknown>>, platform: NodeJS.Platform = 'linux') {
  const place = platform === 'win32' ? { cwd: 'C:\\work', home: 'C:\\home' } : {};
  const surroundings = fakeSurroundings({ env: fakeEnv({ platform, ...place }) });
  const { answers } = await resolve(given(dir, flags), surroundings);
  return createCommand(answers, surroundings);
}

describe('createCommand', () => {
  it('names what shapes the server, pins the version, and asks nothing', async () => {
    expect(await commandOf('hello-mcp', {})).toBe(
      'npm create mcp-mason@1.2.3 hello-mcp -- --transport stdio --storage sqlite --tools notes,weather ' +
        '--resources settings --extras github-actions --runtime 22 --pm npm --yes',
    );
  });

  it('goes through uvx where that has started us, in which Python is the default', async () => {
    const env = fakeEnv({ vars: { CREATE_MCP_MASON_VIA: 'uvx' } });
    const surroundings = fakeSurroundings({ env, packageManager: (_, ids) => ids[0] ?? '' });
    const replayed = async (flags: Readonly<Record<string, unknown>>): Promise<string> =>
      createCommand((await resolve(given('hello-mcp', flags), surroundings)).answers, surroundings);
    expect(await replayed({})).toBe(
      'uvx create-mcp-mason@1.2.3 hello-mcp --transport stdio --storage sqlite --tools notes,weather ' +
        '--resources settings --extras github-actions --runtime 3.12 --pm uv --yes',
    );
    expect(await replayed({ language: ['typescript'] })).toMatch(
      /^uvx create-mcp-mason@1\.2\.3 hello-mcp --language typescript .* --pm npm --yes$/,
    );
  });

  it('names the rest when it is not the default', async () => {
    const flags = {
      name: ['other'],
      description: ["It's --fine"],
      tools: ['none'],
      client: ['cursor'],
      clientConfig: ['cursor=a b.json'],
      git: [false],
      onConflict: ['skip'],
    };
    expect(await commandOf('a b', flags)).toBe(
      "npm create mcp-mason@1.2.3 'a b' -- --name other --description 'It'\\''s --fine' --transport stdio --storage sqlite " +
        "--tools none --resources settings --extras github-actions --runtime 22 --pm npm --client cursor --client-config 'cursor=a b.json' " +
        '--no-git --on-conflict skip --yes',
    );
  });

  it.each([
    ['pnpm', 'pnpm create mcp-mason@1.2.3 x --transport'],
    // Which Yarn is there is unknown, and Yarn 1 would look for a command with the version in its name.
    ['yarn', 'npm create mcp-mason@1.2.3 x -- --transport'],
    ['bun', 'bunx create-mcp-mason@1.2.3 x --transport'],
  ])('uses what runs a package with %s', async (pm, start) => {
    expect(await commandOf('x', { pm: [pm] })).toContain(start);
  });

  it('keeps a value that looks like a flag in one word', async () => {
    expect(await commandOf('x', { description: ['--yes'] })).toContain(' --description=--yes ');
  });

  it('quotes for the shells of Windows', async () => {
    expect(await commandOf('a b', { description: ['Costs $5'] }, 'win32')).toContain(
      `npm create "mcp-mason@1.2.3" "a b" -- --description 'Costs $5' --transport stdio --storage sqlite --tools "notes,weather"`,
    );
  });
});

describe('quote on Windows', () => {
  it.each([
    ['plain-word', 'plain-word'],
    ['C:\\dev\\x', 'C:\\dev\\x'],
    ['', '""'],
    ['a b', '"a b"'],
    ["it's", `"it's"`],
    ['a,b', '"a,b"'],
    ['a&b|c>d', '"a&b|c>d"'],
    ['100%', "'100%'"],
    ['$HOME', "'$HOME'"],
    ['say "hi"', `'say "hi"'`],
    ['two\nlines', "'two\nlines'"],
    ["$it's", "'$it''s'"],
    ['ends with \\', "'ends with \\'"],
  ])('%j becomes %s', (argument, typed) => {
    expect(quote(argument, 'win32')).toBe(typed);
  });
});
