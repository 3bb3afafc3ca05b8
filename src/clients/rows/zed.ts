import { pathOf } from '../../base/paths.ts';
import type { Client, Place } from './client.ts';
import { appData, configHome, inProject } from './paths.ts';
import { addressOf, commandOf } from './shapes.ts';

export const zed: Client = {
  id: 'zed',
  title: 'Zed',
  format: 'jsonc',
  keyPath: ['context_servers'],
  paths: { user: userPath, project: inProject('.zed', 'settings.json') },
  stdio: commandOf,
  http: addressOf,
  hasWindows: true,
  after: ['Zed notices the change by itself; servers are in the settings of the agent panel.'],
  evidence: 'zed.dev/docs/ai/mcp; zed-industries/zed crates/paths/src/paths.rs',
};

function userPath({ env }: Place): readonly string[] {
  const folder =
    env.platform === 'win32'
      ? pathOf(env).join(appData(env), 'Zed')
      : pathOf(env).join(env.platform === 'darwin' ? pathOf(env).join(env.home, '.config') : configHome(env), 'zed');
  return [pathOf(env).join(folder, 'settings.json')];
}
