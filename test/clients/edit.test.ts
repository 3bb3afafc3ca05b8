import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NamedEntry } from '../../src/base/entry.ts';
import { previewEntry, previewRemoval, removeEntry, writeEntry } from '../../src/clients/edit.ts';
import { clientOf } from '../../src/clients/registry.ts';
import { jsonc } from '../../src/configs/formats/json.ts';
import { fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';
import { huge } from '../support/tier.ts';
import { configFile, ENTRY, failureOf, request, SHAPE, written } from './support.ts';

const PRETTY =
  '{\n  "globalShortcut": "",\n  "mcpServers": {\n    "keep": {\n      "command": "a",\n      "x": 12345678901234567890\n    }\n  }\n}\n';

describe('writing an entry', () => {
  it('adds it after the others, looking like them', async () => {
    expect(await written(PRETTY)).toBe(
      '{\n  "globalShortcut": "",\n  "mcpServers": {\n    "keep": {\n      "command": "a",\n      "x": 12345678901234567890\n    },\n' +
        '    "my-server": {\n      "command": "/usr/bin/node",\n      "args": [\n        "/srv/my server/dist/main.js"\n      ],\n' +
        '      "env": {\n        "MODE": "fast"\n      }\n    }\n  }\n}\n',
    );
  });

  it('makes the table when the file has none', async () => {
    const text = await written('{\n\t"preferences": {}\n}');
    expect(JSON.parse(text)).toEqual({ preferences: {}, mcpServers: { 'my-server': SHAPE } });
    expect(text).toMatch(/^\{\n\t"preferences": \{\},\n\t"mcpServers": \{\n\t\t"my-server": \{\n\t\t\t"command"/);
    expect(text).toMatch(/\n\t\}\n\}$/);
  });

  it.each([
    ['an empty file', ''],
    ['white space', ' \n\t\n'],
  ])('fills %s', async (_, text) => {
    const path = configFile(text);
    expect(await writeEntry(request(path))).toMatchObject({ action: 'created', path, entry: SHAPE });
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify({ mcpServers: { 'my-server': SHAPE } }, null, 2)}\n`);
  });

  it('keeps line ends, tabs, a byte order mark and a missing final newline', async () => {
    const text = '\uFEFF{\r\n\t"mcpServers": {\r\n\t\t"a": {}\r\n\t}\r\n}';
    const edited = await written(text, { client: clientOf('cursor') });
    expect(
      edited.startsWith('\uFEFF{\r\n\t"mcpServers": {\r\n\t\t"a": {},\r\n\t\t"my-server": {\r\n\t\t\t"command"'),
    ).toBe(true);
    expect(edited.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(edited.endsWith('\r\n}')).toBe(true);
  });

  it('keeps a file on one line', async () => {
    const entry = JSON.stringify(SHAPE);
    expect(await written('{"mcpServers":{"a":{}},"z":1}')).toBe(`{"mcpServers":{"a":{},"my-server":${entry}},"z":1}`);
    expect(await written('{"mcpServers":{},"z":1}\n')).toBe(`{"mcpServers":{"my-server":${entry}},"z":1}\n`);
  });

  it('says unchanged when the entry is there, whatever the order of its keys', async () => {
    const { command, ...rest } = SHAPE;
    const path = configFile(JSON.stringify({ mcpServers: { 'my-server': { ...rest, command } } }));
    const before = statSync(path);
    expect(await writeEntry(request(path))).toMatchObject({ action: 'unchanged', after: [] });
    expect(statSync(path).ino).toBe(before.ino);
    expect(readdirSync(dirname(path))).toHaveLength(1);
  });

  it('refuses another content under the name, and shows the difference without secrets', async () => {
    const path = configFile(
      JSON.stringify({ mcpServers: { 'my-server': { ...SHAPE, env: { TOKEN: 'old-secret' } } } }),
    );
    const before = readFileSync(path, 'utf8');
    const entry = { ...ENTRY.entry, env: { TOKEN: 'new-secret' } } as NamedEntry['entry'];
    const error = await failureOf(writeEntry(request(path, { named: { ...ENTRY, entry } })));
    expect(error).toMatchObject({ code: 'entry-exists', exit: 3 });
    expect(error.message).toContain('-    "TOKEN": "***"\n+    "TOKEN": "*** (another value)"');
    expect(error.message).not.toMatch(/new-secret|old-secret/);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('replaces another content with force, and nothing else', async () => {
    const path = configFile('{\n  "mcpServers": {\n    "my-server": {"command": "old"},\n    "b": {}\n  }\n}\n');
    expect(await writeEntry(request(path, { force: true }))).toMatchObject({ action: 'replaced' });
    const text = readFileSync(path, 'utf8');
    expect(text.startsWith('{\n  "mcpServers": {\n    "my-server": {\n      "command": "/usr/bin/node"')).toBe(true);
    expect(text.endsWith('\n    },\n    "b": {}\n  }\n}\n')).toBe(true);
  });

  it('keeps one backup, as the file was before', async () => {
    const path = configFile(PRETTY);
    const { backup } = await writeEntry(request(path));
    expect(backup).toBe(`${path}.mason-backup`);
    expect(readFileSync(`${path}.mason-backup`, 'utf8')).toBe(PRETTY);
    const second = readFileSync(path, 'utf8');
    await writeEntry(request(path, { named: { ...ENTRY, name: 'another' } }));
    expect(readFileSync(`${path}.mason-backup`, 'utf8')).toBe(second);
    expect(readdirSync(dirname(path))).toHaveLength(2);
  });
});

describe('files that cannot be edited safely', () => {
  const utf16 = Buffer.from('\uFEFF{"mcpServers":{}}', 'utf16le');
  it.each<[string, string | Buffer, string, RegExp]>([
    ['a missing brace', '{\n  "mcpServers": {\n    "a": {}\n', '4:1', /the file ends here/],
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', '3:3', /expected ","/],
    ['garbage at the end', '{"a": 1} x', '1:10', /end of the file/],
    ['an equal key on the path', '{"mcpServers": {},\n "mcpServers": {}}', '2:2', /"mcpServers" occurs twice/],
    ['two entries of the name', '{"mcpServers": {"my-server": 1, "my-server": 2}}', '1:33', /"my-server" occurs twice/],
    ['an equal key in another spelling', '{"mcpServers": {}, "mcp\\u0053ervers": {}}', '1:20', /occurs twice/],
    ['null for the table', '{"mcpServers": null}', '1:16', /"mcpServers" must hold an object, not null/],
    ['an array for the table', '{"mcpServers": []}', '1:16', /not an array/],
    ['an array at the root', '[{"mcpServers": {}}]', '1:1', /the file must hold an object, not an array/],
    ['a text at the root', '"mcpServers"', '1:1', /not a string/],
    ['a comment, which Claude Desktop cannot read', '{\n  // note\n  "mcpServers": {}\n}', '2:3', /without comments/],
    ['a trailing comma', '{\n  "mcpServers": {},\n}', '2:19', /without trailing commas/],
    ['single quotes', "{'mcpServers': {}}", '1:2', /double quotes/],
    ['a line break in a text', '{"a": "x\ny"}', '1:9', /control character/],
    ['UTF-16', utf16, '1:1', /UTF-16/],
    ['UTF-16 without a mark', utf16.subarray(2), '1:2', /NUL/],
    ['bytes that are not UTF-8', Buffer.from('{\n"a": "\xe9"}', 'latin1'), '2:7', /not UTF-8/],
    ['nesting without end', `{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, '1:1007', /deeper than 1000/],
  ])('refuses %s, with place, reason and snippet', async (_, text, place, reason) => {
    const path = configFile(text);
    const before = readFileSync(path);
    const error = await failureOf(writeEntry(request(path)));
    expect(error).toMatchObject({ code: 'config-invalid', exit: 1 });
    expect(error.message).toContain(`${path}:${place}: `);
    expect(error.message).toMatch(reason);
    expect(error.hint).toContain(JSON.stringify({ mcpServers: { 'my-server': SHAPE } }, null, 2));
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(dirname(path))).toHaveLength(1);
    expect(await failureOf(previewEntry(request(path)))).toMatchObject({ message: error.message });
  });

  it('edits comments and trailing commas where the client reads them', async () => {
    const client = { ...clientOf('claude-desktop'), format: 'jsonc' as const };
    const text = '{\n  // mine\n  "mcpServers": {\n    "a": {}, // first\n    /* "b": {} */\n  },\n}\n';
    const edited = await written(text, { client });
    expect(edited).toContain('    "a": {}, // first\n    "my-server": {\n');
    expect(edited).toContain('\n    },\n    /* "b": {} */\n  },\n}\n');
  });
});

