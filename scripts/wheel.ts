import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds the wheel that `uvx create-mcp-mason` runs: `python/`, with what `npm run build` has built as its data.
 *
 *     npm run build:wheel [-- <folder, default: dist-wheel>]     needs uv
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(process.argv[2] ?? join(ROOT, 'dist-wheel'));
const stage = mkdtempSync(join(tmpdir(), 'mason-wheel-'));
try {
  const from = (name: string): string => join(ROOT, name);
  cpSync(from('python'), stage, { recursive: true, filter: (path) => !path.endsWith('__pycache__') });
  for (const name of ['README.md', 'LICENSE', 'THIRD-PARTY-LICENSES.md']) cpSync(from(name), join(stage, name));
  const program = join(stage, 'create_mcp_mason', 'node');
  cpSync(from('bin'), join(program, 'bin'), { recursive: true });
  // Types are for who imports the package from JavaScript.
  cpSync(from('dist'), join(program, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.d.ts') });

  const { version } = JSON.parse(readFileSync(from('package.json'), 'utf8')) as { version: string };
  const project = join(stage, 'pyproject.toml');
  writeFileSync(project, readFileSync(project, 'utf8').replace('version = "0"', `version = "${version}"`));
  const built = spawnSync('uv', ['build', '--wheel', '--quiet', '--out-dir', out], { cwd: stage, stdio: 'inherit' });
  if (built.error !== undefined) process.stderr.write(`uv cannot be started: ${built.error.message}\n`);
  process.exitCode = built.status ?? 1;
} finally {
  rmSync(stage, { recursive: true, force: true });
}
