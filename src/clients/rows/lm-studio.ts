import type { Client } from './client.ts';
import { lmStudioButton, lmStudioLink } from './links.ts';
import { firstOf, inHome } from './paths.ts';
import { addressOf, commandOf } from './shapes.ts';

export const lmStudio: Client = {
  id: 'lm-studio',
  title: 'LM Studio',
  format: 'json',
  keyPath: ['mcpServers'],
  // The second one is where it was before the home folder was renamed.
  paths: { user: firstOf(inHome('.lmstudio', 'mcp.json'), inHome('.cache', 'lm-studio', 'mcp.json')) },
  stdio: commandOf,
  http: addressOf,
  link: lmStudioLink,
  button: lmStudioButton,
  hasWindows: true,
  after: ['LM Studio notices the change by itself.'],
  forNew: ['Switch the server on in the Program tab.'],
  evidence: 'lmstudio.ai/docs/app/mcp and /deeplink; lmstudio-ai/lmstudio-bug-tracker#1371 (paths)',
};
