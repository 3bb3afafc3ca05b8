import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

function bin(args: readonly string[], options: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, at('bin/create-mcp-mason.js'), ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Makes Node say that it is another version. */
const pretend = (version: string): string[] => [
  '--import',
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`,
];

describe('bin', () => {
  it('prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
    for (const flag of ['--version', '-v'])
      expect(bin([flag])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each(['18.20.4', '20.11.1'])('refuses Node %s and says what it needs', (version) => {
    const { status, stdout, stderr } = bin(['x', '--yes'], pretend(version));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`needs Node 20.12 or newer; this is Node ${version}`);
  });

  it.each(['20.12.0', '22.0.0', '26.0.0'])('accepts Node %s', (version) => {
    expect(bin(['--version'], pretend(version)).status).toBe(0);
  });

  it('prints the same help with and without the short cut', () => {
    const short = bin(['--help']);
    expect(short).toMatchObject({ status: 0, stderr: '' });
    expect(bin(['x', '--help']).stdout).toBe(short.stdout);
  });
});
