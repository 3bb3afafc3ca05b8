import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeEntry, writeEntry } from '../../src/clients/edit.ts';
import { configFile, ENTRY, request } from './support.ts';

/** Node.js knows no attributes; Python does. `user::rw-, user:4711:r--, group::r--, mask::r--, other::---` */
const ACL = '0200000001000600ffffffff020004006712000004000400ffffffff10000400ffffffff20000000ffffffff';
const SET = `
import os, sys
os.setxattr(sys.argv[1], 'user.label', b'mine')
os.setxattr(sys.argv[1], 'system.posix_acl_access', bytes.fromhex('${ACL}'))`;
const GET = `
import os, sys
print(os.getxattr(sys.argv[1], 'user.label').decode(), os.getxattr(sys.argv[1], 'system.posix_acl_access').hex())`;

const python = (program: string, path: string) => spawnSync('python3', ['-c', program, path], { encoding: 'utf8' });

/** What needs them is left out where the machine or its file system has none. */
const give = (path: string, skip: (note: string) => void): void => {
  const isSet = process.platform === 'linux' && python(SET, path).status === 0;
  if (!isSet) skip('This file system, or this machine without Python, has no attributes.');
};

describe('a file with an access control list and attributes of its own', () => {
  const before = '{"a":1}';

  it('keeps them, and so does its backup', async ({ skip }) => {
    const path = configFile(before);
    chmodSync(path, 0o640);
    give(path, skip);
    const mode = statSync(path).mode;
    const all = `mine ${ACL}\n`;
    expect(python(GET, path).stdout).toBe(all);
    await writeEntry(request(path));
    for (const file of [path, `${path}.mason-backup`]) {
      expect(python(GET, file).stdout).toBe(all);
      expect(statSync(file).mode).toBe(mode);
    }
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('mcpServers');
    const { client, env } = request(path);
    await removeEntry({ client, env, path, name: ENTRY.name });
    expect({ text: readFileSync(path, 'utf8'), traits: python(GET, path).stdout }).toEqual({
      text: before,
      traits: all,
    });
    expect(readdirSync(dirname(path)).filter((name) => name.includes('mason-tmp'))).toEqual([]);
  });

  it('of which less is left is as short as it has to be', async ({ skip }) => {
    const path = configFile();
    writeFileSync(path, `{"mcpServers":{"my-server":{"command":"${'x'.repeat(9000)}"}}}`);
    give(path, skip);
    await writeEntry(request(path, { force: true }));
    expect(JSON.parse(readFileSync(path, 'utf8')).mcpServers['my-server'].command).toBe('/usr/bin/node');
  });
});
