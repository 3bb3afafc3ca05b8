import { SemVer } from 'semver';
import { describe, expect, it } from 'vitest';
import { publishedBefore, versionIn } from '../../scripts/lib/indexes.ts';
import { BOUNDS, cutOffOf, formatVersions, type Published, parseVersion, refresh } from '../../scripts/lib/refresh.ts';

const version = (text: string): SemVer => new SemVer(text);

describe('versions', () => {
  it('are read without pre-releases', () => {
    expect(
      ['1.2.3', '1.2', 'v20', '1.2.3-beta.1', '1.2.3.4', '1.0rc1', 'next'].map((text) => parseVersion(text)?.version),
    ).toEqual(['1.2.3', '1.2.0', '20.0.0', undefined, undefined, undefined, undefined]);
  });
});

const REGISTRY: Record<string, Published[]> = {
  zod: [{ version: '4.1.0' }, { version: '4.10.0' }, { version: '4.9.0' }, { version: '5.0.0-beta.1' }],
  vitest: [
    { version: '4.0.0', node: '>=20' },
    { version: '5.0.0', node: '^22.12 || >=24' },
  ],
  '@types/node': [{ version: '20.19.1' }, { version: '22.1.0' }, { version: '24.0.0' }, { version: '25.0.0' }],
  modern: [{ version: '1.0.0', node: '>=99' }],
};
const RUNTIMES = [
  { id: '20', oldest: version('20.19.0') },
  { id: '22', oldest: version('22.13.0') },
];
const lookUp = async (name: string): Promise<Published[]> => REGISTRY[name] ?? [];
const fresh = (...names: string[]) =>
  refresh(
    names.map((name) => ({ name, runtimes: RUNTIMES })),
    lookUp,
  );

describe('refresh', () => {
  it('takes the newest version that runs, for each runtime', async () => {
    expect(await fresh('zod', 'vitest', '@types/node')).toEqual({
      '@types/node': { '20': '^20.19.1', '22': '^22.1.0' },
      vitest: { '20': '^4.0.0', '22': '^5.0.0' },
      zod: '^4.10.0',
    });
  });

  it('looks only at runtimes that need the package', async () => {
    const needs = [{ name: 'vitest', runtimes: RUNTIMES.slice(1), current: '^4.0.0' }];
    expect(await refresh(needs, lookUp)).toEqual({ vitest: '^5.0.0' });
  });

  it('leaves alone what is held on purpose', async () => {
    const needs = [{ name: 'zod', runtimes: RUNTIMES, current: '~4.1.0' }];
    expect(await refresh(needs, lookUp)).toEqual({ zod: '~4.1.0' });
  });

  it.each([
    ['^4.10.1', 'zod 4.10.1 is pinned, but 4.10.0 was the newest then. Choose a later date.'],
    ['~4.11.0', 'zod 4.11.0 is pinned'],
    [{ '20': '^4.0.0', '22': '^5' }, 'zod 5 is pinned'],
  ])('never goes back behind what is pinned, as %j', async (current, message) => {
    await expect(refresh([{ name: 'zod', runtimes: RUNTIMES, current }], lookUp)).rejects.toThrow(message);
  });

  it('fails where nothing runs', async () => {
    await expect(fresh('modern')).rejects.toThrow('No version of modern runs on the runtime 20.');
    await expect(fresh('unknown')).rejects.toThrow('unknown');
  });

  it('writes one package a line', async () => {
    expect(formatVersions(await fresh('zod', '@types/node'))).toBe(
      '{\n  "@types/node": { "20": "^20.19.1", "22": "^22.1.0" },\n  "zod": "^4.10.0"\n}\n',
    );
  });
});

describe('the moment before which all has to be published', () => {
  const now = new Date('2026-03-02T13:45:00Z');
  const current = new Date('2026-02-01T00:00:00Z');

  it('is three days ago at midnight', () => {
    expect(cutOffOf(undefined, now, current)).toEqual(new Date('2026-02-27T00:00:00Z'));
  });

  it('is never earlier than it was, if nobody wants that', () => {
    const later = new Date('2026-03-01T00:00:00Z');
    expect(cutOffOf(undefined, now, later)).toEqual(later);
    expect(cutOffOf('2026-01-31', now, current)).toEqual(new Date('2026-01-31T00:00:00Z'));
  });

  it('is a date of the past', () => {
    expect(() => cutOffOf('soon', now, current)).toThrow('"soon" is no date');
    expect(() => cutOffOf('2026-03-03', now, current)).toThrow('still to come');
  });
});

describe('what npm says', () => {
  it('counts as far as it was published in time', () => {
    const versions = ['1.0.0', { version: '1.1.0', engines: { node: '>=20' } }, { version: '1.2.0' }, '1.3.0'];
    const time = {
      '1.0.0': '2024-05-01T02:46:36.752000+00:00',
      '1.1.0': '2026-02-27T00:00:00.000Z',
      '1.2.0': '2026-02-27T00:00:00.001Z',
    };
    expect(publishedBefore(new Date('2026-02-27'), versions, time)).toEqual([
      { version: '1.0.0' },
      { version: '1.1.0', node: '>=20' },
    ]);
  });
});

describe('ranges of Python', () => {
  it.each([
    ['2.3.0', '>=2.3,<3'],
    ['1.1.414', '>=1.1.414,<2'],
    ['0.17.6', '>=0.17.6,<0.18'],
    ['10.0.0', '>=10,<11'],
    ['0.40.0', '>=0.40,<0.41'],
  ])('begin with %s as %s', (newest, range) => {
    expect(BOUNDS.from(newest)).toBe(range);
    expect(BOUNDS.isOurs(range)).toBe(true);
  });

  it.each(['>=0.40,<1', '==1.2.3', '>=2.3', '>=2.3,<2.9,!=2.4'])('are held on purpose: %s', (range) => {
    expect(BOUNDS.isOurs(range)).toBe(false);
  });

  it('are those that the index says a runtime can have', async () => {
    const packages: Record<string, Published[]> = {
      kept: [{ version: '1.9.0', runtimes: ['20', '22'] }],
      dropped: [
        { version: '3.0.1', runtimes: ['22'] },
        { version: '2.5.0', runtimes: ['20'] },
      ],
    };
    const needs = Object.keys(packages).map((name) => ({ name, runtimes: RUNTIMES, current: '>=1.0,<2' }));
    expect(await refresh(needs, async (name) => packages[name] ?? [], BOUNDS)).toEqual({
      dropped: { '20': '>=2.5,<3', '22': '>=3.0.1,<4' },
      kept: '>=1.9,<2',
    });
  });

  it('come from what uv prints', () => {
    expect(versionIn('mcp==2.3.0\n')).toBe('2.3.0');
    expect(versionIn('psycopg[binary]==3.3.2\n')).toBe('3.3.2');
    expect(() => versionIn('')).toThrow('names no version');
  });
});
