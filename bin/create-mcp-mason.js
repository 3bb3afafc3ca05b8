#!/usr/bin/env node
'use strict';
// Old syntax on purpose: a Node that is too old must get as far as the message. What is printed here is printed without
// loading anything else, and written to the descriptor, since process.stdout takes longer to set up than to print.
var fs = require('node:fs');

var current = process.versions.node.split('.').map(Number);
var args = process.argv.slice(2);
var literals;

if (current[0] < 20 || (current[0] === 20 && current[1] < 12)) {
  process.stderr.write(
    'create-mcp-mason needs Node 20.12 or newer; this is Node ' +
      process.versions.node +
      '.\n' +
      'Install a current version from https://nodejs.org and run it again.\n',
  );
  process.exitCode = 1;
} else if (
  args.length === 1 &&
  (process.env.CREATE_MCP_MASON_VIA === 'uvx' ? /^(-v|--version)$/ : /^(-v|--version|-h|--help)$/).test(args[0])
) {
  literals = require('../dist/literals.cjs');
  try {
    // biome-ignore lint/style/useTemplate: old syntax
    fs.writeSync(1, /v/.test(args[0]) ? literals.VERSION + '\n' : literals.HELP);
  } catch (error) {
    // A reader that has seen enough (`--help | head -1`) closes the pipe: that is not an error.
    if (error.code !== 'EPIPE') throw error;
  }
} else {
  require('../dist/cli.cjs').run();
}
