/** Started by tests as a process of its own: writes one entry into a config file. */

import { readEnv } from '../../src/base/env.ts';
import { CliError, messageOf } from '../../src/base/errors.ts';
import { writeEntry } from '../../src/clients/edit.ts';
import { clientOf } from '../../src/clients/registry.ts';

const [path = '', name = '', padding = '1'] = process.argv.slice(2);

try {
  const entry = { transport: 'stdio', command: '/usr/bin/node', args: ['x'.repeat(Number(padding))], env: {} } as const;
  const result = await writeEntry({ client: clientOf('claude-desktop'), path, named: { name, entry }, env: readEnv() });
  process.stdout.write(`${result.action}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof CliError ? error.exit : 70;
}
