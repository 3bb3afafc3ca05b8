import type { HttpEntry } from '../../base/entry.ts';
import type { Client, Site } from './client.ts';
import { inHome, inProject } from './paths.ts';
import { commandOf, shellReference, textsAs } from './shapes.ts';

export const qwenCode: Client = {
  id: 'qwen-code',
  title: 'Qwen Code',
  format: 'json-comments',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.qwen', 'settings.json'), project: inProject('.qwen', 'settings.json') },
  orNull: true,
  noMark: 'Qwen Code takes such a file for damaged and starts over with an empty one',
  stdio: commandOf,
  http: ({ url, headers }: HttpEntry, site: Site) => ({ httpUrl: url, ...textsAs('headers', headers, site) }),
  secret: shellReference,
  after: ['Start a new session of Qwen Code.'],
  forNew: ['A server in a project has to be approved once: qwen mcp approve <name>.'],
  evidence: 'qwen-code 0.24.4 run on Linux: qwen mcp list, a null table; QwenLM/qwen-code#11803 (byte order mark)',
};
