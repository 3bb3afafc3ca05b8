import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generate, ROOT } from '../../scripts/precompile.ts';

/**
 * Tests read `src/generated/`, which is not in version control, so it is made of the templates as they are now. The command in
 * `bin/` needs a build: in a fresh clone there is none yet.
 */
export default function setup(): void {
  generate();
  if (existsSync(join(ROOT, 'dist'))) return;
  execFileSync(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts', 'build.ts')], {
    cwd: ROOT,
    stdio: 'inherit',
  });
}
