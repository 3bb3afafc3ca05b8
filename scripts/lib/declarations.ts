import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * The type declarations of `src/index.ts`, with all that they need of other modules and nothing else.
 *
 * @param root absolute path of the repository
 * @returns texts by path, relative to the repository, with `/`
 * @throws Error when the compiler refuses
 */
export function declarations(root: string): Record<string, string> {
  const folder = join(root, '.tmp', 'types');
  rmSync(folder, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(root, 'scripts', 'tsconfig.types.json')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The types of src/index.ts do not compile:\n${stdout}`);
  return needed('index.d.ts', (path) => readFileSync(join(folder, path), 'utf8'));
}

/** A module of declarations, as the compiler writes them. */
interface Module {
  /** Declarations with the comments before them, by name, in their order. */
  readonly declared: ReadonlyMap<string, string>;
  /** What it takes from other modules: to use it, to pass it on, or both. */
  readonly taken: readonly Taken[];
}

interface Taken {
  readonly keyword: 'import' | 'export';
  readonly from: string;
  /** Its name there. */
  readonly there: string;
  /** Its name here. */
  readonly here: string;
}

/**
 * What an entry declares and exports, and what that needs of other modules.
 *
 * @param read gives the text of a module
 * @returns the modules without the rest, below `dist/`
 */
function needed(entry: string, read: (path: string) => string): Record<string, string> {
  const modules = new Map<string, { readonly module: Module; readonly names: Set<string> }>();
  const open = (path: string) => {
    const opened = modules.get(path) ?? { module: parse(path, read(path)), names: new Set<string>() };
    modules.set(path, opened);
    return opened;
  };
  const need = (path: string, name: string): void => {
    const { module, names } = open(path);
    const text = module.declared.get(name);
    const taken = module.taken.filter(({ here }) => here === name);
    if (names.has(name) || (text === undefined && taken.length === 0)) return;
    names.add(name);
    for (const { from, there } of taken) {
      if (from.startsWith('.')) need(posix.join(posix.dirname(path), from.replace(/ts$/, 'd.ts')), there);
    }
    for (const [word] of text?.replace(COMMENT, '').matchAll(/[\w$]+/g) ?? []) need(path, word);
  };
  const { declared, taken } = open(entry).module;
  for (const { here, keyword } of taken) if (keyword === 'export') need(entry, here);
  for (const name of declared.keys()) need(entry, name);
  return Object.fromEntries(
    [...modules].map(([path, { module, names }]) => [`dist/${path.replace(/ts$/, 'cts')}`, print(module, names)]),
  );
}

const COMMENT = /\/\*\*[\s\S]*?\*\//g;
const TAKEN = /^(import|export) (?:type )?\{([^}]*)\} from '([^']+)';$/;
const DECLARED = /^(?:export )?(?:declare )?(?:abstract )?(?:class|const|function|interface|type|enum) ([\w$]+)/;

/** A statement begins where a line does, and ends before the next one. */
function parse(path: string, text: string): Module {
  const declared = new Map<string, string>();
  const taken: Taken[] = [];
  for (const statement of text.split(/\n(?=\/\*\*|(?<!\*\/\n)(?:export|declare|import|interface|type|class) )/)) {
    const code = statement.replace(COMMENT, '').trim();
    const [, keyword, names = '', from = ''] = TAKEN.exec(code) ?? [];
    const name = DECLARED.exec(code)?.[1];
    if (keyword === 'import' || keyword === 'export') {
      for (const each of names.split(',')) {
        const [there = '', here = there] = each
          .trim()
          .replace(/^type /, '')
          .split(' as ');
        taken.push({ keyword, from, there, here });
      }
    } else if (name !== undefined) {
      // A function has a declaration for each way to call it.
      declared.set(name, `${declared.get(name) ?? ''}${statement.trim()}\n`);
    } else if (code !== '' && code !== 'export {};') {
      throw new Error(`${path} declares something in a way that scripts/lib/declarations.ts does not know:\n${code}`);
    }
  }
  return { declared, taken };
}

function print({ declared, taken }: Module, names: ReadonlySet<string>): string {
  const lists = new Map<string, string[]>();
  for (const { keyword, from, there, here } of taken) {
    if (!names.has(here)) continue;
    // Of CommonJS, as the bundle is: without the c, compilers would take them for those of ES modules.
    const place = `${keyword} { } from '${from.replace(/\.ts$/, '.cjs')}';\n`;
    lists.set(place, [...(lists.get(place) ?? []), here === there ? here : `${there} as ${here}`]);
  }
  const links = [...lists].map(([place, list]) => place.replace('{ }', `{ ${list.join(', ')} }`));
  return [...links, ...[...declared].filter(([name]) => names.has(name)).map(([, text]) => text)].join('');
}
