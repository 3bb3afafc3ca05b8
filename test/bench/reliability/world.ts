import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, lchownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Registry, startRegistry } from './registry.ts';
import { type ClientId, PEERS, type Target, type Tool, targetOf, toolsIn } from './tools.ts';

export interface Finished {
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and standard error, for the bench's author. */
  readonly output: string;
  readonly wallMs: number;
}

export interface Running {
  readonly done: Promise<Finished>;
  /** `kill -9` for the process and whatever it started. */
  readonly kill: () => void;
}

/** A fresh home folder with a config file in it. */
export interface Home {
  readonly folder: string;
  /** The config file, absolute. */
  readonly file: string;
  readonly target: Target;
}

export interface StartOptions {
  /** `ulimit -f`, in KiB: no file may grow beyond it. */
  readonly limitKb?: number;
  /** Not as root, for whom nothing is read-only. */
  readonly plainUser?: boolean;
  /** Bash's `time` appends its figures to standard error, alone on it. */
  readonly timed?: boolean;
}

/** Longer than any of the tools should take; what is still running then is killed. */
export const PATIENCE_S = 1500;
const NOBODY = 65534;

/** Everything that the bench makes outside of itself, to be taken back by `close`. */
export class World {
  readonly folder: string;
  private readonly live = new Set<ChildProcess>();
  private homes = 0;

  private constructor(private readonly registry: Registry) {
    this.folder = mkdtempSync(join(tmpdir(), 'mason-reliability-'));
    // The plain user must reach the tools.
    chmodSync(this.folder, 0o755);
  }

  static async open(): Promise<World> {
    return new World(await startRegistry());
  }

  /** Packs this repository and installs it beside the peers. Their install scripts are not needed. */
  install(root: string): readonly Tool[] {
    const npm = (cwd: string, ...args: string[]): string =>
      execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [packed] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', this.folder)) as [Packed];
    const folder = join(this.folder, 'tools');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    npm(folder, 'install', '--no-audit', '--no-fund', '--ignore-scripts', join(this.folder, packed.filename), ...PEERS);
    return toolsIn(folder);
  }

  /** No bytes make no file, only its folder. */
  home(tool: Tool, client: ClientId, bytes?: Buffer | string): Home {
    const target = targetOf(tool, client);
    const folder = join(this.folder, `home-${++this.homes}`);
    const file = join(folder, target.file);
    mkdirSync(dirname(file), { recursive: true });
    if (bytes !== undefined) writeFileSync(file, bytes);
    // Smithery asks once whether it may send usage data; without a terminal the question ends it.
    const settings = join(folder, '.config/smithery/settings.json');
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, '{"userId":"bench","analyticsConsent":false,"askedConsent":true,"cache":{"servers":{}}}');
    return { folder, file, target };
  }

  forget({ folder }: Home): void {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Starts a tool that adds one entry to the home's config file. */
  start(tool: Tool, home: Home, name: string, options: StartOptions = {}): Running {
    const command = [process.execPath, tool.script, ...tool.args(home.target.client, name)];
    const [file = '', ...args] = wrapped(command, options);
    const user = options.plainUser === true && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if ('uid' in user) giveAway(home.folder);
    const env = { PATH: process.env.PATH, HOME: home.folder, SMITHERY_BASE_URL: this.registry.url };
    const started = performance.now();
    const child = spawn(file, args, {
      cwd: home.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...user,
    });
    this.live.add(child);
    const done = outcomeOf(child, started).finally(() => this.live.delete(child));
    return { done, kill: () => killGroup(child) };
  }

  async run(tool: Tool, home: Home, name: string, options: StartOptions = {}): Promise<Finished> {
    const running = this.start(tool, home, name, options);
    const timer = setTimeout(running.kill, PATIENCE_S * 1000);
    return running.done.finally(() => clearTimeout(timer));
  }

  close(): void {
    for (const child of this.live) killGroup(child);
    this.registry.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Packed {
  readonly filename: string;
}

/** `exec` keeps it one process, so that a kill hits the tool itself. */
function wrapped(command: readonly string[], { limitKb, timed }: StartOptions): readonly string[] {
  if (timed) return ['bash', '-c', 'TIMEFORMAT="%U %S %R"; time "$@" >/dev/null 2>/dev/null', 'bench', ...command];
  if (limitKb !== undefined) return ['bash', '-c', `ulimit -f ${limitKb}; exec "$@"`, 'bench', ...command];
  return command;
}

function outcomeOf(child: ChildProcess, started: number): Promise<Finished> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit, signal) => resolve({ exit, signal, output, wallMs: performance.now() - started }));
  });
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  // A process that has ended may have given its id to another one.
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended just now.
  }
}

function giveAway(folder: string): void {
  lchownSync(folder, NOBODY, NOBODY);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, entry), NOBODY, NOBODY);
  }
}
