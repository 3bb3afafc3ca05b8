import { chmodSync, linkSync, lstatSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ClientId } from './tools.ts';
import type { Home } from './world.ts';

export interface HostileCase {
  readonly title: string;
  readonly client: ClientId;
  /** The old file, for the keys that the tool uses. */
  readonly bytes: (keys: readonly string[]) => Buffer;
  /** What must still stand in the file, letter by letter, whatever a parser makes of it. */
  readonly marks?: readonly (string | Buffer)[];
  readonly comments?: readonly string[];
  readonly prepare?: (home: Home) => void;
  /** What is wrong with the place of the file afterwards; undefined for nothing. */
  readonly fault?: (home: Home) => string | undefined;
}

const KEEP = `"keep1": { "command": "a", "args": ["1"], "env": { "TOKEN": "s3cret" } },
    "keep2": { "command": "/bin/b", "args": ["2"] }`;

/** A file whose table of entries has the given inside. */
function around(inside: string, keys: readonly string[]): string {
  const [first = '', ...rest] = keys;
  const table = [...rest].reverse().reduce((text, key) => `{ "${key}": ${text} }`, `{\n    ${inside}\n  }`);
  return `{\n  "theme": "dark",\n  "${first}": ${table},\n  "preferences": { "window": [1, 2, 3] }\n}\n`;
}

const plain = (keys: readonly string[]): string => around(KEEP, keys);

const utf8 =
  (text: (keys: readonly string[]) => string): HostileCase['bytes'] =>
  (keys) =>
    Buffer.from(text(keys));

const claude = (
  title: string,
  text: (keys: readonly string[]) => string,
  more: Partial<HostileCase> = {},
): HostileCase => ({
  title,
  client: 'claude-desktop',
  bytes: utf8(text),
  ...more,
});

const MARKS = ['"keep1"', '"s3cret"', '"keep2"', '"/bin/b"', '"dark"', '"window"'];
const COMMENTS = ['// before the file', '/* at the entry */', '// inside the table', '// after the table'];

const commented = (keys: readonly string[]): string =>
  plain(keys)
    .replace('{', '// before the file\n{')
    .replace('"keep1":', '"keep1": /* at the entry */')
    .replace('"keep2":', '// inside the table\n    "keep2":')
    .replace('\n  "preferences"', '\n  // after the table\n  "preferences"');

const trailing = (keys: readonly string[]): string => plain(keys).replace('"args": ["2"] }', '"args": ["2"] },');

/** Fields that some client knows and no other tool does. */
const FIELDS = `"keep1": { "command": "a", "args": ["1"], "cwd": "/x", "disabled": true },
    "keep2": { "url": "https://keep.example/mcp" }`;

const SAME = `"keep1": { "command": "a", "args": ["1"] },
    "newone": { "command": "old", "args": ["--precious"], "env": { "TOKEN": "s3cret" } }`;

export const CASES: readonly HostileCase[] = [
  claude('plain', plain),
  claude('comments', commented, { comments: COMMENTS }),
  claude('trailing comma', trailing),
  { title: 'comments, VS Code', client: 'vscode', bytes: utf8(commented), comments: COMMENTS },
  { title: 'trailing comma, VS Code', client: 'vscode', bytes: utf8(trailing) },
  claude('byte order mark', (keys) => `\uFEFF${plain(keys)}`),
  claude('CRLF', (keys) => plain(keys).replaceAll('\n', '\r\n')),
  claude('tabs', (keys) => plain(keys).replaceAll('  ', '\t')),
  claude('minified', (keys) => JSON.stringify(JSON.parse(plain(keys)))),
  claude('no final line break', (keys) => plain(keys).trimEnd()),
  claude('big numbers', (keys) => plain(keys).replace('[1, 2, 3]', '[9007199254740993123, 1.10, 1E400]'), {
    marks: ['9007199254740993123', '1.10', '1E400'],
  }),
  claude('numbers as names', (keys) => around(KEEP.replace('keep1', '20').replace('keep2', '10'), keys)),
  claude('unknown fields, url', (keys) => around(FIELDS, keys)),
  claude('table twice', (keys) => `{ "${keys[0]}": { "keep1": { "command": "a" } },\n${plain(keys).slice(1)}`, {
    marks: ['"keep1": { "command": "a" }', ...MARKS],
  }),
  claude('table null', () => '{\n  "theme": "dark",\n  "mcpServers": null\n}\n'),
  claude('table an array', () => '{\n  "theme": "dark",\n  "mcpServers": [{ "command": "a" }]\n}\n', {
    marks: ['{ "command": "a" }'],
  }),
  claude('brace missing', (keys) => plain(keys).replace(/\}\n$/, ''), { marks: MARKS }),
  claude('comma missing', (keys) => plain(keys).replace('"dark",', '"dark"'), { marks: MARKS }),
  claude('garbage at the end', (keys) => `${plain(keys)}<<<<<<< HEAD\n`, { marks: MARKS }),
  claude('empty file', () => ''),
  {
    title: 'UTF-16',
    client: 'claude-desktop',
    bytes: (keys) => Buffer.from(`\uFEFF${plain(keys)}`, 'utf16le'),
    marks: MARKS,
  },
  {
    title: 'bytes not UTF-8',
    client: 'claude-desktop',
    bytes: (keys) => Buffer.from(plain(keys).replace('dark', 'caf\xe9'), 'latin1'),
    marks: [Buffer.from('"caf\xe9"', 'latin1')],
  },
  claude('symbolic link', plain, { prepare: linkAway, fault: linkFault }),
  claude('hard link', plain, {
    prepare: ({ folder, file }) => linkSync(file, join(folder, 'other-name.json')),
    fault: ({ folder, file }) => {
      return readFileSync(file).equals(readFileSync(join(folder, 'other-name.json'))) ? undefined : 'hard link cut';
    },
  }),
  claude('mode 600', plain, {
    prepare: ({ file }) => chmodSync(file, 0o600),
    fault: ({ file }) => ((statSync(file).mode & 0o777) === 0o600 ? undefined : 'mode changed'),
  }),
  claude('same name, other content', (keys) => around(SAME, keys)),
];

/** The file lives in a folder of dotfiles, as many people have it. */
function linkAway({ folder, file }: Home): void {
  const real = join(folder, 'dotfiles', basename(file));
  mkdirSync(join(folder, 'dotfiles'));
  renameSync(file, real);
  symlinkSync(real, file);
}

function linkFault({ file }: Home): string | undefined {
  return lstatSync(file).isSymbolicLink() ? undefined : 'link replaced';
}
