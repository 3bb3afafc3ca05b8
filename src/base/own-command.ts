import type { Env } from './env.ts';

/** How people start us: what printed commands must begin with, for somebody who has not installed us. */

/** Started by `uvx`: the wheel's few lines of Python say so. Node.js is then our own, and npm may not be there. */
export const startedByUvx = ({ vars }: Pick<Env, 'vars'>): boolean => vars.CREATE_MCP_MASON_VIA === 'uvx';

/** What runs a package that is not installed, by what runs us: where Bun or Deno does, npx may not be there. */
const STARTS = { node: 'npx ', bun: 'bunx ', deno: 'deno run -A npm:' } as const;

/** `npx create-mcp-mason`, or what it is where uvx, Bun or Deno has started us; with a version, exactly that one. */
export const ownCommand = (env: Pick<Env, 'vars' | 'runner'>, version?: string): string =>
  `${startedByUvx(env) ? 'uvx ' : STARTS[env.runner]}create-mcp-mason${version === undefined ? '' : `@${version}`}`;
