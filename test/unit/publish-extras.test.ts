import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { planProject } from '../../src/plan/plan.ts';
import { publishFindings } from '../../src/publish/judge.ts';
import { SCENARIOS } from '../golden/scenarios.ts';
import { LANGUAGES } from '../property/matrix-rows.ts';

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));
const EXTRAS = ['mcpb', 'registry', 'publish'];

async function filesOf(answers: ProjectAnswers): Promise<Record<string, string>> {
  const { files } = await planProject({ ...answers, extras: EXTRAS });
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}
const jsonIn = (files: Readonly<Record<string, string>>, path: string) => JSON.parse(files[path] ?? 'null');

/** All that the code of a tool says. */
function sourceOf(language: string, id: string): string {
  const dir = join(TEMPLATES, language, 'tool', id, 'files', 'src');
  const entries = existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }) : [];
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
}

describe.each(LANGUAGES)('in %s', (language) => {
  const base = language === 'python' ? SCENARIOS.python : SCENARIOS.default;

  // Python's minimal tool stands in server.py, which its slot makes.
  it.each(
    optionsOf(language, 'tool')
      .map(({ id }) => id)
      .filter((id) => id !== 'greet'),
  )('a bundle says of %s what its code says', (id) => {
    const slot = readFileSync(join(TEMPLATES, 'any', 'tool', id, 'slots', 'mcpbTools.txt'), 'utf8');
    const listed: { name: string; description: string }[] = JSON.parse(`[${slot}]`);
    const source = sourceOf(language, id);
    expect(listed.length).toBeGreaterThan(0);
    for (const { name, description } of listed) {
      expect(source).toMatch(new RegExp(`['" ]${name}\\b`));
      expect(source).toContain(description);
    }
  });

  it('a secret is one for the host, for the registry, and in no file', async () => {
    const files = await filesOf({ ...base, storage: 's3' });
    const manifest = jsonIn(files, 'manifest.json');
    expect(manifest.user_config.S3_SECRET_ACCESS_KEY).toMatchObject({ sensitive: true, required: true });
    expect(manifest.user_config.S3_BUCKET).not.toHaveProperty('sensitive');
    expect(manifest.server.mcp_config.env.S3_BUCKET).toBe(`$${'{user_config.S3_BUCKET}'}`);
    const [listed] = jsonIn(files, 'server.json').packages;
    expect(listed.environmentVariables).toContainEqual(
      expect.objectContaining({ name: 'S3_SECRET_ACCESS_KEY', isSecret: true, isRequired: true }),
    );
  });

  it('data of a bundle is in no folder that an update deletes', async () => {
    for (const [storage, name] of [
      ['sqlite', 'SQLITE_PATH'],
      ['file', 'FILE_PATH'],
    ] as const) {
      const { env } = jsonIn(await filesOf({ ...base, storage }), 'manifest.json').server.mcp_config;
      expect(env[name]).toMatch(/^\$\{HOME\}\/\.hello-mcp\//);
    }
  });

  it('a long description is cut for those who take no long ones', async () => {
    const description = `${'A server that does many things. '.repeat(6)}\nAnd more.`;
    const files = await filesOf({ ...base, description });
    expect(jsonIn(files, 'server.json').description.length).toBeLessThanOrEqual(100);
    expect(jsonIn(files, 'manifest.json').description).toMatch(/^A server .*…$/);
  });

  it('a project whose repository nobody knows says what is missing, and nothing else', async () => {
    const files = await filesOf(base);
    const found = publishFindings({
      npm: jsonIn(files, 'package.json') ?? undefined,
      python: undefined,
      server: jsonIn(files, 'server.json'),
      manifest: undefined,
      readme: files['README.md'] ?? '',
      packed: undefined,
      bundle: undefined,
      icon: undefined,
      offer: undefined,
      name: 'hello-mcp',
    });
    expect(found.map(({ code }) => code)).toEqual(['registry-owner']);
  });
});
