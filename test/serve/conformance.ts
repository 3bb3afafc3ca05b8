import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { run } from '../support/child.ts';
import type { NodeVersion } from '../support/node-versions.ts';
import { rawCall } from '../support/raw-call.ts';
import { toolOf } from '../support/tools.ts';

/** The official suite: its release for the 2025 versions, and a preview for 2026-07-28. Both need Node 22. */
export const SUITES = [
  { tool: 'conformance-2025', args: [] },
  { tool: 'conformance-2026', args: ['--spec-version', '2026-07-28'] },
] as const;

/** One thing that a scenario looks at. */
export interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

const pathOf = (baseline: string): string => fileURLToPath(new URL(baseline, import.meta.url));

/**
 * Runs a suite against a server. Fails for a scenario that fails and is not in the baseline, and for one that is in it and
 * passes.
 *
 * @param baseline a file in this folder
 * @param dir where the results are put
 */
export async function runSuite(
  { tool, args }: (typeof SUITES)[number],
  { url, baseline, dir, version }: { url: string; baseline: string; dir: string; version: NodeVersion },
): Promise<Check[]> {
  const suite = join(await toolOf(tool), '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
  const results = join(dir, tool);
  const options = ['--url', url, '--suite', 'all', ...args, '--expected-failures', pathOf(baseline), '-o', results];
  const { code, stdout, stderr } = await run(version.node, [suite, 'server', ...options], { cwd: dir });
  expect(code, stdout + stderr).toBe(0);
  return readdirSync(results).flatMap((scenario): Check[] =>
    JSON.parse(readFileSync(join(results, scenario, 'checks.json'), 'utf8')),
  );
}

export const isFailed = ({ status }: Check): boolean => status === 'FAILURE' || status === 'WARNING';

/** The scenarios of a baseline. */
export const scenariosOf = (baseline: string): string[] =>
  [...readFileSync(pathOf(baseline), 'utf8').matchAll(/^ {2}- (\S+)$/gm)].map(([, scenario = '']) => scenario);

/** What docs/conformance.md says. */
export const conformanceDocs = (): string => readFileSync(pathOf('../../docs/conformance.md'), 'utf8');

/** Consent that is not the server's own, because it is forged, changed, or given for another note, deletes nothing. */
export async function expectNoForgedConsent(url: string): Promise<void> {
  const [note, other] = [
    await rawCall(url, 'create_note', { title: 'Kept' }),
    await rawCall(url, 'create_note', { title: 'Other' }),
  ];
  const id = { id: note.structuredContent?.id };
  const { requestState = '', inputRequests = {} } = await rawCall(url, 'delete_note', id);
  const [question = ''] = Object.keys(inputRequests);
  const consent = { [question]: { action: 'accept', content: { confirm: true } } };
  const forged = [
    undefined,
    'x',
    `${requestState.slice(0, -2)}AA`,
    requestState.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
  ];
  for (const state of forged) {
    const answer = await rawCall(url, 'delete_note', id, { inputResponses: consent, requestState: state });
    expect(answer.structuredContent?.deleted, String(state)).not.toBe(true);
  }
  const otherId = { id: other.structuredContent?.id };
  const elsewhere = await rawCall(url, 'delete_note', otherId, { inputResponses: consent, requestState });
  expect(elsewhere.structuredContent?.deleted).not.toBe(true);
  expect((await rawCall(url, 'read_note', otherId)).structuredContent?.title).toBe('Other');
  expect((await rawCall(url, 'read_note', id)).structuredContent?.title).toBe('Kept');
  const agreed = await rawCall(url, 'delete_note', id, { inputResponses: consent, requestState });
  expect(agreed.structuredContent).toEqual({ deleted: true });
}
