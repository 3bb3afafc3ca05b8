import type { Env } from './env.ts';

/** How people start us: what printed commands must begin with, for somebody who has not installed us. */

/** Started by `uvx`: the wheel's few lines of Python say so. Node.js is then our own, and npm may not be there. */
export const startedByUvx = ({ vars }: Pick<Env, 'vars'>): boolean => vars.CREATE_MCP_MASON_VIA === 'uvx';

/** `npx create-mcp-mason`, or what it is where we were started by uvx; with a version, exactly that one. */
export const ownCommand = (env: Pick<Env, 'vars'>, version?: string): string =>
  `${startedByUvx(env) ? 'uvx' : 'npx'} create-mcp-mason${version === undefined ? '' : `@${version}`}`;
