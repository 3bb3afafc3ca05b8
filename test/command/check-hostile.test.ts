import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { childEnv, run } from '../support/child.ts';
import { withTempDir } from '../support/temp.ts';

const SERVER = join(import.meta.dirname, '..', 'support', 'hostile-server.mjs');
/** `check` alone takes a fourth of it, and a server may send 64 MB over one connection. */
const MOST_MB = 400;

/** Runs `check` with the limits that users have. @returns what it printed, and the most memory it ever took, in MB */
async function checked(deed: string, dir: string) {
  const [hook, peak] = [join(dir, 'hook.cjs'), join(dir, 'peak')];
  const script = `require('fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS / 1024))`;
  writeFileSync(hook, `process.once('exit', () => ${script});`);
  const args = ['--require', hook, inject('bin'), 'check', '--', process.execPath, SERVER, deed];
  const { code, signal, stdout, stderr } = await run(process.execPath, args, { cwd: dir, env: childEnv() });
  expect(signal, stdout + stderr).toBe(null);
  return { code, shown: stdout + stderr, megabytes: Number(readFileSync(peak, 'utf8')) };
}

describe('check of a server that sends without an end', () => {
  it.concurrent.each([
    ['line', /a line of more than 16 MB/],
    ['lines', /more than 10000 lines to stdout/],
    ['questions', /more than 64 MB over one connection/],
    ['pages', /does not come to an end within 200 pages/],
    ['fat-pages', /does not come to an end within 200 pages/],
    ['faults', /schemas/],
    ['deep', /nested deeper than 128 levels/],
    ['long-error', /more characters\)/],
    ['escapes', /\\u001b\[2J/],
  ])('%s: ends, in bounded memory, and shows nothing that a terminal would obey', async (deed, problem) => {
    // A folder of `tempDir` goes with the test that began last, which among concurrent ones may be another.
    const { code, shown, megabytes } = await withTempDir((dir) => checked(deed, dir));
    expect(code, shown).toBe(1);
    expect(shown).toMatch(problem);
    expect(shown).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
    expect(shown.length).toBeLessThan(50_000);
    expect(megabytes).toBeLessThan(MOST_MB);
  });
});
