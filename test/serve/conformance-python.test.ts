import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Child, runOk } from '../support/child.ts';
import { type NodeVersion, nodeOf } from '../support/node-versions.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { BARE_ENV } from '../support/server.ts';
import { conformanceDocs, expectNoForgedConsent, isFailed, runSuite, SUITES, scenariosOf } from './conformance.ts';

/** A generated Python server, to which conformance_fixture.py adds what the suite's scenarios call by name. */
describe('a generated Python server with the fixtures of the suite', () => {
  let dir: string;
  let version: NodeVersion;
  let python: PythonTools | Error;
  let server: Child | undefined;
  let url: string;

  beforeAll(async () => {
    version = await nodeOf('22');
    python = await pythonTools().catch((error: Error) => error);
    if (python instanceof Error) return;
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'mason-conformance-')));
    const flags = ['--language', 'python', '--transport', 'http', '--tools', 'all', '--no-git', '--no-check', '--yes'];
    const path = [dirname(process.execPath), python.env.PATH].join(':');
    await runOk(process.execPath, [inject('bin'), 'web', ...flags], { cwd: dir, env: { ...python.env, PATH: path } });
    const script = fileURLToPath(new URL('conformance_fixture.py', import.meta.url));
    server = new Child(join(dir, 'web', '.venv', 'bin', 'python'), [script, 'web'], {
      cwd: '/',
      env: { ...BARE_ENV, PORT: '0' },
    });
    url = await server.until(({ stderr }) => /http:\/\/\S+\/mcp/.exec(stderr)?.[0] ?? false);
  });
  afterAll(async () => {
    await server?.stop();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  it.for(SUITES)('passes $tool but for what the baseline lists', async (suite, context) => {
    if (python instanceof Error) cannotRun(context, python.message);
    const baseline = suite.tool.replace('conformance-', 'conformance-python-');
    const checks = await runSuite(suite, { url, baseline: `${baseline}.yml`, dir, version });
    expect(checks.filter(({ status }) => status === 'SUCCESS').length).toBeGreaterThan(40);
    expect(
      checks
        .filter(isFailed)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(FAILED[suite.tool]);
  });

  it('believes no consent that is not its own: forged, changed, or given for another note', async (context) => {
    if (python instanceof Error) cannotRun(context, python.message);
    await expectNoForgedConsent(url);
  });

  it('is described in docs/conformance.md as it is', () => {
    for (const scenario of scenariosOf('conformance-python-2025.yml')) {
      expect(conformanceDocs()).toContain(`\`${scenario}\``);
    }
    expect(scenariosOf('conformance-python-2026.yml')).toEqual([]);
  });
});

/** The checks behind the baselines. */
const FAILED = {
  'conformance-2025': [
    'logging-set-level',
    'server-sse-priming-event',
    'server-sse-retry-field',
    'tools-call-with-logging',
  ],
  'conformance-2026': [],
};
