import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { Child, run, runOk } from '../support/child.ts';
import { homeEnv } from '../support/mason.ts';
import { pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { expectGone, makePath } from '../support/shims.ts';
import { tempDir } from '../support/temp.ts';

const ENTER = '\r';
const CTRL_C = '\u0003';
const DOWN = '\u001b[B';
const QUESTIONS = [
  'Where should the project be created?',
  'Which language?',
  'How much to start with?',
  'How do clients reach the server?',
  'Where do its tools keep their data?',
  'Which example tools?',
  'Which resources?',
  'What else should be in the project?',
  'Which package manager?',
  'Add the server to Claude Desktop?',
  'What should be done with it?',
] as const;

/** Up from the preset that is offered, round to the last choice: to be asked for everything. */
const CHOOSE_ALL = `${DOWN}${DOWN}${ENTER}`;

/** Runs the command on a terminal of its own, which `script` makes. */
function onTerminal(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Child {
  const line = `stty cols 100 rows 40; exec "$MASON_NODE" "$MASON_BIN" ${args.join(' ')}`;
  const vars = { ...env, TERM: 'xterm', SHELL: '/bin/sh', MASON_NODE: process.execPath, MASON_BIN: inject('bin') };
  return new Child('script', ['-qec', line, '/dev/null'], { cwd, env: vars, stdin: 'open' });
}

/** What a person has seen, without what moves the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with ESC
const seen = ({ stdout }: Child): string => stdout.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').replace(/\r/g, '');

/** Waits for each question and answers it with the keys. */
async function answer(child: Child, answers: Readonly<Record<string, string>>): Promise<void> {
  for (const [question, keys] of Object.entries(answers)) {
    await child.until(() => seen(child).includes(`◆  ${question}`));
    child.type(keys);
  }
}

/** A home in which Claude Desktop is installed, with a server of the user's own in its config. */
function homeWithClaude(): string {
  const home = tempDir();
  const folder = join(home, '.config', 'Claude');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'claude_desktop_config.json'),
    '{\n  "theme": "dark",\n  "mcpServers": { "mine": { "command": "x" } }\n}\n',
  );
  return home;
}

