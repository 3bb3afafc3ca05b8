import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON_ROWS, recipeOf, rowOf } from '../support/e2e-rows.ts';
import { type NodeVersion, nodeOf } from '../support/node-versions.ts';
import { type Listening, listen } from '../support/server.ts';
import { useMade } from '../support/use-made.ts';
import { placeIn } from '../support/use-service.ts';
import { conformanceDocs, expectNoForgedConsent, isFailed, runSuite, SUITES, scenariosOf } from './conformance.ts';

/** A generated Python server, to which conformance_fixture.py adds what the suite's scenarios call by name. */
describe('a generated Python server with the fixtures of the suite', () => {
  const project = useMade(recipeOf(rowOf(PYTHON_ROWS, 'web')));
  let dir: string | undefined;
  let version: NodeVersion;
  let server: Listening;

  beforeAll(async () => {
    if (project.missing() !== undefined) return;
    version = await nodeOf('22');
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'mason-conformance-')));
    const script = fileURLToPath(new URL('conformance_fixture.py', import.meta.url));
    const python = join(dirname(project.start[0]), 'python');
    server = await listen([python, script, 'web'], placeIn(dir));
  });
  afterAll(async () => {
    await server?.kill();
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  it.each(SUITES)('passes $tool but for what the baseline lists', async (suite) => {
    const baseline = suite.tool.replace('conformance-', 'conformance-python-');
    const checks = await runSuite(suite, {
      url: server.url,
      baseline: `${baseline}.yml`,
      dir: dir ?? '',
      version,
    });
    expect(checks.filter(({ status }) => status === 'SUCCESS').length).toBeGreaterThan(40);
    expect(
      checks
        .filter(isFailed)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(FAILED[suite.tool]);
  });

  it('believes no consent that is not its own: forged, changed, or given for another note', async () => {
    await expectNoForgedConsent(server.url);
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
