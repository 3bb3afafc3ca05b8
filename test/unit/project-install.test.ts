import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliError, EXIT } from '../../src/base/errors.ts';
import { buildProject, installProject, type StepOptions } from '../../src/project/install.ts';
import { envWithCommands } from '../support/commands.ts';
import { fakeEnv } from '../support/env.ts';
import { writeTree } from '../support/fixture.ts';
import { tempDir } from '../support/temp.ts';

const signal = new AbortController().signal;

/** Options under which `pm` is a shell script. */
const scripted = (pm: string, script: string, vars = {}): StepOptions => ({
  dir: tempDir(),
  pm,
  serverName: 'hello',
  env: envWithCommands({ [pm]: script }, vars),
  signal,
});

const outputIn = ({ dir }: StepOptions): string => readFileSync(join(dir, 'output'), 'utf8');

async function failureOf(work: Promise<void>): Promise<CliError> {
  try {
    await work;
  } catch (error) {
    return error as CliError;
  }
  throw new Error('It did not fail.');
}

describe.skipIf(process.platform === 'win32')('installProject', () => {
  it.each([
    ['npm', 'install --include=dev --no-audit --no-fund'],
    ['pnpm', 'install --no-frozen-lockfile'],
    ['yarn', 'install'],
    ['bun', 'install'],
  ])('runs %s in the project', async (pm, args) => {
    const options = scripted(pm, 'echo "$PWD: $*" > output');
    await installProject(options);
    expect(outputIn(options)).toBe(`${options.dir}: ${args}\n`);
  });

  it('frees the new project from the situation of the one that runs it', async () => {
    const options = scripted('npm', '/usr/bin/env > output', {
      NODE_ENV: 'production',
      npm_package_name: 'other',
      npm_lifecycle_event: 'start',
      npm_config_local_prefix: '/elsewhere',
      npm_config_workspace: 'other',
      npm_config_omit: 'dev',
      npm_config_registry: 'https://registry.example',
      HTTPS_PROXY: 'http://proxy.example',
    });
    await installProject(options);
    const output = outputIn(options);
    expect(output).toContain('npm_config_registry=https://registry.example\n');
    expect(output).toContain('HTTPS_PROXY=http://proxy.example\n');
    expect(output).not.toMatch(/NODE_ENV|npm_package|npm_lifecycle|local_prefix|workspace|omit/);
  });

  it('marks a Yarn project as one of its own, but never empties a lock file', async () => {
    const fresh = scripted('yarn', 'exit 0');
    await installProject(fresh);
    expect(readFileSync(join(fresh.dir, 'yarn.lock'), 'utf8')).toBe('');
    const locked = scripted('yarn', 'exit 0');
    writeTree(locked.dir, { 'yarn.lock': 'mine' });
    await installProject(locked);
    expect(readFileSync(join(locked.dir, 'yarn.lock'), 'utf8')).toBe('mine');
    expect(existsSync(join(scripted('npm', 'exit 0').dir, 'yarn.lock'))).toBe(false);
  });

  it.each([
    ['npm error code ENOTFOUND\nnpm error network request to https://x failed', 'install-offline', 'cannot be reached'],
    ['npm error code EAI_AGAIN', 'install-offline', 'cannot be reached'],
    ['npm error code ENOTCACHED', 'install-offline', 'cannot be reached'],
    [
      ' ERR_PNPM_META_FETCH_FAIL  GET https://x: request failed, reason: connect ECONNREFUSED',
      'install-offline',
      'reached',
    ],
    ['➤ YN0001: │ RequestError: getaddrinfo ENOTFOUND x', 'install-offline', 'cannot be reached'],
    ['error: ConnectionRefused downloading package manifest zod', 'install-offline', 'cannot be reached'],
    ['npm error code E404\nnpm error 404 Not Found - GET https://x/zod', 'install-failed', 'does not have a package'],
    ['npm error code ETARGET\nnpm error notarget No matching version', 'install-failed', 'does not have a package'],
    ['npm error code E401', 'install-failed', 'refuses you'],
    ['npm error code ERESOLVE', 'install-failed', 'exclude each other'],
    ['npm error code EBADENGINE', 'install-failed', 'this version of Node.js'],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'install-failed', 'certificate'],
    ['npm error code ENOSPC\nnpm error network', 'install-failed', 'no space'],
    ['npm error code EACCES\nnpm error path /root/.npm', 'install-failed', 'may not be read or written'],
    ['one\nnpm error the dog ate it.\nthree', 'install-failed', 'failed: npm error the dog ate it.'],
    ['one\n\nlast words\n', 'install-failed', 'failed: last words.'],
    ['', 'install-failed', 'it said nothing'],
  ])('says why it failed: %s', async (output, code, says) => {
    const options = scripted('npm', `/bin/cat >&2 <<'EOT'\n${output}\nEOT\nexit 1`);
    const error = await failureOf(installProject(options));
    expect(error).toMatchObject({ code, exit: EXIT.failed });
    expect(error.message).toMatch(/^npm install failed: /);
    expect(error.message).toContain(says);
    expect(error.hint).toContain(`The project is in ${options.dir}. There, run: npm install && npm run build`);
  });

  it('says that the package manager is missing', async () => {
    const error = await failureOf(installProject({ ...scripted('npm', ''), pm: 'pnpm' }));
    expect(error).toMatchObject({ code: 'command-not-found', message: 'pnpm is not found.' });
  });

  it('refuses a package manager that it does not know', async () => {
    await expect(
      installProject({ dir: tempDir(), pm: 'cargo', serverName: 'x', env: fakeEnv(), signal }),
    ).rejects.toThrow('cargo');
  });
});

describe.skipIf(process.platform === 'win32')('buildProject', () => {
  it('runs the build script', async () => {
    const options = scripted('bun', 'echo "$*" > output');
    await buildProject(options);
    expect(outputIn(options)).toBe('run build\n');
  });

  it('says what the compiler said', async () => {
    const script = `echo "> tsc"; printf '\\033[31msrc/a.ts(1,1): error TS1: no\\033[0m\\n'; exit 2`;
    expect(await failureOf(buildProject(scripted('npm', script)))).toMatchObject({
      code: 'build-failed',
      exit: EXIT.failed,
      message: 'npm run build failed: src/a.ts(1,1): error TS1: no',
      hint: 'See what is wrong with: npm run build',
    });
  });
});
