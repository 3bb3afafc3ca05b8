import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnv, runOk } from './child.ts';
import type { Target } from './mcp-clients.ts';
import { nodeOf } from './node-versions.ts';
import { toolOf } from './tools.ts';

/** The eras of the protocol, as the MCP Inspector calls them. */
export const INSPECTOR_ERAS = ['legacy', 'modern'] as const;

/**
 * The MCP Inspector's command line on one server.
 *
 * @param home where it keeps its state
 * @returns runs it with more arguments, and gives the JSON that it prints
 */
export async function inspectorOf(
  home: string,
  target: Target,
  era: (typeof INSPECTOR_ERAS)[number],
): Promise<(...args: readonly string[]) => Promise<string>> {
  const inspector = join(await toolOf('inspector'), '@modelcontextprotocol', 'inspector');
  const { bin } = JSON.parse(readFileSync(join(inspector, 'package.json'), 'utf8'));
  const { node, path } = await nodeOf('24');
  const command = [join(inspector, bin['mcp-inspector']), '--cli', ...whereIs(target), '--protocol-era', era];
  return (...args) =>
    runOk(node, [...command, '-q', '--format', 'json', ...args], { cwd: home, env: childEnv({ HOME: home }, [path]) });
}

function whereIs(target: Target): string[] {
  if ('url' in target) return [target.url, '--transport', 'http'];
  const settings = Object.entries(target.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  return [...settings, target.command, ...target.args];
}
