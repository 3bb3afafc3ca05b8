import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { FAKE_KEY, FAKE_NOTES, startFakeFastio } from './fastio-fake.ts';
import { pythonProgram } from './python.ts';
import { NoService, onFreePort, type Service } from './services.ts';

/** Services of storage backends that are rented, not installed: here are what can stand in for them. */
export const CLOUD_SERVICES: Readonly<Record<string, () => Promise<Service>>> = { s3: startS3, fastio: startFastio };

/** The one S3 server from a package registry that keeps to If-Match and If-None-Match and can hold every key. */
const MOTO = 'moto[server,s3]==5.2.5';
/** As `moto_server`, but for the lock: it compares an ETag and writes in two steps, and another request may come between. */
const ONE_REQUEST_AT_A_TIME = `
import sys, threading
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple
app, lock = DomainDispatcherApplication(create_backend_app), threading.Lock()
def one_at_a_time(environ, start_response):
    with lock:
        return list(app(environ, start_response))
run_simple("127.0.0.1", int(sys.argv[1]), one_at_a_time, threaded=True, request_handler=MotoRequestHandler)
`;
const STARTING_MS = 60_000;
const PASSWORD = 'moto-takes-any-secret';

async function startS3(): Promise<Service> {
  const python = await pythonProgram(MOTO).catch((error: Error) => {
    throw new NoService(`${MOTO} could not be installed: ${error.message}`);
  });
  const start = async (port: number): Promise<ChildProcess> => {
    const child = spawn(python, ['-c', ONE_REQUEST_AT_A_TIME, String(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    let output = '';
    // It tells of each request.
    child.stderr.on('data', (text) => (output = (output + text).slice(-10_000)));
    const closed = new Promise((resolve) => child.once('close', resolve));
    const deadline = Date.now() + STARTING_MS;
    // Unsigned is good enough for a bucket here.
    while (!(await fetch(`http://127.0.0.1:${port}/bucket`, { method: 'PUT' }).catch(() => undefined))?.ok) {
      if (Date.now() > deadline) throw new NoService(`moto does not start:\n${output}`);
      if (child.exitCode !== null) {
        await closed;
        throw new Error(`moto does not start:\n${output}`);
      }
      await sleep(100);
    }
    return child;
  };
  const first = await onFreePort(async (port) => ({ port, child: await start(port) }));
  const { port } = first;
  let { child } = first;
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  };
  const settings = {
    ENDPOINT: `http://127.0.0.1:${port}`,
    BUCKET: 'bucket',
    REGION: 'us-east-1',
    ACCESS_KEY_ID: 'moto',
    SECRET_ACCESS_KEY: PASSWORD,
  };
  const named = (prefix: string) => Object.entries(settings).map(([name, value]) => [`${prefix}_${name}`, value]);
  return {
    // A project's own tests go there as well, and not to the service that they bring along.
    env: Object.fromEntries([...named('S3'), ...named('S3_TEST')]),
    password: PASSWORD,
    kill,
    async restart() {
      await kill();
      child = await start(port);
    },
    stop: kill,
  };
}

/** Nobody rents it out for tests, so this follows the documentation of its API. */
async function startFastio(): Promise<Service> {
  const fake = await startFakeFastio();
  return {
    env: {
      FASTIO_API_URL: fake.url,
      FASTIO_API_KEY: FAKE_KEY,
      FASTIO_WORKSPACE_ID: '5'.repeat(19),
      FASTIO_NOTE_IDS: FAKE_NOTES.join(','),
    },
    password: FAKE_KEY,
    kill: () => fake.close(),
    restart: () => Promise.reject(new Error('It is in this process.')),
    stop: () => fake.close(),
  };
}