describe('huge files', () => {
  const entries = Object.fromEntries(
    Array.from({ length: 30_000 }, (_, index) => [
      `server-${index}`,
      { command: 'node', args: ['x'.repeat(90)], env: { A: 'b' } },
    ]),
  );
  const client = { ...clientOf('claude-desktop'), format: 'jsonc' as const };

  it.each<[string, string]>([
    ['of many servers', JSON.stringify({ mcpServers: entries }, null, 2)],
    ['of many servers on one line', JSON.stringify({ mcpServers: entries })],
    ['of white space', `{"mcpServers":{${' '.repeat(huge(5_000_000))}}}`],
    ['of line breaks', `{"mcpServers":{"a":1${'\n'.repeat(huge(5_000_000))}}}`],
    ['of one number', `{"mcpServers":{},"n":${'1'.repeat(huge(5_000_000))}}`],
    ['of escapes', `{"mcpServers":{},"n":"${'\\u0041\\"'.repeat(huge(700_000))}"}`],
    ['of short lists', `{"mcpServers":{},"n":[${'[[1],[]],'.repeat(huge(500_000))}0]}`],
    ['of one comment', `{"mcpServers":{\n"a":1 /*${' /*'.repeat(huge(1_700_000))}*/\n}}`],
    ['of comments', `{"mcpServers":{\n"a":1 ${'/**/ '.repeat(huge(1_000_000))}\n${'//x\n'.repeat(huge(1_000_000))}}}`],
    ['of trailing commas', `{"mcpServers":{},"n":[${'[1 , ],'.repeat(huge(700_000))}]}`],
    ['of long words', `{"mcpServers":{},"n":"${'y'.repeat(huge(5_000_000))}"}`],
  ])('are edited: %s', async (_, text) => {
    expect(await previewEntry(request(configFile(text), { client }))).toMatchObject({ action: 'added' });
    const edited = await written(text, { client });
    expect(jsonc.get(edited, { path: ['mcpServers'], name: 'my-server' })).toEqual(SHAPE);
    expect(edited.length - text.length).toBeLessThan(300);
  });

  it.each<[string, string]>([
    ['a text without an end', `{"mcpServers":{},"n":"${'\\"'.repeat(huge(2_500_000))}`],
    ['a comment without an end', `{"mcpServers":{}${'/* '.repeat(huge(1_700_000))}`],
    ['brackets without an end', '['.repeat(huge(5_000_000))],
    ['commas', `{"mcpServers":{},"n":[${','.repeat(huge(5_000_000))}]}`],
  ])('are refused: %s', async (_, text) => {
    expect(await failureOf(writeEntry(request(configFile(text), { client })))).toMatchObject({
      code: 'config-invalid',
    });
  });
});

