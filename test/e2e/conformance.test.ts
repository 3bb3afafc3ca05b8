import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { childEnv, run, runOk } from '../support/child.ts';
import { type NodeVersion, nodeOf } from '../support/node-versions.ts';
import { toolOf } from '../support/tools.ts';
import { rawCall } from './raw-call.ts';
import { type Listening, listen } from './server.ts';

/** The official suite: its release for the 2025 versions, and a preview for 2026-07-28. Both need Node 22. */
const SUITES = [
  { tool: 'conformance-2025', baseline: 'conformance-2025.yml', args: [] },
  { tool: 'conformance-2026', baseline: 'conformance-2026.yml', args: ['--spec-version', '2026-07-28'] },
] as const;

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/** Names that only the suite's own example server has, or a complaint that something named so is missing. */
const FIXTURE = /\btest_\w+|\btest:\/\/|json_schema_2020_12_tool|x-mcp-header annotations/;
/** What does not repeat the name of the fixture that it lacks, or is a recommendation that docs/conformance.md answers. */
const EXPLAINED = [
  'sep-2322-multi-round-r1',
  'sep-2322-reject-tampered-state',
  'sep-2322-missing-response-rerequests',
  'sep-2575-server-sends-prompts-list-changed-on-subscription',
  'sep-2575-server-sends-tools-list-changed-on-subscription',
  'server-sse-priming-event',
  'server-sse-retry-field',
];

describe('a generated HTTP server', () => {
  let dir: string;
  let version: NodeVersion;
  let server: Listening;

  beforeAll(async () => {
    version = await nodeOf('22');
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'mason-conformance-')));
    const args = [
      inject('bin'),
      'web',
      '--transport',
      'http',
      '--tools',
      'all',
      '--pm',
      'npm',
      '--no-git',
      '--no-check',
    ];
    await runOk(version.node, args, { cwd: dir, env: childEnv({ npm_config_prefer_offline: 'true' }, [version.path]) });
    server = await listen(version, join(dir, 'web'), {});
  });
  afterAll(async () => {
    await server?.kill();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  it.each(SUITES)('passes $tool but for what needs the fixtures of the suite', async ({ tool, baseline, args }) => {
    const suite = join(await toolOf(tool), '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
    const expected = fileURLToPath(new URL(baseline, import.meta.url));
    const results = join(dir, tool);
    const options = ['--url', server.url, '--suite', 'all', ...args, '--expected-failures', expected, '-o', results];
    const { code, stdout, stderr } = await run(version.node, [suite, 'server', ...options], { cwd: dir });
    // It fails for a scenario that fails unexpectedly, and for one that unexpectedly passes.
    expect(code, stdout + stderr).toBe(0);

    const checks = readdirSync(results).flatMap((scenario): Check[] =>
      JSON.parse(readFileSync(join(results, scenario, 'checks.json'), 'utf8')),
    );
    expect(checks.filter(({ status }) => status === 'SUCCESS').length).toBeGreaterThan(10);
    const unexplained = checks
      .filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
      .filter(({ id, errorMessage = '' }) => !FIXTURE.test(errorMessage) && !EXPLAINED.includes(id));
    expect(unexplained).toEqual([]);
  });

  it('believes no consent that is not its own: forged, changed, or given for another note', async () => {
    const { url } = server;
    const [note, other] = [
      await rawCall(url, 'create-note', { title: 'Kept' }),
      await rawCall(url, 'create-note', { title: 'Other' }),
    ];
    const id = { id: note.structuredContent?.id };
    const { requestState = '' } = await rawCall(url, 'delete-note', id);
    const consent = { confirm: { action: 'accept', content: { confirm: true } } };
    const forged = [
      undefined,
      'x',
      `${requestState.slice(0, -2)}AA`,
      requestState.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    ];
    for (const state of forged) {
      const answer = await rawCall(url, 'delete-note', id, { inputResponses: consent, requestState: state });
      expect(answer.structuredContent?.title, String(state)).toBeUndefined();
    }
    const otherId = { id: other.structuredContent?.id };
    const elsewhere = await rawCall(url, 'delete-note', otherId, { inputResponses: consent, requestState });
    expect(elsewhere.structuredContent?.title).toBeUndefined();
    expect((await rawCall(url, 'read-note', otherId)).structuredContent?.title).toBe('Other');
    expect((await rawCall(url, 'read-note', id)).structuredContent?.title).toBe('Kept');
    const agreed = await rawCall(url, 'delete-note', id, { inputResponses: consent, requestState });
    expect(agreed.structuredContent).toEqual({ ...id, title: 'Kept' });
  });

  it('is described in docs/conformance.md as it is', () => {
    const docs = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
    for (const { baseline } of SUITES) {
      const listed = readFileSync(new URL(baseline, import.meta.url), 'utf8').matchAll(/^ {2}- (\S+)$/gm);
      for (const [, scenario = ''] of listed) expect(docs).toContain(`\`${scenario}\``);
    }
  });
});
