import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CLOUD_SERVICES } from './cloud-services.ts';

const runFile = promisify(execFile);

/** A real server of a storage backend, on a free port of this machine, with its data in a temporary folder. */
export interface Service {
  /** The settings that lead a generated server, and a project's own tests, to it. */
  readonly env: Readonly<Record<string, string>>;
  /** What must be seen nowhere. */
  readonly password: string;
  /** Ends it as a crash does. Its data and its port stay. */
  kill(): Promise<void>;
  /** Starts it again, after `kill` or by itself. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** There is no such server here, and it cannot be installed. */
export class NoService extends Error {}

/** How a program is found and installed. */
interface Program {
  readonly program: string;
  /** Folders besides those of PATH. */
  folders(): readonly string[];
  /** The Debian package that brings it. */
  readonly debian: string;
}

/** How a service is started. */
interface Kind extends Program {
  /** Runs once, in an empty folder. */
  prepare(bin: string, dir: string, as: Identity): void;
  args(dir: string, port: number): readonly string[];
  /** Whether it does its work, rather than only having opened its port. */
  ready(port: number): Promise<boolean>;
  env(port: number, password: string): Record<string, string>;
}

/** Whom a service runs as. */
interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  postgres: {
    program: 'postgres',
    folders: () => [...versions('/usr/lib/postgresql', 'bin'), ...versions('/opt/homebrew/opt', 'bin', /^postgresql/)],
    debian: 'postgresql',
    prepare(bin, dir, as) {
      const encoding = ['-E', 'UTF8', '--no-locale'];
      const args = ['-D', join(dir, 'data'), '-U', 'postgres', '--auth=trust', '--no-sync', ...encoding];
      const initdb = (...more: string[]): Buffer =>
        execFileSync(join(bin, 'initdb'), [...args, ...more], { ...as, cwd: dir, stdio: 'pipe' });
      try {
        // Sorts as people do, not by bytes: what relies on the database's own order is found out.
        initdb('--locale-provider=icu', '--icu-locale=en-US');
      } catch {
        // Before PostgreSQL 15, or built without ICU.
        initdb();
      }
    },
    args: (dir, port) => [
      ...['-D', join(dir, 'data'), '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'unix_socket_directories=', '-c', 'max_connections=300'],
    ],
    // An SSLRequest is answered with one letter as soon as connections are taken.
    ready: (port) => answers(port, Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), /^[NS]/),
    env: (port, password) => ({ DATABASE_URL: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` }),
  },
  redis: {
    program: 'redis-server',
    folders: () => ['/usr/local/bin', '/opt/homebrew/bin'],
    debian: 'redis-server',
    prepare() {},
    args: (dir, port) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--requirepass', PASSWORD],
      ...['--appendonly', 'yes', '--save', '', '--daemonize', 'no'],
    ],
    ready: (port) => answers(port, Buffer.from(`AUTH ${PASSWORD}\r\nPING\r\n`), /\+PONG/),
    env: (port, password) => ({ REDIS_URL: `redis://:${password}@127.0.0.1:${port}/0` }),
  },
};

const PASSWORD = 'open-sesame-4711';

/**
 * A program that Debian has in a package of its name, such as the proxy of the extra `deploy` or a shell; it is installed
 * first where it is missing and that is possible.
 *
 * @throws NoService when it cannot run here
 */
export async function debianProgram(program: string): Promise<string> {
  const kind: Program = { program, debian: program, folders: () => ['/usr/sbin', '/opt/homebrew/bin'] };
  return join(find(kind) ?? (await install(kind)), program);
}

/** Whether a storage backend needs a service that these tests start. */
export const needsService = (storage: string): boolean => storage in KINDS || storage in CLOUD_SERVICES;

/**
 * Starts the service of a storage backend, which is installed first where it is missing and that is possible.
 *
 * @throws NoService when it cannot run here
 */
export async function startService(storage: string): Promise<Service> {
  const startCloud = CLOUD_SERVICES[storage];
  if (startCloud !== undefined) return startCloud();
  const kind = KINDS[storage];
  if (kind === undefined) throw new Error(`No service for the storage ${storage} is known.`);
  const bin = find(kind) ?? (await install(kind));
  const as = identity(kind.program);
  const dir = mkdtempSync(join(tmpdir(), `mason-${storage}-`));
  if (as.uid !== undefined) execFileSync('chown', [`${as.uid}:${as.gid}`, dir]);
  kind.prepare(bin, dir, as);
  const start = (port: number): Promise<ChildProcess> => startOnce(kind, join(bin, kind.program), dir, port, as);
  const first = await onFreePort(async (port) => ({ port, child: await start(port) }));
  const { port } = first;
  let { child } = first;
  const kill = (): Promise<void> => end(child, 'SIGKILL');
  return {
    env: kind.env(port, PASSWORD),
    password: PASSWORD,
    kill,
    async restart() {
      await kill();
      child = await start(port);
    },
    async stop() {
      // At once: what it would tidy up is removed.
      await end(child, 'SIGQUIT');
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const STARTING_MS = 60_000;

/** After a crash PostgreSQL may refuse to start while the last of its old children are still there. */
async function startOnce(kind: Kind, program: string, dir: string, port: number, as: Identity): Promise<ChildProcess> {
  const deadline = Date.now() + STARTING_MS;
  for (;;) {
    let output = '';
    const child = spawn(program, kind.args(dir, port), { ...as, cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const closed = new Promise((resolve) => child.once('close', resolve)).then(() => running.delete(child));
    child.once('error', (error) => (output += error.message));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
      if (await kind.ready(port)) return child;
      await sleep(20);
    }
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new NoService(`${program} does not start:\n${output}`);
    }
    await closed;
    if (TAKEN.test(output)) throw new Error(output);
    await sleep(100);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await closed;
}

function find({ program, folders }: Program): string | undefined {
  const places = [...(process.env.PATH ?? '').split(delimiter), ...folders()];
  return places.find((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Newest first. */
const versions = (folder: string, sub: string, pattern = /^\d+$/): string[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => pattern.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(folder, name, sub));

/** Debian lets root install it; elsewhere somebody has to. Nothing else waits for it: this may be the runner's process. */
async function install(kind: Program): Promise<string> {
  const { program, debian } = kind;
  const isDebian =
    existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (!isDebian || process.getuid?.() !== 0) {
    throw new NoService(`There is no ${program} on this machine: install it (on Debian and Ubuntu: ${debian}).`);
  }
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const options = { env, timeout: 10 * 60_000 };
    // Another process may be installing something.
    const wait = ['-o', 'DPkg::Lock::Timeout=300'];
    await runFile('apt-get', [...wait, 'update'], options);
    await runFile('apt-get', [...wait, 'install', '-y', '--no-install-recommends', debian], options);
  } catch (error) {
    throw new NoService(`${debian} could not be installed: ${(error as Error).message}`);
  }
  const found = find(kind);
  if (found === undefined) throw new NoService(`The package ${debian} has brought no ${program}.`);
  return found;
}

/** PostgreSQL refuses to run as root; its package brings a user. */
function identity(program: string): Identity {
  if (program !== 'postgres' || process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Below the ports that systems hand out by themselves: to servers without a wish, and to every outgoing connection. */
const [LOWEST_PORT, PORTS] = [10_000, 20_000];

/**
 * Starts something that must be told its port, and once more, on another, if somebody was quicker to take the first.
 *
 * @param start rejects with what the program has said
 */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(await freePort());
  } catch (error) {
    if (!TAKEN.test(String(error))) throw error;
    return start(await freePort());
  }
}

const TAKEN = /address (is )?already in use|EADDRINUSE/i;

async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Whether what listens on a port answers to some bytes. */
function answers(port: number, question: Buffer, answer: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(question));
    let text = '';
    const done = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(2000, () => done(false));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (answer.test(text)) done(true);
    });
  });
}