describe('removing an entry', () => {
  it.each([
    ['a table of others', PRETTY],
    ['an empty table', '{\n  "mcpServers": {}\n}\n'],
    ['a table with nothing but a line break', '{\n  "mcpServers": {\n  }\n}\n'],
    ['no table', '{\n  "theme": "dark"\n}\n'],
    ['an empty object', '{}'],
    ['white space', ' \r\n'],
  ])('gives back the very bytes: %s', async (_, text) => {
    const path = configFile(text);
    await writeEntry(request(path));
    const { client, env } = request(path);
    expect(await removeEntry({ client, path, env, name: 'my-server' })).toMatchObject({
      action: 'removed',
      // It may be anybody's by now.
      entry: { command: SHAPE.command, args: ['***'], env: { MODE: '***' } },
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
    // Nor is anything left that holds what is gone.
    expect(readdirSync(dirname(path))).toHaveLength(1);
  });

  it('keeps a backup when more than the entry has changed since', async () => {
    const path = configFile(PRETTY);
    await writeEntry(request(path));
    const changed = readFileSync(path, 'utf8').replace('"a"', '"b"');
    writeFileSync(path, changed);
    const { backup } = await removeEntry({ ...request(path), name: ENTRY.name });
    expect(readFileSync(backup ?? '', 'utf8')).toBe(changed);
  });

  it('leaves a file without the entry alone, also when there is no file or folder', async () => {
    const path = configFile(PRETTY);
    const { client, env } = request(path);
    const nowhere = join(dirname(path), 'missing', 'config.json');
    expect(await removeEntry({ client, path, env, name: 'other' })).toMatchObject({ action: 'unchanged' });
    expect(await removeEntry({ client, path: nowhere, env, name: 'other' })).toMatchObject({ action: 'unchanged' });
    expect(readdirSync(dirname(path))).toEqual(['claude_desktop_config.json']);
  });
});

describe('previews', () => {
  it('show a diff that patch applies', async () => {
    for (const text of [
      PRETTY,
      '{}',
      PRETTY.trimEnd(),
      undefined,
      '{"mcpServers":{"a":{}}}',
      PRETTY.replaceAll('\n', '\r\n'),
    ]) {
      const path = configFile(text);
      const { diff } = await previewEntry(request(path));
      expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).toBe(text);
      const dir = dirname(path);
      const file = 'claude_desktop_config.json';
      const patch = diff.replaceAll(path, `a/${file}`);
      const git = spawnSync('git', ['apply', '-p1', '--whitespace=nowarn', '-'], {
        cwd: dir,
        input: patch,
        encoding: 'utf8',
      });
      expect(git.stderr).toBe('');
      const patched = readFileSync(path, 'utf8');
      const other = configFile(text);
      await writeEntry(request(other));
      expect(patched).toBe(readFileSync(other, 'utf8'));
    }
  });

  it('are empty when nothing would change', async () => {
    const path = configFile(PRETTY);
    await writeEntry(request(path));
    expect(await previewEntry(request(path))).toMatchObject({ action: 'unchanged', diff: '' });
    const { client, env } = request(path);
    expect((await previewRemoval({ client, path, env, name: 'my-server' })).diff).toMatch(/^- {4}"my-server": \{$/m);
  });
});

describe('the file itself', () => {
  const posixOnly = it.skipIf(process.platform === 'win32');

  posixOnly('is written through a link', async () => {
    const target = configFile(PRETTY);
    const link = join(tempDir(), 'config.json');
    symlinkSync(target, link);
    await writeEntry(request(link));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toContain('my-server');
  });

  posixOnly('is made where a dangling link points', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'dotfiles'));
    symlinkSync(join('dotfiles', 'claude.json'), join(dir, 'config.json'));
    expect(await writeEntry(request(join(dir, 'config.json')))).toMatchObject({ action: 'created' });
    expect(lstatSync(join(dir, 'config.json')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(dir, 'dotfiles', 'claude.json'), 'utf8')).toContain('my-server');
  });

  posixOnly('is refused when links lead in a circle', async () => {
    const dir = tempDir();
    symlinkSync(join(dir, 'b'), join(dir, 'a'));
    symlinkSync(join(dir, 'a'), join(dir, 'b'));
    expect(await failureOf(writeEntry(request(join(dir, 'a'))))).toMatchObject({
      exit: 1,
      message: expect.stringContaining('circle'),
    });
  });

  posixOnly('keeps its permissions, and a new one is its owner’s only', async () => {
    const path = configFile(PRETTY);
    chmodSync(path, 0o640);
    await writeEntry(request(path));
    expect(statSync(path).mode & 0o777).toBe(0o640);
    const fresh = configFile();
    await writeEntry(request(fresh));
    expect(statSync(fresh).mode & 0o777).toBe(0o600);
  });

  posixOnly('is left alone when it or its folder is read-only', async () => {
    const path = configFile(PRETTY);
    chmodSync(path, 0o444);
    expect(await failureOf(writeEntry(request(path)))).toMatchObject({ code: 'config-unwritable', exit: 1 });
    chmodSync(path, 0o644);
    chmodSync(dirname(path), 0o555);
    expect(await failureOf(writeEntry(request(path)))).toMatchObject({ code: 'config-unwritable', exit: 1 });
    chmodSync(dirname(path), 0o755);
    expect(readFileSync(path, 'utf8')).toBe(PRETTY);
    expect(readdirSync(dirname(path))).toHaveLength(1);
  });

  it('gets a folder only when that is wanted', async () => {
    const dir = tempDir();
    const path = join(dir, 'Claude', 'deep', 'config.json');
    expect(await failureOf(writeEntry(request(path)))).toMatchObject({ code: 'config-unwritable', exit: 1 });
    expect(existsSync(join(dir, 'Claude'))).toBe(false);
    expect(await writeEntry(request(path, { createFolder: true }))).toMatchObject({ action: 'created' });
    expect(readFileSync(path, 'utf8')).toContain('my-server');
  });

  it('leaves no folder behind when it could not be made', async () => {
    const dir = tempDir();
    const controller = new AbortController();
    controller.abort();
    const path = join(dir, 'Claude', 'deep', 'config.json');
    const task = writeEntry(request(path, { createFolder: true, signal: controller.signal }));
    expect(await failureOf(task)).toMatchObject({ exit: 130 });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is refused when it is a folder, or under a file', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'config.json'));
    writeFileSync(join(dir, 'file'), '');
    expect(await failureOf(writeEntry(request(join(dir, 'config.json'))))).toMatchObject({
      exit: 1,
      message: expect.stringContaining('not a file'),
    });
    const under = request(join(dir, 'file', 'config.json'), { createFolder: true });
    expect(await failureOf(writeEntry(under))).toMatchObject({ code: 'config-unwritable', exit: 1 });
    expect(readdirSync(dir).sort()).toEqual(['config.json', 'file']);
  });

  it('is not written when the user has cancelled', async () => {
    const path = configFile(PRETTY);
    const controller = new AbortController();
    controller.abort();
    expect(await failureOf(writeEntry(request(path, { signal: controller.signal })))).toMatchObject({ exit: 130 });
    expect(readFileSync(path, 'utf8')).toBe(PRETTY);
    expect(readdirSync(dirname(path))).toHaveLength(1);
  });

  it('takes in what another program writes meanwhile', async () => {
    const path = configFile(PRETTY);
    let turns = 0;
    const client = {
      ...clientOf('claude-desktop'),
      // Called for each attempt through the shape: the first time the application writes, too.
      get keyPath() {
        if (turns++ === 1) writeFileSync(path, PRETTY.replace('"globalShortcut": ""', '"globalShortcut": "Ctrl+M"'));
        return ['mcpServers'];
      },
    };
    await writeEntry(request(path, { client, env: fakeEnv({ platform: process.platform }) }));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      globalShortcut: 'Ctrl+M',
      mcpServers: { keep: {}, 'my-server': SHAPE },
    });
  });
});

