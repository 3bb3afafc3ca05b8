import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '../property/matrix-rows.ts';
import { connectClient, type Target } from '../support/mcp-clients.ts';
import { BARE_ENV, listen } from '../support/server.ts';
import { tempDir } from '../support/temp.ts';
import { useMade } from '../support/use-made.ts';

const FLAGS = ['--transport', 'both', '--storage', 'file', '--tools', 'notes', '--resources', 'logs'];
const LOG = 'log://server';

describe.each(LANGUAGES)('a server in %s', (language) => {
  const project = useMade({ name: 'kept-apart', language, flags: FLAGS });

  /** What its log says to a client over HTTP, after a call that has failed; undefined where there is no such resource. */
  async function logOverHttp(settings: Readonly<Record<string, string>>): Promise<string | undefined> {
    const file = join(tempDir(), 'notes.json');
    const server = await listen([...project.start, 'http'], { FILE_PATH: file, ...settings });
    try {
      const client = await connectClient('v2 2025', server);
      // Not JSON any more: the next call fails with an error that nobody has foreseen.
      writeFileSync(file, 'a secret');
      await client.call('create_note', { title: 'x' });
      const { resources } = await client.listResources();
      const isThere = resources.some(({ uri }) => uri === LOG);
      const text = isThere ? (await client.readResource({ uri: LOG })).contents[0]?.text : undefined;
      if (!isThere) await expect(client.readResource({ uri: LOG })).rejects.toThrow();
      await client.close();
      return text;
    } finally {
      await server.kill();
    }
  }

  it('shows no client over HTTP what its log says of others, unless it is told to, and then without stacks', async () => {
    expect(await logOverHttp({})).toBeUndefined();
    const text = await logOverHttp({ LOG_RESOURCE: 'true' });
    expect(text).toMatch(/\w/);
    expect(text).not.toMatch(/Traceback|^\s+at |"stack"|a secret|File "/m);
  });

  it('keeps its data where no update of its package deletes it, once it is installed as one', async () => {
    const [place, data] = [tempDir(), tempDir()];
    const installed = join(place, language === 'python' ? 'lib/python3/site-packages' : 'node_modules/kept-apart');
    const before = publish(project.dir, installed, language);
    const env = { ...BARE_ENV, HOME: place, XDG_DATA_HOME: data };
    const client = await connectClient('v2 2025', targetOf(project.start[0], installed, language, env));
    expect((await client.call('create_note', { title: 'Kept' })).isError).not.toBe(true);
    await client.close();
    expect(readdirSync(data)).toEqual(['kept-apart']);
    expect(readdirSync(join(data, 'kept-apart'), { recursive: true }).length).toBeGreaterThan(0);
    expect(readdirSync(installed)).toEqual(before);
  });
});

/** What a package manager puts there of the project's package. */
function publish(from: string, to: string, language: Language): readonly string[] {
  if (language === 'python') cpSync(join(from, 'src'), to, { recursive: true });
  else for (const name of ['dist', 'package.json']) cpSync(join(from, name), join(to, name), { recursive: true });
  return readdirSync(to);
}

function targetOf(
  program: string,
  installed: string,
  language: Language,
  env: Readonly<Record<string, string>>,
): Target {
  if (language !== 'python') return { command: program, args: [join(installed, 'dist', 'main.mjs'), 'stdio'], env };
  const python = join(dirname(program), existsSync(join(dirname(program), 'python.exe')) ? 'python.exe' : 'python');
  return { command: python, args: ['-m', 'kept_apart', 'stdio'], env: { ...env, PYTHONPATH: installed } };
}
