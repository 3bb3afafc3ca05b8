import { expect, it } from 'vitest';
import { newIn, readNpmLock, readUvLock } from '../canary/locks.ts';

const npmLock = (packages: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { name: 'hello', version: '0.1.0' },
      ...Object.fromEntries(Object.entries(packages).map(([path, version]) => [path, { version }])),
    },
  });

it('names what is newer in a lock of npm, and what is there besides', () => {
  const earlier = readNpmLock(
    npmLock({ 'node_modules/vite': '8.3.8', 'node_modules/zod': '4.6.7', 'node_modules/a/node_modules/@b/c': '1.0.0' }),
  );
  const later = readNpmLock(
    npmLock({
      'node_modules/zod': '4.6.7',
      'node_modules/vite': '8.4.0',
      'node_modules/@b/c': '1.0.0',
      'node_modules/a/node_modules/@b/c': '2.0.0',
      'node_modules/new': '0.1.0',
    }),
  );
  expect(newIn(later, earlier)).toEqual(['@b/c 2.0.0', 'new 0.1.0', 'vite 8.3.8 → 8.4.0']);
  expect(newIn(later, later)).toEqual([]);
});

it('names what is newer in a lock of uv, but not the project', () => {
  const uvLock = (version: string): string =>
    [
      'version = 1',
      '[[package]]',
      `name = "mcp"\nversion = "${version}"\nsource = { registry = "https://example.org/simple" }`,
      '[[package]]',
      `name = "hello"\nversion = "${version}"\nsource = { editable = "." }`,
    ].join('\n');
  expect(newIn(readUvLock(uvLock('2.4.0')), readUvLock(uvLock('2.3.0')))).toEqual(['mcp 2.3.0 → 2.4.0']);
});
