import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesOf } from '../../src/openapi/cases.ts';
import { partOf } from '../../src/openapi/part.ts';
import { planProject } from '../../src/plan/plan.ts';
import { LANGUAGES } from '../property/matrix-rows.ts';
import { childEnv, NPM, runOk } from '../support/child.ts';
import { ANSWERS, writeTree } from '../support/fixture.ts';
import { link } from '../support/made.ts';
import { compiled, parse } from '../support/openapi/api.ts';
import { programsOf, pythonTools } from '../support/python.ts';
import { sample } from '../support/tier.ts';

const tokenUrl = 'https://api.example.com/token';
const SCHEMES: Readonly<Record<string, object>> = {
  key: { type: 'apiKey', in: 'header', name: 'x-key' },
  client: { type: 'oauth2', flows: { clientCredentials: { tokenUrl, scopes: {} } } },
  certificate: { type: 'mutualTLS' },
};
const file = { type: 'string', format: 'binary' };
const BODIES: Readonly<Record<string, object>> = {
  json: { 'application/json': { schema: { type: 'object' } } },
  form: { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties: { a: { type: 'string' } } } } },
  file: { 'application/octet-stream': { schema: file } },
  multipart: { 'multipart/form-data': { schema: { type: 'object', properties: { file } } } },
};
const VARIABLE = [
  { url: 'https://{region}.example.com', variables: { region: { default: 'eu', enum: ['eu', 'us'] } } },
];

const PARTS = [...Object.keys(SCHEMES), ...Object.keys(BODIES), 'variable'];

/** What an API may have, and another may not: each leaves no trace where it is not. In the standard tier the commit chooses. */
const ROWS = sample(
  [['json'], ['key', 'json', 'variable'], ['client', 'form'], ['certificate', 'file'], ['key', 'multipart'], PARTS],
  () => [],
  { more: 1 },
);

function descriptionOf(row: readonly string[]): string {
  const schemes = row.filter((one) => one in SCHEMES);
  const bodies = row.filter((one) => one in BODIES);
  const posts = bodies.map((one) => [`/${one}`, { post: { operationId: one, requestBody: { content: BODIES[one] } } }]);
  return JSON.stringify({
    openapi: '3.1.0',
    servers: row.includes('variable') ? VARIABLE : [{ url: 'https://api.example.com' }],
    components: { securitySchemes: SCHEMES },
    security: schemes.map((one) => ({ [one]: [] })),
    paths: Object.fromEntries([['/get', { get: { operationId: 'get' } }], ...posts]),
  });
}

describe.each(LANGUAGES)('a project of an API in %s', (language) => {
  let root: string;
  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'mason-openapi-matrix-')));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

  it.each(ROWS.map((row) => [row.join(', '), row] as const))('with %s is clean for its owner', async (_, row) => {
    const description = await parse(descriptionOf(row));
    const result = await compiled(description);
    const inPython = language === 'python';
    const tools = inPython ? await pythonTools() : undefined;
    const node = { pm: 'npm', runtime: process.versions.node.replace(/\..*/, '') };
    const own = { language, ...(tools === undefined ? node : { pm: 'uv', runtime: tools.version }) };
    const ofApi = { storage: 'none', tools: [], extras: [], fromOpenapi: 'api.json', openapiMode: 'tools' };
    const { files } = await planProject({ ...ANSWERS, ...ofApi, ...own }, partOf(result, casesOf(result, description)));
    const dir = mkdtempSync(join(root, 'row-'));
    writeTree(dir, Object.fromEntries(files.map(({ path, text }) => [path, text])));
    const made = files.map(({ path }) => path.replace(/^.*\//, '').replace(/\.\w+$/, ''));
    expect(made.includes('auth')).toBe(row.some((one) => one in SCHEMES));
    expect(made.includes('form')).toBe(row.includes('form') || row.includes('multipart'));
    expect(made.includes('files')).toBe(row.includes('file') || row.includes('multipart'));
    await link(language, dir);
    if (tools === undefined) {
      const env = childEnv({ npm_config_update_notifier: 'false' });
      for (const step of ['build', 'lint', 'test']) await runOk(NPM, ['run', '--silent', step], { cwd: dir, env });
      return;
    }
    const { bin, env } = tools;
    const python = join(programsOf(join(dir, '.venv')), 'python');
    await runOk(join(bin, 'ruff'), ['check', '.'], { cwd: dir, env });
    await runOk(join(bin, 'ruff'), ['format', '--check', '.'], { cwd: dir, env });
    await runOk(join(bin, 'pyright'), ['--pythonpath', python], { cwd: dir, env });
    await runOk(python, ['-m', 'pytest', '-q'], { cwd: dir, env });
  });
});
