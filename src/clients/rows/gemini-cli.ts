import type { Client } from './client.ts';
import { inHome, inProject } from './paths.ts';
import { addressOf, commandOf, shellReference, withMembers } from './shapes.ts';

export const geminiCli: Client = {
  id: 'gemini-cli',
  title: 'Gemini CLI',
  format: 'json-comments',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.gemini', 'settings.json'), project: inProject('.gemini', 'settings.json') },
  traces: inHome('.gemini', 'settings.json'),
  orNull: true,
  noMark: 'Gemini CLI ends with an error at it',
  stdio: commandOf,
  // `httpUrl` is deprecated, and `url` without a type may fall back to SSE.
  http: withMembers({ type: 'http' }, addressOf),
  secret: shellReference,
  after: ['Start a new session of Gemini CLI.'],
  forNew: ['In a folder that is not trusted, no server is started.'],
  evidence:
    'gemini-cli 0.61.0 run on Linux: gemini mcp list, files with comments, trailing commas, a null table, a byte order mark',
};
