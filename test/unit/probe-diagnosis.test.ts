import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkServer } from '../../src/probe/check.ts';
import { CODES, diagnose } from '../../src/probe/diagnosis.ts';
import type { Target } from '../../src/probe/target.ts';
import { fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';

const server = (...args: string[]): Target => ({ transport: 'stdio', command: '/usr/bin/node', args, env: {} });
const remote: Target = { transport: 'remote', url: 'https://example.com/mcp' };

/** What is said of a server, and what is found in it. */
const CASES: readonly [said: string, code: string, where: string, target?: Target][] = [
  ['The server could not be started (spawn nosuch ENOENT)', 'command-not-found', 'nosuch'],
  ['The server could not be started (spawn /srv/run EACCES)', 'not-executable', '/srv/run'],
  ['sh: /srv/run: Exec format error', 'not-executable', '/usr/bin/node'],
  ['env: ‘node\\r’: No such file or directory', 'windows-line-ends', '/usr/bin/node'],
  [
    "Error: Cannot find module '/srv/dist/main.mjs'",
    'module-not-found',
    '/srv/dist/main.mjs',
    server('/srv/dist/main.mjs'),
  ],
  ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /srv/x.js", 'module-not-found', 'zod'],
  ["ModuleNotFoundError: No module named 'mcp'", 'module-not-found', 'mcp'],
  ["python: can't open file '/srv/server.py': [Errno 2]", 'module-not-found', '/srv/server.py'],
  [
    'was compiled against a different Node.js version using\nNODE_MODULE_VERSION 115.',
    'native-module',
    '/usr/bin/node',
  ],
  ["SyntaxError: Unexpected token 'with'\nNode.js v18.20.1", 'runtime-too-old', '/usr/bin/node'],
  ['Error: listen EADDRINUSE: address already in use 127.0.0.1:3000', 'port-in-use', 'port 3000'],
  ['Error: DATABASE_URL is not set', 'variable-missing', 'DATABASE_URL'],
  ["KeyError: 'API_TOKEN'", 'variable-missing', 'API_TOKEN'],
  ['missing environment variable: OPENAI_API_KEY', 'variable-missing', 'OPENAI_API_KEY'],
  ['The server was ended by SIGKILL', 'out-of-memory', '/usr/bin/node'],
  ['connect ECONNREFUSED 127.0.0.1:9', 'nothing-listens', 'https://example.com/mcp', remote],
  ['getaddrinfo ENOTFOUND example.com', 'host-unknown', 'https://example.com/mcp', remote],
  ['self-signed certificate in certificate chain', 'certificate', 'https://example.com/mcp', remote],
  ['initialize was answered with HTTP 401: the server wants', 'not-authorised', 'https://example.com/mcp', remote],
  ['initialize was answered with HTTP 404 and no JSON-RPC message', 'wrong-path', 'https://example.com/mcp', remote],
  ['initialize was answered with HTTP 308: the address is', 'redirected', 'https://example.com/mcp', remote],
  ['', 'relative-path', 'dist/main.js', server('dist/main.js')],
  ['', 'relative-path', '~/x.py', server('~/x.py')],
  ['', 'placeholder', 'KEY', { transport: 'stdio', command: '/n', args: [], env: { KEY: '<KEY>' } }],
];

describe('the diagnosis', () => {
  it.each(CASES)('of %j names %s', (said, code, where, target = server()) => {
    expect(diagnose(target, said, fakeEnv({ vars: {} }))).toEqual([
      { code, where, what: expect.any(String), fix: expect.stringMatching(/\.$|[\])}']$|\/mcp/) },
    ]);
  });

  it.each(['', 'Hello', 'Error: something is wrong', 'code: ERR_INVALID_ARG is required'])(
    'of %j names nothing',
    (said) => {
      expect(diagnose(server('/srv/main.js', '--port=1'), said, fakeEnv({ vars: {} }))).toEqual([]);
    },
  );

  it('says where a shell would find the command', () => {
    const bin = tempDir();
    writeFileSync(join(bin, 'mine'), '');
    chmodSync(join(bin, 'mine'), 0o755);
    const [found] = diagnose(server(), 'could not be started (spawn mine ENOENT)', fakeEnv({ vars: { PATH: bin } }));
    expect(found).toMatchObject({ code: 'command-not-found', fix: expect.stringContaining(join(bin, 'mine')) });
  });

  it('is a step of a check that could not even begin, and of no other', async () => {
    const options = { env: fakeEnv({ vars: {} }), version: '0' };
    const lost = await checkServer({ transport: 'stdio', command: '/nowhere/node', args: [], env: {} }, options);
    expect(lost.ok).toBe(false);
    expect(lost.steps.find(({ name }) => name === 'diagnosis')).toMatchObject({
      ok: true,
      findings: [{ code: 'command-not-found', where: '/nowhere/node' }],
    });
  });

  it('has every cause in the docs, and in these tests', () => {
    const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'check.md'), 'utf8');
    const rows = [...docs.matchAll(/^\| `([a-z-]+)` \| .+ \|$/gm)].map(([, code]) => code);
    for (const code of CODES) expect(rows).toContain(code);
    expect(new Set(CASES.map(([, code]) => code))).toEqual(new Set(CODES));
  });
});
