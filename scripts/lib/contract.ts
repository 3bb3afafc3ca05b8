import type { Bundle, Chunk } from './bundle.ts';
import { packageOf } from './licenses.ts';

/** What a run of the command line loads before it does anything, and what it may cost. */
export interface Route {
  readonly name: string;
  /** Modules that are entered; what they import statically is loaded too. */
  readonly enters: readonly string[];
  /** Libraries that may be among what is loaded. */
  readonly packages: readonly string[];
  /** Most files. Each costs Node about half a millisecond to find and link. */
  readonly files: number;
  /** Most bytes of code. */
  readonly bytes: number;
}

/** Counts are the same on every machine, unlike milliseconds. Raise a limit only for a reason. */
export const ROUTES: readonly Route[] = [
  // What `--help` and the questions offer of two languages is in it, and the flags of every command.
  { name: 'every command', enters: ['src/cli.ts'], packages: ['commander'], files: 2, bytes: 94_000 },
  {
    // Every project has a claude_desktop_config.json, so the format JSON is among it, and all clients are offered.
    name: 'create without questions or steps',
    enters: ['src/cli.ts', 'src/commands/create.ts', 'src/plan/build-plan.ts', 'src/configs/formats/json.ts'],
    packages: ['commander', 'handlebars'],
    files: 3,
    bytes: 217_100,
  },
  {
    name: 'the programmatic API',
    enters: ['src/index.ts'],
    packages: ['commander', 'handlebars'],
    files: 4,
    bytes: 218_200,
  },
];

/** Modules of Node that take long to load: no route may, for what it only may need. */
const SLOW = [
  'node:child_process',
  'node:crypto',
  'node:http',
  'node:https',
  'node:net',
  'node:perf_hooks',
  'node:tls',
];

/** The one module that may import each library; `undefined` where none of the bundle may. */
const IMPORTERS: Readonly<Record<string, string | undefined>> = {
  '@clack/core': 'src/answers/prompts.ts',
  '@clack/prompts': 'src/answers/prompts.ts',
  execa: 'src/project/run.ts',
  'fs-extra': 'src/project/write.ts',
  handlebars: 'src/plan/render.ts',
  // Sources import only the types that follow from its schemas.
  zod: undefined,
};

/**
 * Most bytes of the published package, unpacked: every client, TOML and YAML with a parser each, and the templates of two
 * languages and seven storage backends, as Brotli; a reader of OpenAPI and a converter of Swagger 2.0.
 */
export const MAX_UNPACKED = 1_000_000;

export interface Load {
  readonly route: Route;
  readonly files: readonly string[];
  readonly modules: number;
  readonly bytes: number;
  readonly packages: readonly string[];
  readonly slow: readonly string[];
}

/** What a route loads. */
export function measure(route: Route, chunks: readonly Chunk[]): Load {
  const byPath = new Map(chunks.map((chunk) => [chunk.path, chunk]));
  const loaded = new Set<Chunk>();
  const load = (chunk: Chunk | undefined): void => {
    if (chunk === undefined || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const path of chunk.imports) load(byPath.get(path));
  };
  for (const module of route.enters) {
    const chunk = chunks.find(({ modules }) => modules.includes(module));
    if (chunk === undefined) throw new Error(`The contract names ${module}, which is not in the bundle.`);
    load(chunk);
  }
  const modules = [...loaded].flatMap((chunk) => chunk.modules);
  return {
    route,
    files: [...loaded].map(({ path }) => path).sort(),
    modules: modules.length,
    bytes: [...loaded].reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    packages: [...new Set(modules.flatMap((module) => packageOf(module) ?? []))].sort(),
    slow: SLOW.filter((name) => [...loaded].some(({ imports }) => imports.includes(name))),
  };
}

/** Where a load breaks its route's contract. */
export function breaches({ route, files, bytes, packages, slow }: Load): string[] {
  const foreign = [...packages.filter((name) => !route.packages.includes(name)), ...slow];
  return [
    ...foreign.map((name) => `${route.name}: loads ${name}, which must be loaded only when it is needed`),
    ...(files.length > route.files ? [`${route.name}: loads ${files.length} files, more than ${route.files}`] : []),
    ...(bytes > route.bytes ? [`${route.name}: loads ${bytes} bytes, more than ${route.bytes}`] : []),
  ];
}

/** Imports of the bundle that are neither its own files nor Node's: they would not be there after an install. */
export function leaks(chunks: readonly Chunk[]): string[] {
  const own = new Set(chunks.map(({ path }) => path));
  return chunks.flatMap(({ path, imports, lazyImports }) =>
    [...imports, ...lazyImports]
      .filter((name) => !own.has(name) && !name.startsWith('node:'))
      .map((name) => `${path}: imports ${name}, which is not in the package`),
  );
}

/** Modules that import a library which only another module may import. */
export function strayImports({ importers }: Bundle): string[] {
  return Object.entries(IMPORTERS).flatMap(([name, importer]) => {
    const stray = (importers[name] ?? []).filter((module) => module !== importer);
    return stray.map((module) => `${module}: imports ${name}, which only ${importer ?? 'the build'} may`);
  });
}