describe('a file that was made for an entry', () => {
  it('goes with it', async () => {
    const path = configFile();
    await writeEntry(request(path));
    const text = readFileSync(path, 'utf8');
    const backup = `${path}.mason-backup`;
    for (const round of ['first', 'second']) {
      const removed = await removeEntry({ ...request(path), name: ENTRY.name });
      expect(removed, round).toMatchObject({ action: 'removed', backup });
      // Somebody may have written just that by hand.
      expect(readdirSync(dirname(path))).toEqual([basename(backup)]);
      expect(readFileSync(backup, 'utf8')).toBe(text);
      await writeEntry(request(path));
    }
  });

  it('is told from one that was there and looks like it', async () => {
    const text = '{\n  "mcpServers": {\n    "keep": {}\n  }\n}\n';
    const path = configFile(text);
    for (const name of [ENTRY.name, 'keep']) {
      if (name === ENTRY.name) await writeEntry(request(path));
      await removeEntry({ ...request(path), name });
    }
    expect(readFileSync(path, 'utf8')).toBe('{\n  "mcpServers": {}\n}\n');
  });

  it('stays where somebody has written something else into it, or had it before', async () => {
    const edited = configFile();
    await writeEntry(request(edited));
    writeFileSync(edited, readFileSync(edited, 'utf8').replace('{\n', '{\n  "mine": 1,\n'));
    await removeEntry({ ...request(edited), name: ENTRY.name });
    expect(JSON.parse(readFileSync(edited, 'utf8'))).toMatchObject({ mine: 1 });
    const empty = configFile('');
    await writeEntry(request(empty));
    await removeEntry({ ...request(empty), name: ENTRY.name });
    expect(readFileSync(empty, 'utf8')).toBe('');
  });
});

describe('a file whose entries depend on what it holds', () => {
  it.each(['claude-code', 'opencode'])(
    'that %s would not read is refused with the place, and not called our fault',
    async (id) => {
      const path = configFile('{\n  // mine\n  "mcpServers": {},\n  broken\n}\n');
      const refused = previewEntry(request(path, { client: clientOf(id) }));
      await expect(refused).rejects.toMatchObject({
        code: 'config-invalid',
        exit: 1,
        message: expect.stringMatching(/:\d+:\d+: /),
        hint: expect.stringContaining('paste this into it'),
      });
    },
  );
});
