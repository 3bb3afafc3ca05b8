import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/precompile.ts';
import { languages, optionsOf } from '../../src/catalog/catalog.ts';
import type { Kind } from '../../src/catalog/manifest.ts';
import { CLIENTS, isWritable } from '../../src/clients/registry.ts';
import { COMMANDS } from '../../src/commands/register.ts';
import { fakeContext } from '../support/env.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The cell of our own column in the row of a table. */
function cellOf(label: string): string {
  const rows = README.split('\n').filter((line) => line.startsWith(`| ${label} |`));
  expect(rows, label).toHaveLength(1);
  return rows[0]?.split('|')[2]?.trim() ?? '';
}

/** What can be chosen in any language, but for what stands in where nothing is chosen. */
const idsOf = (kind: Kind): string[] => [
  ...new Set(
    languages().flatMap((language) =>
      optionsOf(language, kind)
        .filter(({ standIn }) => standIn !== true)
        .map(({ id }) => id),
    ),
  ),
];

describe('README.md', () => {
  it.each([
    ['`--preset`', 'preset'],
    ['`--transport`', 'transport'],
    ['`--storage`', 'storage'],
    ['`--tools`', 'tool'],
    ['`--resources`', 'resource'],
    ['`--extras`', 'extra'],
    ['`--pm`', 'pm'],
  ] as const)('names every choice of %s, and no other', (flag, kind) => {
    const words = [...cellOf(flag).matchAll(/`([a-z0-9-]+)`/g)].map(([, word]) => word);
    expect(words.sort()).toEqual(idsOf(kind).sort());
  });

  it('counts clients and backends as they are', () => {
    const writable = CLIENTS.filter(isWritable).length;
    expect(README).toContain(`config --list                   # ${CLIENTS.length} clients`);
    expect(cellOf('other clients')).toBe(`${writable - 1} written, ${CLIENTS.length - writable} printed`);
    expect(cellOf('storage backends to choose from')).toBe(String(idsOf('storage').length - 1));
    expect(README).toMatch(/; seven backends in both languages/);
  });

  it('says nothing twice in a table', () => {
    const labels = README.split('\n').flatMap((line) => /^\| ([^|]+) \|/.exec(line)?.[1] ?? []);
    const words = labels.map((label) => label.replace(/\b(a|an|the|to|projects?|later|tools?)\b|s\b|\W/g, ''));
    expect(words.filter((word, index) => word !== '' && words.indexOf(word) !== index)).toEqual([]);
  });

  it('shows commands and flags that there are', () => {
    const shown = README.split('\n').filter((line) => /^(npx|uvx|npm create|npm ci && npm start)/.test(line));
    const commands = shown.flatMap((line) => /^npx create-mcp-mason ([a-z]+)/.exec(line)?.[1] ?? []);
    expect(commands.length).toBeGreaterThan(10);
    expect(commands.filter((name) => !Object.hasOwn(COMMANDS, name))).toEqual([]);
    const registration = { context: fakeContext(), server: [], finish: () => {} };
    const options = Object.values(COMMANDS).flatMap((register) => {
      const command = new Command();
      register(command, registration);
      return command.options.map(({ long }) => long ?? '');
    });
    const known = new Set(options);
    const flags = shown.flatMap((line) => [...(line.split(/ -- \S*\//)[0] ?? '').matchAll(/ (--[a-z][a-z-]*)/g)]);
    expect(flags.map(([, flag]) => flag).filter((flag) => !known.has(flag ?? ''))).toEqual([]);
  });

  it('links to files that are there', () => {
    const links = [...README.matchAll(/\]\(([\w./-]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
