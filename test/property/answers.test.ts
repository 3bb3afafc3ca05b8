import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flagsOf } from '../../src/answers/flags.ts';
import { nameProblem } from '../../src/answers/names.ts';
import { OPTIONS } from '../../src/answers/options.ts';
import { createCommand, replayArguments } from '../../src/answers/replay.ts';
import { resolve } from '../../src/answers/resolve.ts';
import { CliError, EXIT } from '../../src/base/errors.ts';
import { quote } from '../../src/base/text.ts';
import type { Kind } from '../../src/catalog/manifest.ts';
import { parseCreate, splitShell } from '../unit/parse.ts';
import { fakeSurroundings, given } from '../unit/surroundings.ts';
import { offered } from './matrix-rows.ts';

const surroundings = fakeSurroundings();

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '../evil',
    '$(x)',
    '`x`',
    '</script>',
    '-x',
    '--',
    '--yes',
    '.',
    '..',
    '~',
    '/',
    'node_modules',
    'CON',
    '',
  ),
);

describe('any text as a name or a folder', () => {
  it('is a valid name or a clean usage error', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, fc.boolean(), async (dir, name, withName) => {
        const raw = given(dir, withName ? { name: [name] } : {});
        const outcome = await resolve(raw, surroundings).catch((error: unknown) => error);
        if (outcome instanceof CliError) {
          expect(outcome.exit).toBe(EXIT.usage);
          expect(`${outcome.message}${outcome.hint}`).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}]/u);
        } else {
          expect(outcome).toHaveProperty('answers');
          expect(nameProblem((outcome as Awaited<ReturnType<typeof resolve>>).answers.name)).toBeUndefined();
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const idsOf = (kind: Kind): string[] => offered('typescript', kind).map(({ id }) => id);
const one = (kind: Kind) => fc.constantFrom(...idsOf(kind)).map((id) => [id]);
const some = (kind: Kind) =>
  fc
    .oneof(
      fc.constantFrom('all', 'none'),
      fc.subarray(idsOf(kind), { minLength: 1 }).map((ids) => ids.join(',')),
    )
    .map((text) => [text]);

/** A command line that means something: every flag there or not. */
const flags = fc.record(
  {
    name: fc.constantFrom(['other'], ['@scope/name'], ['a.b_c']),
    description: anyText.map((text) => [text]),
    language: one('base').map(() => ['typescript']),
    transport: one('transport'),
    storage: one('storage'),
    preset: one('preset'),
    tools: some('tool'),
    resources: some('resource'),
    extras: some('extra'),
    runtime: one('runtime'),
    pm: one('pm'),
    client: fc.constantFrom(['none'], ['detected'], ['cursor'], ['cursor,detected']),
    clientConfig: fc.constantFrom(['cursor=/tmp/a b.json'], ["cursor=it's=$x"], ['claude-desktop=-']),
    install: fc.boolean().map((on) => [on]),
    git: fc.boolean().map((on) => [on]),
    check: fc.boolean().map((on) => [on]),
    onConflict: fc.constantFrom(['error'], ['skip'], ['overwrite']),
  },
  { requiredKeys: [] },
);
const dirs = fc.oneof(
  fc.constantFrom('.', '../x', '/srv/x', 'a b', './-x', '~/x', 'x'),
  fc.stringMatching(/^[a-z$'"` \\!*]{1,12}$/),
);

describe('the replay command', () => {
  it('typed in a shell, gives the same answers without a question', async () => {
    let replayed = 0;
    await fc.assert(
      fc.asyncProperty(dirs, flags, async (dir, chosen) => {
        const first = await resolve(given(dir, chosen), surroundings).catch((error: unknown) => error);
        if (first instanceof CliError) return;
        const { answers } = first as Awaited<ReturnType<typeof resolve>>;
        const words = splitShell(createCommand(answers, surroundings));
        // npm takes its own `--`; the other package managers hand everything over.
        const own = words
          .slice(words.findIndex((word) => word.includes('mcp-mason@')) + 1)
          .filter((word) => word !== '--');
        expect(own).toEqual(replayArguments(answers, surroundings));
        const parsed = parseCreate(own);
        expect(parsed.yes).toBe(true);
        const again = await resolve(parsed.given, { ...surroundings, yes: true });
        expect(again.answers).toEqual(answers);
        replayed += 1;
      }),
      { numRuns: 600 },
    );
    // Most of what is generated must be valid, or the property would say little.
    expect(replayed).toBeGreaterThan(100);
  });

  it('names every row of the table that is not its default', async () => {
    const { answers } = await resolve(given('x'), surroundings);
    const changed = {
      ...answers,
      preset: 'full',
      auth: 'oauth',
      license: 'ISC',
      author: 'Ada',
      repository: 'https://github.com/ada/x',
      install: false,
      git: false,
      check: false,
      client: ['cursor'],
      name: 'y',
      description: 'z',
      language: 'w',
      fromOpenapi: 'u',
      openapiMode: 'search',
      operations: 't',
    };
    const text = replayArguments({ ...changed, clientConfig: { cursor: 'p' }, onConflict: 'skip' }, surroundings).join(
      ' ',
    );
    for (const { key } of OPTIONS.filter((row) => row.key !== 'dir')) {
      expect(text).toMatch(new RegExp(`--(no-)?${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\\b`));
    }
  });
});

describe('quote', () => {
  it('is read back by a POSIX shell as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
        expect(splitShell(words.map((word) => quote(word, 'linux')).join(' '))).toEqual(words);
      }),
    );
  });
});

describe('flags', () => {
  it('that are absent are not given', () => {
    expect(flagsOf(undefined, { interactive: true })).toEqual({ given: {}, interactive: true });
  });
});
