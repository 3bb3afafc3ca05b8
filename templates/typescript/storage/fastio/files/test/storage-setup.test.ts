import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../src/config.js';
import { openStore } from '../src/storage/fastio.js';
import { FAKE_KEY, startFakeFastio } from './support/fastio-fake.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKSPACE = '3'.repeat(19);
/** The script is started several times. */
const SLOW = 30_000;

/** Runs the script as a person would, against a service of this process. */
async function runner() {
  const fake = await startFakeFastio();
  onTestFinished(() => fake.close());
  const run = async (args: readonly string[], variables: Record<string, string> = {}) => {
    const env = { PATH: process.env.PATH, FASTIO_API_URL: fake.url, FASTIO_API_KEY: FAKE_KEY, ...variables };
    const command = [process.execPath, '--import', 'tsx', 'scripts/storage-setup.ts', ...args] as const;
    const [node, ...rest] = command;
    return promisify(execFile)(node, rest, { cwd: ROOT, env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };
  return { fake, run };
}

test(
  'lists workspaces when none is chosen',
  async () => {
    const { run } = await runner();
    const { code, stdout } = await run([]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${WORKSPACE}  Acme / Servers`);
  },
  SLOW,
);

test(
  'makes notes that the server takes, finds them again, and never shows the key',
  async () => {
    const { fake, run } = await runner();
    const first = await run(['--workspace', WORKSPACE, '--notes', '3']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^made .*-1-of-3\.md$/m);
    const settings = Object.fromEntries(
      first.stdout.split('\n').flatMap((line) => [/^(\w+)=(.+)$/.exec(line)?.slice(1) ?? []]),
    );
    expect(settings).toMatchObject({ FASTIO_WORKSPACE_ID: WORKSPACE, FASTIO_NOTE_IDS: /^[^,]+,[^,]+,[^,]+$/ });

    const config = parseConfig({ ...settings, FASTIO_API_URL: fake.url, FASTIO_API_KEY: FAKE_KEY });
    const store = await openStore(config);
    await store.put('key', 'value');

    const second = await run(['--notes', '3'], { FASTIO_WORKSPACE_ID: WORKSPACE });
    expect(second.stdout).toMatch(/^there .*-1-of-3\.md$/m);
    expect(second.stdout).toContain(`FASTIO_NOTE_IDS=${settings.FASTIO_NOTE_IDS}`);
    expect((await store.get('key'))?.value).toBe('value');
    expect(first.stdout + second.stdout).not.toContain(FAKE_KEY);
  },
  SLOW,
);

test(
  'says what is missing or wrong',
  async () => {
    const { run } = await runner();
    expect(await run([], { FASTIO_API_KEY: '' })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/FASTIO_API_KEY.*https:/),
    });
    const refused = await run([], { FASTIO_API_KEY: 'not-the-key' });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/401/) });
    expect(refused.stderr).not.toMatch(/not-the-key|^\s+at /m);
    expect(await run(['--workspace', '12'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/19 digits/) });
  },
  SLOW,
);
