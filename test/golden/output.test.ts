import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { main } from '../../src/cli.ts';
import { VERSION } from '../../src/generated/catalog.ts';
import { fakeContext, fakeEnv } from '../support/env.ts';

const SNAPSHOTS = fileURLToPath(new URL('snapshots', import.meta.url));

interface Output {
  readonly code: number;
  readonly text: string;
}

/** Nothing is there, and after a dry run nothing is there either. */
const HERE = '/nowhere/here';

/** Runs a command line and gives all that it says, without what differs from run to run. */
async function outputOf(...argv: readonly string[]): Promise<Output> {
  const context = fakeContext({ env: fakeEnv({ cwd: HERE, home: '/nowhere/home' }), version: VERSION });
  const code = await main(argv, context);
  expect(existsSync('/nowhere')).toBe(false);
  return { code, text: normalised(`${context.stdout.text}${context.stderr.text}`) };
}

/** Sizes follow the templates, whose bytes are kept elsewhere. */
const normalised = (text: string): string =>
  text
    .replaceAll(HERE, '<here>')
    .replaceAll(VERSION, '<version>')
    .replace(/ +\d+ B\b/g, ' <size> B')
    .replace(/"bytes":\d+/g, '"bytes":0');

const snapshot = (name: string): string => join(SNAPSHOTS, `${name}.output`);

it.each([
  ['help', ['--help'], 0],
  ['dry-run', ['hello-mcp', '--dry-run', '--yes'], 0],
  ['dry-run-replay', ['hello-mcp', '--transport=both', '--tools=all', '--pm=pnpm', '--no-git', '--dry-run'], 0],
  ['nothing-given', [], 2],
  ['unknown-value', ['hello-mcp', '--transport', 'stido'], 2],
  ['unknown-flag', ['hello-mcp', '--transprot', 'stdio'], 2],
  ['unknown-value-json', ['hello-mcp', '--transport', 'stido', '--json'], 2],
  ['nothing-given-json', ['--json'], 2],
] as const)('%s', async (name, argv, code) => {
  const output = await outputOf(...argv);
  await expect(output.text).toMatchFileSnapshot(snapshot(name));
  expect(output.code).toBe(code);
});

it('json', async () => {
  const { code, text } = await outputOf('hello-mcp', '--dry-run', '--json');
  expect(code).toBe(0);
  expect(text).toMatch(/^[^\n]+\n$/);
  // Laid out for the reader of a diff.
  const { files, ...rest } = JSON.parse(text);
  const lines = files.map((file: Readonly<Record<string, unknown>>) => JSON.stringify(file));
  const laidOut = JSON.stringify({ ...rest, files: lines }, null, 2);
  await expect(`${laidOut}\n`).toMatchFileSnapshot(snapshot('dry-run-json'));
});

it('fits on a screen of 80 columns', async () => {
  const { text } = await outputOf('--help');
  const lines = text.replaceAll('<version>', VERSION).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
