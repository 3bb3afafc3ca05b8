import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Child, run } from '../support/child.ts';
import { postCall } from '../support/raw-call.ts';
import { BARE_ENV, listen } from '../support/server.ts';
import { useCopy } from '../support/use-made.ts';

const HANDSHAKE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };

/** Each stops the server at its start, with a sentence that names it, or the file. */
const UNUSABLE: readonly [settings: Readonly<Record<string, string>>, says: RegExp][] = [
  [{ LOG_FILE: '/' }, /^LOG_FILE cannot be written/m],
  [{ ENV_FILE: '/nowhere/.env' }, /\/nowhere\/\.env cannot be read/],
  [{ ENV_FILE: '/' }, /\/ cannot be read/],
  [{ REQUEST_STATE_KEY: 'short' }, /REQUEST_STATE_KEY: needs 32 characters/],
  [{ ALLOWED_HOSTS: '.example.com' }, /ALLOWED_HOSTS: "\.example\.com"/],
  [{ ALLOWED_HOSTS: 'mcp.example.com;other' }, /ALLOWED_HOSTS: "mcp\.example\.com;other"/],
  [{ ALLOWED_HOSTS: ' , ' }, /ALLOWED_HOSTS: there is no name/],
];

describe('a Python server as a process', () => {
  const flags = ['--preset', 'full', '--transport', 'both', '--storage', 'sqlite', '--extras', 'rate-limit'];
  const project = useCopy({ name: 'same-server', language: 'python', flags });

  it('lets nothing that is printed reach the client', async () => {
    const path = join(project.dir, 'src', 'same_server', 'app.py');
    const text = readFileSync(path, 'utf8');
    const served = text.replace(/^( +)opened\.append\(app\)\n/m, '$&$1print("while serving")\n');
    const imported = 'import subprocess\n\nos.write(1, b"by number\\n")\nsubprocess.run(["echo", "by a child"])\n';
    writeFileSync(path, `${served}\n${imported}print("by Python")\n`);
    try {
      const [program, ...args] = project.start;
      const { code, stdout, stderr } = await run(program, [...args, 'stdio'], { cwd: '/', env: BARE_ENV });
      expect([code, stdout]).toEqual([0, '']);
      for (const said of ['by number', 'by a child', 'by Python', 'while serving']) expect(stderr).toContain(said);
    } finally {
      writeFileSync(path, text);
    }
  });

  it.skipIf(process.platform === 'win32').each(['0<&-', '1>&-', '2>&-'])('starts with %s', async (closed) => {
    const command = [...project.start, 'stdio'].map((part) => `'${part}'`).join(' ');
    const { code, stderr } = await run('/bin/sh', ['-c', `${command} ${closed}`], { cwd: '/', env: BARE_ENV });
    expect([code, stderr]).toEqual([0, '']);
  });

  it.skipIf(process.platform === 'win32')(
    'ends without a word when its client is gone in the middle of a call',
    async () => {
      const [program, ...args] = project.start;
      // Stands between, and closes both pipes after the first answer.
      const script =
        'import subprocess, sys; child = subprocess.Popen(sys.argv[1:], stdin=-1, stdout=-1); ' +
        'child.stdin.write(sys.stdin.buffer.readline()); child.stdin.flush(); child.stdout.readline(); ' +
        'child.stdout.close(); child.stdin.write(sys.stdin.buffer.readline()); child.stdin.close(); sys.exit(child.wait())';
      const messages = [
        { id: 1, method: 'initialize', params: HANDSHAKE },
        { id: 2, method: 'tools/list', params: {} },
      ];
      const child = new Child(join(dirname(program), 'python'), ['-c', script, program, ...args, 'stdio'], {
        cwd: '/',
        env: BARE_ENV,
        stdin: 'open',
      });
      for (const message of messages) child.type(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
      const { code, stderr } = await child.finished;
      expect([code, stderr]).toEqual([0, '']);
    },
  );

  it.each(UNUSABLE)('does not start with %j', async (settings, says) => {
    const [program, ...args] = project.start;
    const transport = 'ALLOWED_HOSTS' in settings ? 'http' : 'stdio';
    const env = { ...BARE_ENV, PORT: '0', ...settings };
    const { code, stderr } = await run(program, [...args, transport], { cwd: '/', env, limit: 30_000 });
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('Traceback');
  });

  it('reads the file of settings as Node does', async () => {
    const path = join(project.dir, 'odd.env');
    writeFileSync(path, "LOG_LEVEL='$HOME'\n");
    const [program, ...args] = project.start;
    const env = { ...BARE_ENV, HOME: 'debug', ENV_FILE: path };
    const { code, stderr } = await run(program, [...args, 'stdio'], { cwd: '/', env });
    expect(code).toBe(1);
    expect(stderr).toContain('LOG_LEVEL');
    writeFileSync(path, Buffer.from('LOG_LEVEL=debug\n', 'utf16le'));
    expect((await run(program, [...args, 'stdio'], { cwd: '/', env })).stderr).toContain(`${path} cannot be read`);
  });

  it('calls what clients and services send wrong no defect, and keeps their secrets out of the log', async () => {
    const server = await listen([...project.start, 'http'], {
      ALLOWED_HOSTS: 'localhost,127.0.0.1,mcp.example.com.',
      FETCH_ALLOW_PRIVATE: 'true',
      LOG_LEVEL: 'info',
      RATE_LIMIT_PER_MINUTE: '0',
    });
    try {
      const secret = 'user:hunter2@127.0.0.1:9';
      for (const url of ['http://[::1', 'http://127.0.0.1:99999/', `http://${secret}/?token=hunter2`]) {
        expect(await (await postCall(server.url, 'fetch_url', { url })).text()).toContain('Check the address');
      }
      await server.child.until(({ stderr }) => stderr.includes('127.0.0.1:9 cannot'));
      expect(server.child.stderr).not.toMatch(/hunter2|Traceback/);
      expect(await server.stop()).toBe(0);
    } finally {
      await server.kill();
    }
  });
});
