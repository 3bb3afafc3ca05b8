import { relative, resolve, sep } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { leaveOut } from './leave-out.ts';
import { packageOf } from './licenses.ts';

/** A file of the bundle, with what went into it. */
export interface Chunk {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The modules it holds, relative to the repository. */
  readonly modules: readonly string[];
  /** Other files of the bundle, and Node's own modules, that are loaded before it runs. */
  readonly imports: readonly string[];
  /** Files of the bundle that it loads when they are needed. */
  readonly lazyImports: readonly string[];
}

export interface Bundle {
  readonly chunks: readonly Chunk[];
  /** Our own modules that import a library, by its name. */
  readonly importers: Readonly<Record<string, readonly string[]>>;
}

/** What is loaded together is one file: finding and linking a small file takes Node about as long as running it. */
const LAYERS = [
  { name: 'core', enters: ['src/cli.ts', 'src/plan/plan.ts'] },
  {
    name: 'create',
    enters: [
      'src/commands/create.ts',
      'src/plan/build-plan.ts',
      'src/report/create.ts',
      // Of every project's claude_desktop_config.json.
      'src/configs/formats/json.ts',
    ],
  },
];

/**
 * Bundles the package with all libraries in it, split so that what is imported lazily is loaded lazily.
 *
 * The files are CommonJS: for the first ES module Node sets up another loader, and for each of its own modules that an ES
 * module imports it evaluates every lazy getter. Together that costs more than planning a project does.
 *
 * @param root absolute path of the repository
 */
export async function bundle(root: string): Promise<Bundle> {
  const graph = new Graph(root);
  const build = await rolldown({
    cwd: root,
    input: { cli: 'src/cli.ts', index: 'src/index.ts' },
    platform: 'node',
    transform: { target: 'node20.12' },
    preserveEntrySignatures: 'allow-extension',
    // What the bundler warns of is a mistake in the sources, and nobody reads what scrolls by.
    onwarn({ message }) {
      throw new Error(message);
    },
    plugins: [graph.plugin, WITHOUT_SUBPROCESSES, LOADED_LATE, WITHOUT_EVIDENCE, leaveOut(root)],
  });
  const { output } = await build.generate({
    format: 'cjs',
    minify: true,
    // All licences stand in THIRD-PARTY-LICENSES.md.
    comments: { legal: false },
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name].cjs',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: LAYERS.map(({ name, enters }, index) => ({
        name,
        priority: LAYERS.length - index,
        test: (id) => graph.isLoadedWith(enters, id),
      })),
    },
  });
  await build.close();
  const files = output.filter((file): file is OutputChunk => file.type === 'chunk');
  const chunks = files.map((file) => graph.chunkOf(file)).sort((a, b) => (a.path < b.path ? -1 : 1));
  return { chunks, importers: graph.importers() };
}

/** commander would load Node's process module on every run, for commands that are programs of their own: we have none. */
const WITHOUT_SUBPROCESSES: Plugin = {
  name: 'without-subprocesses',
  resolveId: (id, importer) => (/^node:child_process$/.test(id) && /commander/.test(importer ?? '') ? '\0none' : null),
  load: (id) => (id === '\0none' ? 'module.exports = {};' : null),
};

/** How we know what a client does stands in docs/clients.md; no run reads it. */
const WITHOUT_EVIDENCE: Plugin = {
  name: 'without-evidence',
  transform(code, id) {
    if (!/[\\/]clients[\\/]rows[\\/]/.test(id)) return null;
    const bare = code.replace(/^ +evidence:\s*'[^'\n]*',\n/gm, '');
    if (/\bevidence:\s*['`"]/.test(bare)) throw new Error(`${id}: the evidence is not a text in single quotes.`);
    return bare;
  },
};

/** Modules of Node that most runs may need and do not, with the functions that are called of them. */
const LATE: Readonly<Record<string, readonly string[]>> = {
  // It brings sockets and streams along.
  'node:child_process': ['spawn', 'spawnSync'],
  'node:crypto': ['createHash', 'randomBytes', 'randomUUID'],
  'node:zlib': ['brotliDecompressSync'],
};

/** Loads a module of Node at the first call of a function. */
const LOADED_LATE: Plugin = {
  name: 'loaded-late',
  // What is imported when it is needed is late by itself.
  resolveId: (id, importer, { kind }) =>
    kind === 'import-statement' && LATE[id] !== undefined && /[\\/]src[\\/]/.test(importer ?? '')
      ? `\0late:${id}`
      : null,
  load(id) {
    const name = id.replace('\0late:', '');
    const functions = id === name ? undefined : LATE[name];
    return functions
      ?.map((each) => `export const ${each} = (...args) => require('${name}').${each}(...args);\n`)
      .join('');
  },
};

/** Which module imports which, as the bundler has found it. */
class Graph {
  readonly #imports = new Map<string, { readonly static: readonly string[]; readonly lazy: readonly string[] }>();
  readonly #closures = new Map<readonly string[], ReadonlySet<string>>();
  readonly plugin: Plugin;

  constructor(readonly root: string) {
    const found = this.#imports;
    this.plugin = {
      name: 'graph',
      buildEnd() {
        for (const id of this.getModuleIds()) {
          const info = this.getModuleInfo(id);
          if (info) found.set(id, { static: [...info.importedIds], lazy: [...info.dynamicallyImportedIds] });
        }
      },
    };
  }

  /** Whether a module is among those that `enters` import statically, directly or not. */
  isLoadedWith(enters: readonly string[], id: string): boolean {
    let closure = this.#closures.get(enters);
    if (closure === undefined) {
      closure = this.#closureOf(enters.map((module) => resolve(this.root, module)));
      this.#closures.set(enters, closure);
    }
    return closure.has(id);
  }

  #closureOf(ids: readonly string[], seen = new Set<string>()): Set<string> {
    for (const id of ids) {
      if (seen.has(id)) continue;
      seen.add(id);
      this.#closureOf(this.#imports.get(id)?.static ?? [], seen);
    }
    return seen;
  }

  chunkOf({ fileName, code, moduleIds, imports, dynamicImports }: OutputChunk): Chunk {
    const inDist = (file: string): string => (file.endsWith('.cjs') ? `dist/${file}` : file);
    return {
      path: inDist(fileName),
      text: code,
      modules: moduleIds.map((id) => this.#nameOf(id)).sort(),
      imports: imports.map(inDist).sort(),
      lazyImports: dynamicImports.map(inDist).sort(),
    };
  }

  importers(): Record<string, string[]> {
    const importers: Record<string, string[]> = {};
    for (const [id, imports] of this.#imports) {
      const module = this.#nameOf(id);
      if (packageOf(module) !== undefined) continue;
      const imported = [...imports.static, ...imports.lazy].map((other) => this.#nameOf(other));
      const names = new Set(imported.flatMap((other) => packageOf(other) ?? []));
      for (const name of names) importers[name] = [...(importers[name] ?? []), module];
    }
    return importers;
  }

  #nameOf = (id: string): string => relative(this.root, id).split(sep).join('/');
}
