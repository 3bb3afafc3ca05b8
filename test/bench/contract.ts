/**
 * Has `check --storage` prove the stores of generated projects again and again, each with its real service, to see whether
 * it ever fails:
 *
 *     npx tsx test/bench/contract.ts [--runs 50] [--storage memory,file,sqlite,postgres,redis]
 *
 * Needs `npm run build` before. Exits with 1 if any run failed; the output of each that did is printed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { childEnv, NPM, run } from '../support/child.ts';
import { needsService, startService } from '../support/services.ts';
import { median } from './measure.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    storage: { type: 'string', default: 'memory,file,sqlite,postgres,redis' },
  },
});
const runs = Number(values.runs);
const bin = join(import.meta.dirname, '../../bin/create-mcp-mason.js');
const work = mkdtempSync(join(tmpdir(), 'mason-contract-'));
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

let failed = 0;
try {
  for (const storage of values.storage.split(',')) failed += await repeat(storage);
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
process.exitCode = failed === 0 ? 0 : 1;

/** The number of runs that failed. */
async function repeat(storage: string): Promise<number> {
  const service = needsService(storage) ? await startService(storage) : undefined;
  const cwd = join(work, `store-${storage}`);
  let failures = 0;
  try {
    const flags = ['--yes', '--no-git', '--no-install', '--storage', storage, '--tools', 'none'];
    execFileSync(process.execPath, [bin, cwd, ...flags], { stdio: 'pipe' });
    execFileSync(NPM, ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd, stdio: 'pipe' });
    execFileSync(NPM, ['run', 'bundle'], { cwd, stdio: 'pipe' });
    const times: number[] = [];
    for (let round = 1; round <= runs; round++) {
      const started = performance.now();
      const options = { cwd, env: childEnv(service?.env) };
      const { code, stdout, stderr } = await run(process.execPath, [bin, 'check', '--storage'], options);
      times.push((performance.now() - started) / 1000);
      if (code === 0) continue;
      failures++;
      print(`${storage}, run ${round} of ${runs} failed:\n${stdout}\n${stderr}`);
    }
    print(`${storage}: ${runs} runs, ${failures} failed, median ${median(times).toFixed(1)} s`);
  } finally {
    await service?.stop();
  }
  return failures;
}
