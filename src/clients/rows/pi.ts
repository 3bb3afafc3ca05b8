import type { Client } from './client.ts';
import { inFolderOf, inProject } from './paths.ts';
import { addressOf, commandOf, shellReference, TRUSTED } from './shapes.ts';

export const pi: Client = {
  id: 'pi',
  title: 'pi',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: {
    user: inFolderOf('PI_CODING_AGENT_DIR', ['.pi', 'agent'], 'mcp.json'),
    project: inProject('.pi', 'mcp.json'),
  },
  stdio: commandOf,
  http: addressOf,
  secret: shellReference,
  // A value that begins with "!" is a command to run.
  escape: ['$', '$!'],
  after: ['Enter /reload in pi 0.99 or newer; before, it had no MCP.'],
  forNew: TRUSTED,
  evidence: 'pi 1.6.0 run on Linux: pi mcp list, a byte order mark; its docs/mcp.md',
};
