/** One thing that is broken on purpose. */
export interface Mutation {
  readonly what: string;
  /** Relative to the repository. */
  readonly file: string;
  /** A text that the file holds once, and what takes its place. */
  readonly from: string;
  readonly to: string;
  /** What must be red: arguments of `vitest run`. */
  readonly tests: readonly string[];
  /** The tier whose sample is sure to hold it; `standard` if not said otherwise. */
  readonly tier?: 'standard' | 'full';
}

const TS = 'templates/typescript';
const PY = 'templates/python';

export const MUTATIONS: readonly Mutation[] = [
  {
    what: 'merged lists lose what was there',
    file: 'src/base/json.ts',
    from: 'return unique([...under, ...over]);',
    to: 'return unique([...over]);',
    tests: ['test/unit/plan-merge.test.ts'],
  },
  {
    what: 'a refusal ends with another exit code',
    file: 'src/base/errors.ts',
    from: 'conflict: 3,',
    to: 'conflict: 1,',
    tests: ['test/command/bad-target.test.ts'],
  },
  {
    what: 'any name is taken for a package name',
    file: 'src/answers/names.ts',
    from: 'if (!NAME.test(value)) {',
    to: 'if (false) {',
    tests: ['test/unit/answers-names.test.ts'],
  },
  {
    what: 'what was written is not taken back after a failure',
    file: 'src/project/write.ts',
    from: 'explain(error, path), journal.rollBack())',
    to: 'explain(error, path), [])',
    tests: ['test/unit/project-write.test.ts'],
  },
  {
    what: 'a cancelled run leaves its files',
    file: 'src/project/write.ts',
    from: '    takeBack();\n',
    to: '    void takeBack;\n',
    tests: ['test/command/signals.test.ts', '-t', 'during install'],
  },
  {
    what: 'the lock of a config file is no lock',
    file: 'src/configs/safe/lock.ts',
    from: 'if (others.length === 0) return own;',
    to: 'return own;',
    tests: ['test/endure/config-reliability.test.ts', '-t', 'twenty'],
    // Two must look at the same moment: a round of twenty does not always show it.
    tier: 'full',
  },
  {
    what: 'an edited config is not read back',
    file: 'src/configs/edit.ts',
    from: 'if (isRight && sameBut(old, result, spots)) return;',
    to: 'if (isRight || sameBut(old, result, spots)) return;',
    tests: ['test/clients/read-back.test.ts'],
  },
  {
    what: 'a token is shown in a diff',
    file: 'src/base/secrets.ts',
    from: '/token|secret|',
    to: '/secret|',
    tests: ['test/clients', 'test/unit/config.test.ts'],
  },
  {
    what: 'noise on stdout is overlooked',
    file: 'src/probe/driver.ts',
    from: 'noiseProblem(noise[0], count)',
    to: 'noiseProblem(undefined, count)',
    tests: ['test/unit/probe.test.ts', 'test/unit/check.test.ts'],
  },
  {
    what: 'a Python module hides one of the standard library',
    file: 'src/languages/python-names.ts',
    from: '&& !MODULES.has(name) ?',
    to: '?',
    tests: ['test/unit/plan-python-names.test.ts'],
  },
  {
    what: 'a dependency is missing in the manifest of TypeScript projects',
    file: `${TS}/base/option.json`,
    from: '"zod"',
    to: '"pg"',
    tests: ['test/property/matrix.test.ts'],
  },
  {
    what: 'compare-and-set compares nothing (SQLite, TypeScript)',
    file: `${TS}/storage/sqlite/files/src/storage/sqlite.ts.hbs`,
    from: 'WHERE key = ?1 AND version = ?6 AND',
    to: 'WHERE key = ?1 AND ?6 IS NOT NULL AND',
    tests: ['test/serve/storage-contract.test.ts', '-t', 'sqlite'],
  },
  {
    what: 'compare-and-set compares nothing (SQLite, Python)',
    file: `${PY}/storage/sqlite/files/src/__package__/storage/sqlite.py`,
    from: 'check_version(key, current and current[0], if_version)',
    to: 'check_version(key, current and current[0], ...)',
    tests: ['test/serve/storage-contract.test.ts', '-t', 'sqlite'],
  },
  {
    what: 'compare-and-set compares nothing (Redis)',
    file: 'templates/any/storage/redis/slots/luaPut.lua',
    from: "if ARGV[4] == 'same' and current ~= ARGV[5] then return false end\n",
    to: '',
    tests: ['test/serve/storage-contract.test.ts', '-t', 'redis'],
  },
  {
    what: 'two processes write the store file at once',
    file: `${TS}/storage/file/files/src/storage/file-draft.ts`,
    from: 'if (others.length === 0) return draft;',
    to: 'return draft;',
    tests: ['test/serve/shared-file.test.ts'],
  },
  {
    what: 'changes are not published to other instances (Python)',
    file: `${PY}/storage/redis/files/src/__package__/storage/redis_bus.py.hbs`,
    from: 'f"{namespace_of(config)}changes"',
    to: 'f"{namespace_of(config)}change"',
    tests: ['test/serve/two-languages.test.ts'],
  },
  {
    what: 'each instance signs request state with a key of its own',
    file: `${TS}/part/question/files/src/request-state.ts.hbs`,
    from: '  const value = (await store.get(KEY))?.value;',
    to: "  const value = randomBytes(32).toString('base64url');",
    tests: ['test/serve/scale.test.ts', '-t', 'typescript'],
  },
  {
    what: 'any Host header is served',
    file: `${TS}/transport/http/files/src/guard.ts`,
    from: "if (!hosts.has(host.replace(/:\\d+$/, '').toLowerCase()))",
    to: 'if (false)',
    tests: ['test/serve/acceptance.test.ts', '-t', 'refuse the same'],
  },
  {
    what: 'a secret setting is shown to clients',
    file: `${TS}/resource/settings/files/src/resources/settings.ts`,
    from: "secrets.includes(String(value)) ? '[hidden]' : value",
    to: 'value',
    tests: ['test/serve/clients.test.ts', '-t', 'fleet'],
    // In the standard tier this row is of a language that the commit chooses.
    tier: 'full',
  },
  {
    what: 'a consent to delete one note deletes another',
    file: `${TS}/tool/notes/files/src/tools/notes.ts`,
    from: 'state<string>() !== subject',
    to: 'state<string>() === undefined',
    tests: ['test/serve/conformance.test.ts', '-t', 'consent'],
  },
  {
    what: 'an image lacks the server',
    file: `${TS}/extra/docker/files/Dockerfile.hbs`,
    from: 'COPY --from=build /app/dist ./dist\n',
    to: '',
    tests: ['test/install/docker.test.ts'],
  },
  {
    what: 'the lock file of a package manager has another name',
    file: `${TS}/pm/pnpm/option.json`,
    from: '"lockFile": "pnpm-lock.yaml"',
    to: '"lockFile": "pnpm.yaml"',
    tests: ['test/unit/project-package-manager.test.ts'],
  },
  {
    what: 'a conflict of a merge counts for nothing',
    file: 'src/merge/lines.ts',
    from: 'conflicts++;',
    to: '',
    tests: ['test/property/update.test.ts', 'test/unit/merge.test.ts'],
  },
  {
    what: 'a merge loses comments of its owner',
    file: 'src/merge/data.ts',
    from: 'isWhole(next) && ',
    to: '',
    tests: ['test/unit/merge.test.ts'],
  },
  {
    what: 'nobody is told which settings stay',
    file: 'src/merge/values.ts',
    from: 'this.kept.push(name);',
    to: '',
    tests: ['test/unit/merge.test.ts', 'test/unit/update.test.ts', '-t', 'stay|owner'],
  },
  {
    what: 'a new setting stands anywhere',
    file: 'src/merge/values.ts',
    from: 'if (made.has(at) && theirs !== undefined) after = at;',
    to: '',
    tests: ['test/unit/merge.test.ts'],
  },
];
