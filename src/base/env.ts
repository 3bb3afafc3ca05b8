import { realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';

/** Everything that is read from the process, in one value, so that all else can be tested with another one. */
export interface Env {
  readonly cwd: string;
  readonly vars: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly tmp: string;
  /** What runs us. Bun and Deno pass for a Node.js, with the version of one that is nowhere on the machine. */
  readonly runner: 'node' | 'bun' | 'deno';
  /** `20.20.2` */
  readonly nodeVersion: string;
  /** The real Node binary, links resolved, so that a version manager's per-shell link is never stored. */
  readonly nodePath: string;
  readonly stdinIsTTY: boolean;
  readonly stdoutIsTTY: boolean;
  /** A build machine or another place where nobody answers. */
  readonly isCI: boolean;
  readonly columns: number;
}

/** No machine, for what must not depend on one. */
export const NOWHERE: Env = {
  cwd: '/',
  vars: {},
  platform: 'linux',
  home: '/',
  tmp: '/',
  runner: 'node',
  nodeVersion: '0',
  nodePath: '/',
  stdinIsTTY: false,
  stdoutIsTTY: false,
  isCI: false,
  columns: 80,
};

/** Reads the process once. */
export function readEnv(): Env {
  const vars = process.env;
  const home = vars.HOME || vars.USERPROFILE || homedir();
  const { platform } = process;
  return {
    cwd: process.cwd(),
    vars,
    platform,
    home,
    tmp: tmpdir(),
    runner: RUNNERS.find((name) => process.versions[name] !== undefined) ?? 'node',
    nodeVersion: process.versions.node,
    nodePath: realpathSync(process.execPath),
    // Node sets the stream up when it is first asked for; a run without questions is spared that.
    get stdinIsTTY() {
      return process.stdin.isTTY === true;
    },
    stdoutIsTTY: process.stdout.isTTY === true,
    isCI: isTruthy(vars.CI) || isTruthy(vars.CONTINUOUS_INTEGRATION) || vars.BUILD_NUMBER !== undefined,
    columns: process.stdout.columns || 80,
  };
}

const RUNNERS = ['bun', 'deno'] as const;

const isTruthy = (value: string | undefined): boolean => value !== undefined && !['', '0', 'false'].includes(value);
