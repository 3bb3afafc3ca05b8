import { posix } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { type Chunk, importsOf } from './bundle.ts';

export interface Split {
  /** The text of each file that esbuild's splitting has made. */
  readonly texts: ReadonlyMap<string, string>;
  readonly metafile: Metafile;
  readonly layers: readonly Layer[];
  readonly options: BuildOptions & { readonly write: false };
}

/** What is to be one file: what these modules import statically, without what the layers before it hold. */
export interface Layer {
  readonly file: string;
  readonly modules: readonly string[];
}

/** A file of the result and the files of the split that are merged into it. */
interface Group {
  readonly file: string;
  readonly members: readonly string[];
}

/**
 * Merges the files of a split build, layer by layer; files that no layer takes in stay by themselves.
 *
 * esbuild does the linking again: each group is bundled from its members, whose imports of other groups are pointed at
 * the files of those groups.
 */
export async function mergeLayers(split: Split): Promise<Chunk[]> {
  const linker = new Linker(split);
  const chunks = await Promise.all(linker.groups.map((group) => linker.link(group)));
  return chunks.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Marks imports of other groups; what follows is the path of a file in `dist/`. */
const ELSEWHERE = 'elsewhere:';

class Linker {
  readonly groups: readonly Group[];
  readonly #groupOf = new Map<string, Group>();

  constructor(readonly split: Split) {
    this.groups = groupsOf(split);
    for (const group of this.groups) for (const member of group.members) this.#groupOf.set(member, group);
  }

  async link(group: Group): Promise<Chunk> {
    const { outputFiles, metafile } = await build({
      ...this.split.options,
      stdin: { contents: group.members.map((member) => this.#exportsOf(member)).join('\n') },
      outfile: group.file,
      plugins: [this.#plugin(group)],
      metafile: true,
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    const paths = (kind: string): string[] => {
      const found = imports.filter((entry) => entry.kind === kind && entry.path !== '<runtime>');
      return [...new Set(found.map(({ path }) => absolute(group.file, path)))].sort();
    };
    return {
      path: group.file,
      text: outputFiles[0]?.text ?? '',
      modules: modulesOf(group, this.split.metafile),
      imports: paths('import-statement'),
      lazyImports: paths('dynamic-import'),
    };
  }

  #plugin(group: Group): Plugin {
    return {
      name: 'layers',
      setup: ({ onResolve, onLoad }) => {
        onResolve({ filter: /^elsewhere:/ }, ({ path }) => ({
          path: relativePath(group.file, path.slice(ELSEWHERE.length)),
          external: true,
        }));
        onResolve({ filter: /^(\.{1,2}|dist)\// }, ({ path, importer, kind }) => {
          const file = absolute(importer, path);
          if (kind !== 'dynamic-import') return { path: file, namespace: 'member' };
          return { path: relativePath(group.file, this.#home(file).file), external: true };
        });
        onLoad({ filter: /.*/, namespace: 'member' }, ({ path }) => ({ contents: this.#text(path, group) }));
      },
    };
  }

  /** A file with the imports at its head pointed at where those names are now. */
  #text(file: string, group: Group): string {
    const text = this.split.texts.get(file) ?? '';
    const head = importsOf(text);
    const moved = head.replace(/import (?:\{([^}]*)\} from )?"(\.[^"]*)";/g, (statement, names, path) => {
      const from = absolute(file, path);
      const home = this.#home(from);
      if (home === group) return statement;
      const target = JSON.stringify(ELSEWHERE + home.file);
      if (names === undefined) return `import ${target};`;
      const renamed = String(names)
        .split(',')
        .map((name) => this.#prefix(from) + withAlias(name.trim()));
      return `import { ${renamed.join(', ')} } from ${target};`;
    });
    return moved + text.slice(head.length);
  }

  #exportsOf(file: string): string {
    const names = this.split.metafile.outputs[file]?.exports ?? [];
    const renamed = names.map((name) => `${name} as ${this.#prefix(file)}${name}`);
    return `export { ${renamed.join(', ')} } from ${JSON.stringify(file)};`;
  }

  /** In a group two members may use one name. Files that are entered keep theirs, since others know them by it. */
  #prefix(file: string): string {
    const { members } = this.#home(file);
    const isEntered = this.split.metafile.outputs[file]?.entryPoint !== undefined;
    return isEntered || members.length === 1 ? '' : `m${members.indexOf(file)}_`;
  }

  #home(file: string): Group {
    const group = this.#groupOf.get(file);
    if (group === undefined) throw new Error(`${file} is not in the bundle.`);
    return group;
  }
}

/** The local name must stay when the imported one gets a prefix. */
const withAlias = (name: string): string => (name.includes(' as ') ? name : `${name} as ${name}`);

function groupsOf({ metafile, layers }: Split): Group[] {
  const taken = new Set<string>();
  const merged = layers.map(({ file, modules }) => {
    const closure = new Set(modules.flatMap((module) => [...staticClosure(metafile, fileOf(metafile, module))]));
    const members = [...closure].filter((member) => !taken.has(member));
    for (const member of members) taken.add(member);
    return { file, members };
  });
  const rest = Object.keys(metafile.outputs).filter((file) => !taken.has(file));
  return [...merged, ...rest.map((file) => ({ file, members: [file] }))];
}

function fileOf({ outputs }: Metafile, module: string): string {
  const found = Object.entries(outputs).find(([, { inputs }]) => Object.hasOwn(inputs, module));
  if (found === undefined) throw new Error(`${module} is not in the bundle.`);
  return found[0];
}

/** A file and all files that are loaded before it runs, those first. */
function staticClosure(metafile: Metafile, file: string, seen = new Set<string>()): Set<string> {
  for (const { path, kind, external } of metafile.outputs[file]?.imports ?? []) {
    if (kind === 'import-statement' && external !== true && !seen.has(path)) staticClosure(metafile, path, seen);
  }
  return seen.add(file);
}

/** Modules of which at least one byte is in the group. */
function modulesOf({ members }: Group, { outputs }: Metafile): string[] {
  const inputs = members.flatMap((member) => Object.entries(outputs[member]?.inputs ?? {}));
  return inputs.flatMap(([module, { bytesInOutput }]) => (bytesInOutput > 0 ? [module] : [])).sort();
}

/** `./x.js` in `dist/a.js` is `dist/x.js`; names of packages stay. */
const absolute = (importer: string, path: string): string =>
  path.startsWith('.') ? posix.join(posix.dirname(importer), path) : path;

function relativePath(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}
