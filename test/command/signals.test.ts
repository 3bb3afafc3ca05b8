import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { childEnv, type Finished } from '../support/child.ts';
import { FILES_ONLY, snapshotOf, startMason } from '../support/mason.ts';
import { cannotRun } from '../support/require.ts';
import { expectGone, makePath, processesWith } from '../support/shims.ts';
import { tempDir } from '../support/temp.ts';

/** Hangs with a child of its own, after it has said so. */
const HANG = 'touch "$MARK"; sleep 600 & wait';
const INSTALL = 'mkdir -p node_modules/zod; touch node_modules/zod/index.js package-lock.json';

/** An npm that installs, and builds a server, with something to do in the place of either. */
const npm = ({ install = INSTALL, build = BUILD }) => `if [ "$1" = run ]; then\n${build}\nelse\n${install}\nfi`;
const BUILD = 'mkdir -p dist; touch dist/main.mjs';
/** A built server that says it was started, and ends neither with its input nor when it is asked to. */
const DEAF_SERVER = `mkdir -p dist; cat > dist/main.mjs <<'END'
import { writeFileSync } from 'node:fs';
process.on('SIGTERM', () => {});
writeFileSync(new URL('../../started', import.meta.url), '');
setInterval(() => {}, 1000);
END
`;

/** What hangs at each stage, and what has been written by then. */
const STAGES = {
  install: { shims: { npm: npm({ install: `${INSTALL}; ${HANG}` }) }, flags: ['--no-check'] },
  build: { shims: { npm: npm({ build: `${BUILD}; ${HANG}` }) }, flags: ['--no-check'] },
  git: {
    shims: {
      npm: npm({}),
      git: `[ "$1" = config ] && exit 1; mkdir -p .git; touch .git/HEAD; [ "$1" = init ] || { ${HANG}; }`,
    },
    flags: ['--no-check'],
  },
} as const;

interface Cancelled {
  readonly finished: Finished;
  readonly cwd: string;
  readonly before: Record<string, string>;
}

interface Case {
  readonly shims: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly signal: NodeJS.Signals;
  readonly target?: string;
  /** Makes what is there before. */
  readonly prepare?: (cwd: string) => void;
}

