import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './precompile.ts';

/**
 * Makes the projects of the first edition again that the tests of `update` bring to this version: one a language, packed. It
 * takes the last commit of that edition out of this repository's history, builds it, and runs it.
 *
 *     npx tsx scripts/first-edition.ts
 */
const COMMIT = '1614a7b9192945d411a58162f2fa9080fa8de9af';
const TARGET = join(ROOT, 'test', 'support', 'first-edition');
const FLAGS = ['--yes', '--no-install', '--no-git', '--no-check', '--storage', 'sqlite', '--tools', 'notes,weather'];
const PROJECTS = {
  typescript: ['--language', 'typescript', '--pm', 'npm', '--runtime', '22'],
  python: ['--language', 'python', '--runtime', '3.11'],
};

const folder = mkdtempSync(join(tmpdir(), 'first-edition-'));
try {
  const run = (command: string, args: readonly string[], cwd: string): Buffer =>
    execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });
  const source = join(folder, 'source');
  mkdirSync(source);
  run('git', ['archive', '--output', join(folder, 'source.tar'), COMMIT], ROOT);
  run('tar', ['-xf', join(folder, 'source.tar')], source);
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], source);
  run('npm', ['run', '--silent', 'build'], source);
  mkdirSync(TARGET, { recursive: true });
  for (const [language, flags] of Object.entries(PROJECTS)) {
    run(process.execPath, [join(source, 'bin', 'create-mcp-mason.js'), 'kept', ...flags, ...FLAGS], folder);
    // This machine's own entry is nobody else's.
    const same = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=2026-11-28'];
    const what = ['--exclude=claude_desktop_config.json', '-C', folder, 'kept'];
    run('tar', ['--use-compress-program=gzip -n9', '-cf', join(TARGET, `${language}.tgz`), ...same, ...what], folder);
    rmSync(join(folder, 'kept'), { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
