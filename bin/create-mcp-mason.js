#!/usr/bin/env node
// Old syntax on purpose: a Node that is too old must get as far as the message.
import { readFileSync } from 'node:fs';

var current = process.versions.node.split('.').map(Number);
var args = process.argv.slice(2);
var manifest;

if (current[0] < 20 || (current[0] === 20 && current[1] < 12)) {
  process.stderr.write(
    'create-mcp-mason needs Node 20.12 or newer; this is Node ' +
      process.versions.node +
      '.\n' +
      'Install a current version from https://nodejs.org and run it again.\n',
  );
  process.exitCode = 1;
} else if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
  manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  process.stdout.write(`${JSON.parse(manifest).version}\n`);
} else if (args.length === 1 && (args[0] === '--help' || args[0] === '-h')) {
  import('../dist/help.js').then((help) => {
    process.stdout.write(help.HELP);
  });
} else {
  import('../dist/cli.js').then((cli) => cli.run());
}
