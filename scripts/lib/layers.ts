import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** A part of `src/`: a folder, or a file beside the folders. */
export interface Part {
  readonly name: string;
  readonly what: string;
  readonly mayImport: readonly string[];
  /** The only files in it that other parts may import; where absent, all of them. */
  readonly doors?: readonly string[];
}

/**
 * What imports what, from the ground up: a part may only import parts above it in this list. docs/architecture.md shows it
 * as a table, and test/unit/layers.test.ts holds both the page and the code against it.
 */
export const PARTS: readonly Part[] = [
  {
    name: 'base',
    what: 'what knows neither clients nor languages: errors, the environment, texts, paths, JSON and TOML, secrets, and the types that parts hand to one another (answers, plan, entry)',
    mayImport: [],
  },
  {
    name: 'openapi',
    what: 'a description of an API becomes the operations of a project: read, trimmed for models, hashed; pure',
    mayImport: ['base'],
  },
  {
    name: 'catalog',
    what: 'what can be generated, read from the manifests in `templates/` at build time',
    mayImport: ['base'],
  },
  {
    name: 'languages',
    what: 'all that knows a language by name: a row each (manifest, start of a server, runtime), and the package managers',
    mayImport: ['base'],
  },
  {
    name: 'configs',
    what: 'editing entries of a JSON, TOML or YAML file and leaving every other byte as it is: formats, lock, read-back, atomic replacement',
    mayImport: ['base'],
    doors: ['src/configs/edit.ts', 'src/configs/steps.ts', 'src/configs/formats/index.ts'],
  },
  {
    name: 'merge',
    what: 'three versions of a generated file made one: by lines, and JSON and TOML by key; pure',
    mayImport: ['base', 'configs'],
  },
  {
    name: 'probe',
    what: 'a small MCP client: starts or reaches a server as a client would, speaks both eras, within limits; the lint of definitions, and the surface that clients depend on',
    mayImport: ['base'],
  },
  {
    name: 'clients',
    what: 'a row a client (`rows/`): paths, format, shapes of entries, secrets, links, evidence; and what is done with a row',
    mayImport: ['base', 'languages', 'configs'],
  },
  {
    name: 'project',
    what: 'a project on disk: preview, write, take back; install, git, child processes',
    mayImport: ['base', 'languages'],
  },
  {
    name: 'storage',
    what: "the bridge to a project's store, the contract that every backend keeps, and copying from one to another",
    mayImport: ['base', 'languages', 'probe'],
  },
  {
    name: 'report',
    what: 'what a command did, as text for people and as one JSON object; progress, colours',
    mayImport: ['base', 'probe', 'clients'],
  },
  {
    name: 'plan',
    what: '`planProject(answers) → Plan`: choose options, render, merge objects, record; pure',
    mayImport: ['base', 'catalog', 'languages', 'clients'],
  },
  {
    name: 'answers',
    what: '**the options table** (`options.ts`), and all that is made from it: flags, questions, `--answers`, `--help`, the replay command, rules',
    mayImport: ['base', 'catalog', 'languages', 'report'],
  },
  {
    name: 'publish',
    what: 'what registries and directories refuse of a project, judged from its manifests, from what would be packed, and from what its server offers; pure',
    mayImport: ['base', 'languages', 'probe', 'answers'],
  },
  {
    name: 'commands',
    what: 'a file a command, with its steps: `run…(args, context) → Report`',
    mayImport: [
      'base',
      'catalog',
      'languages',
      'openapi',
      'merge',
      'probe',
      'clients',
      'project',
      'storage',
      'report',
      'plan',
      'answers',
      'publish',
    ],
  },
  {
    name: 'cli.ts',
    what: 'the program: arguments to a command, errors to exit codes; the only place that decides these',
    mayImport: ['base', 'catalog', 'report', 'commands'],
  },
  {
    name: 'index.ts',
    what: 'the programmatic API',
    mayImport: ['base', 'catalog', 'probe', 'clients', 'project', 'report', 'plan', 'answers', 'commands'],
  },
];

/** The part that a file belongs to. What is generated belongs to the part that reads it. */
export function partOf(file: string): string {
  const [, name = ''] = file.split('/');
  if (name !== 'generated') return name;
  return file.startsWith('src/generated/templates') ? 'plan' : 'catalog';
}

/** One file imports another, be it a type only. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** The texts of all TypeScript files below `src/`, by path from the root of the repository. */
export function readSources(root: string): Map<string, string> {
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const files = names.map((name) => `src/${name.replaceAll('\\', '/')}`).filter((file) => file.endsWith('.ts'));
  return new Map(files.sort().map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

const SPECIFIER = /(?:\bfrom|\bimport|\bimport\()\s*'(\.{1,2}\/[^']+)'/g;

/** All imports between files. */
export const importsOf = (sources: ReadonlyMap<string, string>): Import[] =>
  [...sources].flatMap(([from, text]) => {
    const found = [...text.matchAll(SPECIFIER)].map(([, path = '']) => posix.join(posix.dirname(from), path));
    return [...new Set(found)].filter((to) => sources.has(to)).map((to) => ({ from, to }));
  });

/** Where the code does not keep to the table: one line an import or a circle. */
export function layerProblems(imports: readonly Import[], parts: readonly Part[] = PARTS): string[] {
  const byName = new Map(parts.map((part) => [part.name, part]));
  const wrong = imports.flatMap(({ from, to }) => {
    const [own, other] = [partOf(from), partOf(to)];
    if (own === other) return [];
    if (!byName.get(own)?.mayImport.includes(other)) return [`${from} imports ${to}: ${own} may not import ${other}`];
    const doors = byName.get(other)?.doors ?? [to];
    return doors.includes(to) ? [] : [`${from} imports ${to}: the way into ${other} is ${doors.join(' or ')}`];
  });
  const folders = imports.map(({ from, to }) => ({ from: folderOf(from), to: folderOf(to) }));
  return [...wrong, ...circleIn(imports), ...circleIn(folders.filter(({ from, to }) => from !== to))];
}

const folderOf = (file: string): string =>
  file.startsWith('src/generated/') ? `src/${partOf(file)}` : posix.dirname(file);

/** One circle, if there is any: `circle: a → b → a`. */
function circleIn(edges: readonly Import[]): string[] {
  // What imports nothing that is left cannot be in a circle.
  let left = edges;
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    const importing = new Set(left.map(({ from }) => from));
    left = left.filter(({ to }) => importing.has(to));
  }
  const path: string[] = [];
  for (let file = left[0]?.from; file !== undefined; file = left.find(({ from }) => from === file)?.to) {
    const start = path.indexOf(file);
    if (start >= 0) return [`circle: ${[...path.slice(start), file].join(' → ')}`];
    path.push(file);
  }
  return [];
}

/** The table of docs/architecture.md. */
export function layersTable(parts: readonly Part[] = PARTS): string {
  const rows = parts.map(({ name, what, mayImport }) => {
    const place = name.endsWith('.ts') ? name : `${name}/`;
    return `| \`src/${place}\` | ${what} | ${mayImport.join(', ') || '–'} |`;
  });
  return ['| part | what it is | may import |', '|---|---|---|', ...rows, ''].join('\n');
}