describe('on a terminal', () => {
  beforeEach(async (context) => {
    const { code } = await run('script', ['-qec', 'true', '/dev/null'], { cwd: '/' }).catch(() => ({ code: -1 }));
    if (code !== 0) cannotRun(context, 'there is no `script` of util-linux to make a terminal with');
  });

  it('asks, makes a project that answers, and adds it to the client that was found', async () => {
    const cwd = tempDir();
    const home = homeWithClaude();
    const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
    const userconfig = process.env.npm_config_userconfig ?? join(homedir(), '.npmrc');
    const env = { ...homeEnv(home), npm_config_cache: cache, npm_config_userconfig: userconfig };
    const child = onTerminal([], cwd, env);
    try {
      const [where, language, much, how, data, tools, ...rest] = QUESTIONS;
      await answer(child, {
        // The first answer is refused at once, and mended.
        [where]: `node_modules${ENTER}`,
      });
      await child.until(() => seen(child).includes('belongs to another tool'));
      child.type(`${'\u007f'.repeat('node_modules'.length)}my-app${ENTER}`);
      // Down to HTTP and back, SQLite as offered, and weather taken out.
      const picked = {
        [language]: ENTER,
        [much]: CHOOSE_ALL,
        [how]: `${DOWN}\u001b[A${ENTER}`,
        [data]: ENTER,
        [tools]: `${DOWN} ${ENTER}`,
      };
      await answer(child, picked);
      await answer(child, Object.fromEntries(rest.map((question) => [question, ENTER])));
      const { code } = await child.finished;
      const screen = seen(child);
      expect(code, screen).toBe(0);
      for (const question of QUESTIONS) expect(screen).toContain(question);
      expect(screen).toMatch(/my-app answers: 5 tools, \d+ resources?, 1 prompt,/);
      expect(screen).toMatch(/Minimal \(.*; \d+ files\)|\d+ files/);
      expect(screen).toContain('npm run dev');
      expect(screen).toMatch(/npm create mcp-mason@\S+ my-app -- --transport stdio --storage sqlite --tools notes/);
      expect(existsSync(join(cwd, 'my-app', '.git'))).toBe(true);
      const config = readFileSync(join(home, '.config', 'Claude', 'claude_desktop_config.json'), 'utf8');
      expect(config).toContain('"theme": "dark"');
      const { mcpServers } = JSON.parse(config);
      expect(Object.keys(mcpServers)).toEqual(['mine', 'my-app']);
      expect(mcpServers['my-app'].args).toEqual([join(cwd, 'my-app', 'dist', 'main.mjs')]);
      expect(readdirSync(cwd)).toEqual(['my-app']);
    } finally {
      await child.stop();
    }
  });

  it('asks for a Python project, which has one package manager, and makes it', async (context) => {
    const python = await pythonTools().catch((error: Error) => error);
    if (python instanceof Error) cannotRun(context, python.message);
    const cwd = tempDir();
    const cache = (await runOk(join(python.bin, 'uv'), ['cache', 'dir'], { cwd, env: python.env })).trim();
    const env = { ...homeEnv(homeWithClaude(), [python.bin]), UV_CACHE_DIR: cache, UV_PYTHON_DOWNLOADS: 'never' };
    const child = onTerminal(['my-app', '--runtime', python.version], cwd, env);
    try {
      const [, language, much] = QUESTIONS;
      const [client, steps] = QUESTIONS.slice(-2) as [string, string];
      await answer(child, { [language]: `${DOWN}${ENTER}`, [much]: ENTER, [client]: ENTER, [steps]: ENTER });
      const { code } = await child.finished;
      const screen = seen(child);
      expect(code, screen).toBe(0);
      expect(screen).not.toContain('Which package manager?');
      expect(screen).toMatch(/my-app answers: 6 tools, \d+ resources?, 1 prompt,/);
      expect(screen).toContain('uv run my-app');
      const [, foretold] = /● Standard \(.*; (\d+ files)\)/.exec(screen) ?? [];
      expect(screen).toContain(`  ${foretold}: python, stdio`);
      expect(screen).toMatch(/my-app -- --language python --transport stdio .*--runtime \S+ --pm uv/);
    } finally {
      await child.stop();
    }
  });

  it('shows what the chosen tags of an API come to, while they are ticked', async () => {
    const cwd = tempDir();
    const description = fileURLToPath(new URL('../support/openapi/pets.yaml', import.meta.url));
    const flags = ['--from-openapi', description, '--language', 'typescript', '--preset', 'minimal', '--pm', 'npm'];
    const steps = [
      '--transport',
      'stdio',
      '--tools',
      'none',
      '--client',
      'none',
      '--no-install',
      '--no-git',
      '--no-check',
    ];
    const child = onTerminal(['p', ...flags, ...steps], cwd, homeEnv(homeWithClaude()));
    const totals = (): number[] =>
      [...seen(child).matchAll(/Chosen: \d+ operations?, ([\d,]+) tokens/g)].map(([, one = '']) => Number(one));
    try {
      await answer(child, { 'Which operations?': ' ' });
      await child.until(() => totals().length === 2);
      child.type('a');
      await child.until(() => totals().length === 3);
      const [all = 0, fewer = 0, again] = totals();
      expect(again).toBe(all);
      expect(fewer).toBeGreaterThan(0);
      expect(fewer).toBeLessThan(all);
      child.type(` ${ENTER}`);
      expect((await child.finished).code, seen(child)).toBe(0);
      expect(seen(child)).toContain(`a tool each, about ${fewer} tokens`);
      const data = JSON.parse(readFileSync(join(cwd, 'p/src/api/operations.json'), 'utf8'));
      expect(Object.keys(data.operations)).toEqual(['upload_photo']);
    } finally {
      await child.stop();
    }
  });

  it('gives the answers for a Python project back when there is no uv to install it with', async () => {
    const cwd = tempDir();
    const path = makePath(tempDir(), ['stty']);
    const env = { ...homeEnv(homeWithClaude()), PATH: `${path}:/usr/bin:/bin` };
    const child = onTerminal(['my-app', '--language', 'python'], cwd, env);
    try {
      const [, , much] = QUESTIONS;
      const [client, steps] = QUESTIONS.slice(-2) as [string, string];
      await answer(child, { [much]: ENTER, [client]: ENTER, [steps]: ENTER });
      expect((await child.finished).code).toBe(1);
      expect(seen(child)).toMatch(/error: uv is not found\..*Get it: .*The same answers again: npm create /s);
      expect(readdirSync(cwd)).toEqual([]);
    } finally {
      await child.stop();
    }
  });

  it.each(QUESTIONS.map((question, index) => [question, index] as const))(
    'is left with Ctrl-C at "%s" without a trace',
    async (question, index) => {
      const cwd = tempDir();
      const home = homeWithClaude();
      const before = readFileSync(join(home, '.config', 'Claude', 'claude_desktop_config.json'), 'utf8');
      const child = onTerminal([], cwd, homeEnv(home));
      try {
        const keysFor = (one: string): string => (one === QUESTIONS[2] ? CHOOSE_ALL : ENTER);
        await answer(child, Object.fromEntries(QUESTIONS.slice(0, index).map((one) => [one, keysFor(one)])));
        await answer(child, { [question]: CTRL_C });
        expect((await child.finished).code).toBe(130);
        expect(seen(child)).toContain('Cancelled. Nothing was written.');
        // The cursor is there again.
        expect(child.stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(child.stdout.lastIndexOf('\u001b[?25l'));
        expect(readdirSync(cwd)).toEqual([]);
        expect(readFileSync(join(home, '.config', 'Claude', 'claude_desktop_config.json'), 'utf8')).toBe(before);
      } finally {
        await child.stop();
      }
    },
  );

  it('is left with Ctrl-C during the install, with nothing and nobody left behind', async () => {
    const [cwd, aside] = [tempDir(), tempDir()];
    const npm = `mkdir -p node_modules; touch "$MARK"; sleep 600 & wait`;
    const mark = join(aside, 'mark');
    const env = { ...homeEnv(homeWithClaude()), PATH: makePath(aside, ['stty'], { npm }), MARK: mark };
    const args = [
      'my-app',
      '--language',
      'typescript',
      '--preset',
      'minimal',
      '--transport',
      'stdio',
      '--storage',
      'memory',
      '--tools',
      'none',
      '--extras',
      'none',
      '--pm',
      'npm',
    ];
    // `script` itself comes from this machine's PATH.
    const child = onTerminal([...args, '--client', 'none', '--install', '--no-git', '--no-check'], cwd, {
      ...env,
      PATH: `${env.PATH}:/usr/bin:/bin`,
    });
    try {
      await child.until(() => existsSync(mark));
      child.type(CTRL_C);
      expect((await child.finished).code, seen(child)).toBe(130);
      expect(seen(child)).toContain('Cancelled. Nothing was written.');
      expect(readdirSync(cwd)).toEqual([]);
      await expectGone(mark);
    } finally {
      await child.stop();
    }
  });

  it.each([
    ['--yes', {}],
    ['--no-interactive', {}],
    ['', { CI: 'true' }],
  ])('asks nothing with "%s" %j', async (flag, vars) => {
    const cwd = tempDir();
    const child = onTerminal([flag, '--dry-run', 'app'].filter(Boolean), cwd, {
      ...homeEnv(homeWithClaude()),
      ...vars,
    });
    const { code } = await child.finished;
    expect(code, seen(child)).toBe(0);
    expect(seen(child)).toContain('Dry run: nothing is written.');
    expect(seen(child)).not.toContain('◆');
    expect(readdirSync(cwd)).toEqual([]);
  });
});
