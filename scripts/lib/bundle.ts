import { relative, sep } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { type Layer, mergeLayers } from './layers.ts';

/** A file of `dist/`, relative to the repository, with `/`. */
export interface Output {
  readonly path: string;
  readonly text: string;
}

/** A file of the bundle, with what went into it. */
export interface Chunk extends Output {
  /** The modules it holds, relative to the repository. */
  readonly modules: readonly string[];
  /** Other files of the bundle, and Node's own modules, that are loaded before it runs. */
  readonly imports: readonly string[];
  /** Files of the bundle that it loads when they are needed. */
  readonly lazyImports: readonly string[];
}

/**
 * esbuild by itself makes a file of every set of modules that the same entries share, some twenty for a plain `create`,
 * and Node takes about as long to find and link a small file as to run it. So what is loaded together becomes one file.
 */
const LAYERS: readonly Layer[] = [
  { file: 'dist/cli.js', modules: ['src/cli.ts'] },
  { file: 'dist/create.js', modules: ['src/commands/create.ts', 'src/report/human.ts'] },
];

const OPTIONS = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.12',
  charset: 'utf8',
  // All licences stand in THIRD-PARTY-LICENSES.md.
  legalComments: 'none',
  write: false,
  logLevel: 'error',
} as const satisfies BuildOptions;

/**
 * Bundles the package with all libraries in it, split so that what is imported lazily is loaded lazily.
 *
 * @param root absolute path of the repository
 */
export async function bundle(root: string): Promise<Chunk[]> {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    absWorkingDir: root,
    entryPoints: ['src/cli.ts', 'src/index.ts'],
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    metafile: true,
  });
  const texts = new Map(
    outputFiles.map((file) => [relative(root, file.path).split(sep).join('/'), withRequire(file.text)]),
  );
  return mergeLayers({ texts, metafile, layers: LAYERS, options: { ...OPTIONS, minify: true } });
}

/** The import statements that a file of a bundle begins with. */
export const importsOf = (code: string): string => /^(?:import\b[^;]*;\s*)*/.exec(code)?.[0] ?? '';

const REQUIRE = `import { createRequire as __createRequire } from "node:module";
const require = __createRequire(import.meta.url);
`;

/**
 * CommonJS libraries call `require` for Node's own modules. esbuild leaves these calls to a substitute that looks for a
 * global `require`, which ES modules do not have; the one file with that substitute gets a real one.
 */
function withRequire(code: string): string {
  if (!code.includes('Dynamic require of "')) return code;
  const head = importsOf(code);
  return head + REQUIRE + code.slice(head.length);
}
