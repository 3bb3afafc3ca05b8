import { win32 } from 'node:path';
import type { Client, Place } from './client.ts';
import { inProject } from './paths.ts';
import { addressOf, commandOf, withMembers } from './shapes.ts';
import { inputs } from './vscode.ts';

export const visualStudio: Client = {
  id: 'visual-studio',
  title: 'Visual Studio',
  format: 'json',
  keyPath: ['servers'],
  paths: {
    user: ({ env }: Place) => (env.platform === 'win32' ? [win32.join(env.home, '.mcp.json')] : []),
    // Not .mcp.json beside the solution: that is Claude Code's, which has another key in it.
    project: inProject('.vs', 'mcp.json'),
  },
  traces: ({ env }: Place) => [
    win32.join(env.vars.LOCALAPPDATA || win32.join(env.home, 'AppData', 'Local'), 'Microsoft', 'VisualStudio'),
  ],
  stdio: withMembers({ type: 'stdio' }, commandOf),
  http: withMembers({ type: 'http' }, addressOf),
  ...inputs,
  after: [],
  forNew: ['Open the tools of Copilot Chat in Visual Studio and switch the server on.'],
  evidence: 'learn.microsoft.com/visualstudio/ide/mcp-servers',
};
