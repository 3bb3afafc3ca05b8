import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnv, runOk } from './child.ts';
import { nodeOf } from './node-versions.ts';
import { toolOf } from './tools.ts';

/**
 * The MCP Inspector's command line on one server.
 *
 * @param home where it keeps its state
 * @param where the server, and how to reach it
 * @returns runs it with more arguments, and gives the JSON that it prints
 */
export async function inspectorOf(
  home: string,
  where: readonly string[],
): Promise<(...args: readonly string[]) => Promise<string>> {
  const inspector = join(await toolOf('inspector'), '@modelcontextprotocol', 'inspector');
  const { bin } = JSON.parse(readFileSync(join(inspector, 'package.json'), 'utf8'));
  const { node, path } = await nodeOf('24');
  const start = [join(inspector, bin['mcp-inspector']), '--cli', ...where, '-q', '--format', 'json'];
  return (...args) => runOk(node, [...start, ...args], { cwd: home, env: childEnv({ HOME: home }, [path]) });
}
