import type { NamedEntry } from '../../src/base/entry.ts';
import { additionOf, removalOf } from '../../src/clients/change.ts';
import type { Client } from '../../src/clients/rows/client.ts';
import { bytesAfter } from '../../src/configs/edit.ts';
import type { Format } from '../../src/configs/formats/format.ts';
import { fakeEnv } from '../support/env.ts';

/** The bytes of a config file after an entry was written into it and taken out again, with the backup that writing keeps. */
export function roundTrip(client: Client, format: Format, named: NamedEntry, before: Buffer): Buffer {
  const subject = { client, format, path: '/config', scope: 'user', projectDir: '/work' } as const;
  const added = additionOf({ ...subject, named, env: fakeEnv() })(before, undefined);
  const removed = removalOf(subject, named.name)(bytesAfter(added) ?? undefined, before);
  // A file that was there stays, be it empty.
  return bytesAfter(removed) ?? Buffer.from('the file is gone');
}