/** Starts a run that hangs, stops it with a signal, and sees to it that no process is left. */
async function cancel({ shims, flags, signal, target = 'deep/er/app', prepare }: Case): Promise<Cancelled> {
  const [cwd, aside] = [tempDir(), tempDir()];
  prepare?.(cwd);
  const before = snapshotOf(cwd);
  const mark = join(aside, 'mark');
  const env = { ...childEnv(), PATH: makePath(aside, [], shims), MARK: mark };
  const child = startMason([target, '--name', 'app', '--pm', 'npm', ...flags], { cwd, env });
  try {
    await child.until(() => existsSync(mark));
    expect(processesWith(mark).length).toBeGreaterThan(1);
    child.kill(signal);
    const finished = await child.finished;
    await expectGone(mark);
    return { finished, cwd, before };
  } finally {
    await child.stop();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const CASES = Object.keys(STAGES).flatMap((stage) =>
  SIGNALS.map((signal) => ({ stage: stage as keyof typeof STAGES, signal })),
);

describe('a signal', () => {
  beforeEach((context) => {
    if (process.platform !== 'linux') cannotRun(context, 'processes are looked for in /proc');
  });

  it.each(CASES)('$signal during $stage takes everything back', async ({ stage, signal }) => {
    const { finished, cwd } = await cancel({ ...STAGES[stage], signal });
    expect(finished).toMatchObject({ code: 130, stdout: '' });
    expect(finished.stderr).toMatch(/^Cancelled\. Nothing/m);
    expect(finished.stderr).not.toMatch(/error:|^\s+at /m);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each(Object.keys(STAGES) as (keyof typeof STAGES)[])(
    'during %s takes only back what is ours from a folder that was there',
    async (stage) => {
      const prepare = (cwd: string): void => {
        mkdirSync(join(cwd, 'app', 'src'), { recursive: true });
        mkdirSync(join(cwd, 'app', 'node_modules', 'mine'), { recursive: true });
        writeFileSync(join(cwd, 'app', 'LICENSE'), 'mine');
        writeFileSync(join(cwd, 'app', 'src', 'mine.ts'), 'mine');
        writeFileSync(join(cwd, 'app', 'README.md'), 'mine');
      };
      const flags = [...STAGES[stage].flags, '--on-conflict', 'skip'];
      const { finished, cwd, before } = await cancel({
        ...STAGES[stage],
        flags,
        signal: 'SIGINT',
        target: 'app',
        prepare,
      });
      expect(finished.code).toBe(130);
      // What npm has put beside things that were there already may stay; nothing that was there may go.
      const after = snapshotOf(cwd);
      for (const [path, content] of Object.entries(before)) expect(after[path], path).toBe(content);
      const added = Object.keys(after).filter((path) => !(path in before));
      expect(added.filter((path) => !path.startsWith('app/node_modules/'))).toEqual([]);
    },
  );

  it.each(SIGNALS)('%s during the check ends the server, even one that does not listen', async (signal) => {
    const cwd = tempDir();
    const env = { ...childEnv(), PATH: makePath(tempDir(), [], { npm: npm({ build: DEAF_SERVER }) }) };
    const child = startMason(['app', '--pm', 'npm', '--no-git'], { cwd, env });
    try {
      await child.until(() => existsSync(join(cwd, 'started')));
      child.kill(signal);
      const { code, stderr } = await child.finished;
      expect(code, stderr).toBe(130);
      await expectGone(join(cwd, 'app', 'dist'));
      expect(readdirSync(cwd)).toEqual(['started']);
    } finally {
      await child.stop();
    }
  });

  it('during the work of the real npm leaves no file and no process of it', async () => {
    const cwd = tempDir();
    const env = childEnv({ MASON_TEST_RUN: cwd, npm_config_prefer_offline: 'true' });
    const child = startMason(['app', '--pm', 'npm'], { cwd, env });
    try {
      await child.until(() => existsSync(join(cwd, 'app', 'node_modules')));
      child.kill('SIGINT');
      const { code, stderr } = await child.finished;
      expect(code, stderr).toBe(130);
      await expectGone(`MASON_TEST_RUN=${cwd}`);
      expect(readdirSync(cwd)).toEqual([]);
    } finally {
      await child.stop();
    }
  });

  it('does not wait for ever for a program that will not stop', async () => {
    const install = `trap '' TERM; ${INSTALL}; touch "$MARK"; while :; do sleep 1; done`;
    const { finished, cwd } = await cancel({
      shims: { npm: npm({ install }) },
      flags: ['--no-check'],
      signal: 'SIGTERM',
    });
    expect(finished.code).toBe(130);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('is told to machines as one JSON object', async () => {
    const { flags } = STAGES.install;
    const { finished, cwd } = await cancel({ ...STAGES.install, flags: [...flags, '--json'], signal: 'SIGTERM' });
    expect(finished.code).toBe(130);
    expect(JSON.parse(finished.stdout)).toMatchObject({ ok: false, code: 'cancelled', exit: 130 });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('the second time ends everything at once', async () => {
    const [cwd, aside] = [tempDir(), tempDir()];
    const mark = join(aside, 'mark');
    const install = `trap '' TERM INT HUP; touch "$MARK"; while :; do sleep 1; done`;
    const env = { ...childEnv(), PATH: makePath(aside, [], { npm: npm({ install }) }), MARK: mark };
    const child = startMason(['app', '--pm', 'npm', '--no-check'], { cwd, env });
    try {
      await child.until(() => existsSync(mark));
      child.kill('SIGINT');
      // Two at the same moment count as one.
      await new Promise((resolve) => setTimeout(resolve, 200));
      child.kill('SIGINT');
      expect((await child.finished).code).toBe(130);
      await expectGone(mark);
    } finally {
      await child.stop();
      for (const id of processesWith(mark)) process.kill(Number(id), 'SIGKILL');
    }
  });

  it('at any moment of the writing leaves all or nothing', async () => {
    const start = (cwd: string) => startMason(['a/app', ...FILES_ONLY], { cwd });
    const started = performance.now();
    expect((await start(tempDir()).finished).code).toBe(0);
    const whole = performance.now() - started;
    const ROUNDS = 24;
    for (let round = 0; round < ROUNDS; round++) {
      const cwd = tempDir();
      const child = start(cwd);
      // From before its first line to well after its last, however slow the machine is.
      await new Promise((resolve) => setTimeout(resolve, (whole * round * 1.3) / ROUNDS));
      child.kill(round % 2 === 0 ? 'SIGINT' : 'SIGTERM');
      const { code, signal } = await child.finished;
      // Before our first line and after our last, the signal ends Node itself, as it does every program.
      expect([0, 130, null]).toContain(code);
      expect(code === null).toBe(signal !== null);
      const isThere = readdirSync(cwd).length > 0;
      if (code !== null) expect(isThere).toBe(code === 0);
      if (isThere) expect(Object.keys(snapshotOf(join(cwd, 'a', 'app')))).toContain('tsconfig.json');
    }
  });
});
