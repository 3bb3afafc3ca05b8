import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipeOf, rowOf, TYPESCRIPT_ROWS } from '../support/e2e-rows.ts';
import { type NodeVersion, nodeOf } from '../support/node-versions.ts';
import { type Listening, listen } from '../support/server.ts';
import { useMade } from '../support/use-made.ts';
import { placeIn } from '../support/use-service.ts';
import { conformanceDocs, expectNoForgedConsent, isFailed, runSuite, SUITES, scenariosOf } from './conformance.ts';

/** Names that only the suite's own example server has, or a complaint that something named so is missing. */
const FIXTURE = /\btest_\w+|\btest:\/\/|json_schema_2020_12_tool|x-mcp-header annotations/;
/** What does not repeat the name of the fixture that it lacks, or is a recommendation that docs/conformance.md answers. */
const EXPLAINED = [
  'logging-set-level',
  'tools-call-with-logging',
  'sep-2322-multi-round-r1',
  'sep-2322-reject-tampered-state',
  'sep-2322-missing-response-rerequests',
  'sep-2575-server-sends-prompts-list-changed-on-subscription',
  'sep-2575-server-sends-tools-list-changed-on-subscription',
  'server-sse-priming-event',
  'server-sse-retry-field',
];

describe('a generated HTTP server', () => {
  const project = useMade(recipeOf(rowOf(TYPESCRIPT_ROWS, 'web')));
  let dir: string;
  let version: NodeVersion;
  let server: Listening;

  beforeAll(async () => {
    version = await nodeOf('22');
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'mason-conformance-')));
    const [, ...args] = project.start;
    server = await listen([version.node, ...args], placeIn(dir));
  });
  afterAll(async () => {
    await server?.kill();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  it.each(SUITES)('passes $tool but for what needs the fixtures of the suite', async (suite) => {
    const checks = await runSuite(suite, { url: server.url, baseline: `${suite.tool}.yml`, dir, version });
    expect(checks.filter(({ status }) => status === 'SUCCESS').length).toBeGreaterThan(8);
    const unexplained = checks
      .filter(isFailed)
      .filter(({ id, errorMessage = '' }) => !FIXTURE.test(errorMessage) && !EXPLAINED.includes(id));
    expect(unexplained).toEqual([]);
  });

  it('believes no consent that is not its own: forged, changed, or given for another note', async () => {
    await expectNoForgedConsent(server.url);
  });

  it('is described in docs/conformance.md as it is', () => {
    for (const { tool } of SUITES) {
      for (const scenario of scenariosOf(`${tool}.yml`)) expect(conformanceDocs()).toContain(`\`${scenario}\``);
    }
  });
});
