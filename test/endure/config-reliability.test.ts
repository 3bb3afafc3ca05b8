import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { homeEnv, mason, startMason } from '../support/mason.ts';
import { tempDir } from '../support/temp.ts';
import { rounds } from '../support/tier.ts';

/** The figures of docs/reliability.md, with the packed command; fewer rounds in the standard tier. */
const WRITERS = 20;
const ROUNDS = rounds({ standard: 1, full: 5 });
const KILLS = rounds({ standard: 20, full: 100 });
const SERVER = ['--', '/usr/bin/node', '/srv/server.js'] as const;

interface Target {
  readonly client: string;
  /** The file below the home folder or, for a project's file, below the project. */
  readonly path: string;
  readonly before: string;
  readonly namesIn: (text: string) => string[];
}

const serversOf = (text: string): string[] => Object.keys(JSON.parse(text).mcpServers);
const CLAUDE: Target = {
  client: 'claude-desktop',
  path: '.config/Claude/claude_desktop_config.json',
  before: '{\n  "theme": "dark",\n  "mcpServers": {\n    "keep": {"command": "a"}\n  }\n}\n',
  namesIn: serversOf,
};
const TARGETS: readonly Target[] = [
  CLAUDE,
  {
    client: 'codex',
    path: '.codex/config.toml',
    before: 'model = "x" # mine\n\n[mcp_servers.keep]\ncommand = "a"\n',
    namesIn: (text) => [...text.matchAll(/^\[mcp_servers\.([\w-]+)\]$/gm)].map(([, name = '']) => name),
  },
  {
    client: 'goose',
    path: '.config/goose/config.yaml',
    before: '# mine\nextensions:\n  keep:\n    cmd: a\n',
    namesIn: (text) => [...text.matchAll(/^ {2}([\w-]+):$/gm)].map(([, name = '']) => name),
  },
];

function place(root: string, { path, before }: Target): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, before);
  return file;
}

/** Hidden traces of an edit: locks and temporary files. */
const tracesBeside = (file: string): string[] =>
  readdirSync(dirname(file)).filter((name) => name.includes('.mason-lock.') || name.includes('.mason-tmp.'));

describe('twenty processes that write into one file at once', () => {
  it.each(TARGETS.map((target) => [target.client, target] as const))('%s: all survive', async (_, target) => {
    for (let round = 0; round < ROUNDS; round++) {
      const home = tempDir();
      const file = place(home, target);
      const names = Array.from({ length: WRITERS }, (_, index) => `server-${index}`);
      const ended = await Promise.all(
        names.map((name) =>
          mason(['config', target.client, '--write', '--name', name, ...SERVER], { cwd: home, env: homeEnv(home) }),
        ),
      );
      expect(ended.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(names.map(() => '0'));
      const text = readFileSync(file, 'utf8');
      expect(target.namesIn(text).sort()).toEqual(['keep', ...names].sort());
      expect(text.startsWith(target.before.slice(0, target.before.indexOf('keep')))).toBe(true);
      expect(tracesBeside(file)).toEqual([]);
    }
  });

  it('two clients that share a file: all survive', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [home, dir] = [tempDir(), tempDir()];
      const file = place(dir, { ...CLAUDE, path: '.mcp.json' });
      const names = Array.from({ length: WRITERS }, (_, index) => `server-${index}`);
      const ended = await Promise.all(
        names.map((name, index) => {
          const client = index % 2 === 0 ? 'claude-code' : 'copilot-cli';
          const flags = ['--scope', 'project', '--dir', dir, '--write', '--name', name];
          return mason(['config', client, ...flags, ...SERVER], { cwd: home, env: homeEnv(home) });
        }),
      );
      expect(ended.map(({ code }) => code)).toEqual(names.map(() => 0));
      const { theme, mcpServers } = JSON.parse(readFileSync(file, 'utf8'));
      expect(theme).toBe('dark');
      expect(Object.keys(mcpServers).sort()).toEqual(['keep', ...names].sort());
      expect(mcpServers['server-1'].args).toEqual(['/srv/server.js']);
    }
  });
});

describe(`kill -9 at ${KILLS} moments of writing a file of 30 MB`, () => {
  const padding = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`old-${index}`, { args: ['y'.repeat(100_000)] }]),
  );
  const BATCHES = 4;

  it.each(Array.from({ length: BATCHES }, (_, batch) => batch))(
    'leaves the old file or the new one, and the next run tidies up (%i)',
    async (batch) => {
      const home = tempDir();
      const file = place(home, { ...CLAUDE, before: JSON.stringify({ theme: 'dark', mcpServers: padding }) });
      const write = (name: string) =>
        startMason(['config', CLAUDE.client, '--write', '--name', name, ...SERVER], { cwd: home, env: homeEnv(home) });
      const started = performance.now();
      expect((await write('first').finished).code).toBe(0);
      const whole = performance.now() - started;

      let [survived, replaced] = [[...Object.keys(padding), 'first'], 0];
      for (let round = batch; round < KILLS; round += BATCHES) {
        const child = write(`kill-${round}`);
        // From its first tenth, when Node has started, to a little after it should have ended.
        await sleep(whole * (0.1 + (round / KILLS) * 1.1));
        await child.stop();
        const names = serversOf(readFileSync(file, 'utf8'));
        if (names.length > survived.length) replaced++;
        expect([survived, [...survived, `kill-${round}`]]).toContainEqual(names);
        survived = names;
      }
      expect(JSON.parse(readFileSync(file, 'utf8')).mcpServers['old-299']).toEqual(padding['old-299']);
      process.stdout.write(
        `kill -9: ${KILLS / BATCHES} rounds, 0 corrupt, 0 lost, ${replaced} had written before it\n`,
      );
      expect((await write('last').finished).code).toBe(0);
      expect(serversOf(readFileSync(file, 'utf8'))).toEqual([...survived, 'last']);
      expect(tracesBeside(file)).toEqual([]);
      rmSync(dirname(file), { recursive: true });
    },
  );
});
