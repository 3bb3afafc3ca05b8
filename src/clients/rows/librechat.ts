import type { Client } from './client.ts';
import { addressOf, commandOf, shellReference, withMembers } from './shapes.ts';

export const librechat: Client = {
  id: 'librechat',
  title: 'LibreChat',
  format: 'yaml',
  keyPath: ['mcpServers'],
  // It lies beside the application itself, wherever that is deployed.
  paths: {},
  stdio: withMembers({ type: 'stdio' }, commandOf),
  http: withMembers({ type: 'streamable-http' }, addressOf),
  secret: shellReference,
  after: [],
  notes: () => [
    'Paste it into librechat.yaml and restart LibreChat. In a container, paths of this machine do not exist.',
  ],
  evidence: 'librechat.ai/docs/configuration/librechat_yaml/object_structure/mcp_servers',
};
