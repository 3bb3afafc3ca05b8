import fc from 'fast-check';

/** Random edits of a project as its owner would make them. Each new line holds a word that is nowhere else. */

export type Tree = Readonly<Record<string, string>>;

const KINDS = [
  ...(['insert', 'insert', 'change', 'change', 'delete'] as const),
  ...(['add file', 'remove file', 'take path', 'reindent'] as const),
  ...(['dependency', 'setting', 'setting', 'comment', 'drop setting'] as const),
] as const;

/** What to do, before it is known to which project. */
export interface Wish {
  readonly kind: (typeof KINDS)[number];
  /** Among the files that the new version changes, or among all. */
  readonly isChanging: boolean;
  readonly file: number;
  readonly line: number;
}

export const wishes: fc.Arbitrary<readonly Wish[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    isChanging: fc.boolean(),
    file: fc.nat({ max: 9999 }),
    line: fc.nat({ max: 9999 }),
  }),
  { minLength: 3, maxLength: 14, size: 'max' },
);

/** An edit of one line of a text, by the line's place in what was generated. */
export interface LineEdit {
  readonly path: string;
  readonly kind: 'insert' | 'change' | 'delete';
  readonly line: number;
  /** What stands there now, or below it; empty where it is gone. */
  readonly text: string;
}

export interface Edited {
  readonly tree: Tree;
  readonly lineEdits: readonly LineEdit[];
}

/** Files that are data are edited as texts, and judged by what they mean. */
export const isData = (path: string): boolean => /\.(json|toml)$/.test(path);

/** Does to a project what is wished, where that is possible. */
export function editTree(base: Tree, theirs: Tree, list: readonly Wish[]): Edited {
  const editor = new Editor(base, theirs);
  for (const [index, wish] of list.entries()) editor.make(wish, `own_${index}_`);
  return editor.finish();
}

class Editor {
  readonly #base: Tree;
  readonly #theirs: Tree;
  readonly #tree: Record<string, string>;
  readonly #edits: LineEdit[] = [];

  constructor(base: Tree, theirs: Tree) {
    this.#base = base;
    this.#theirs = theirs;
    this.#tree = { ...base };
  }

  finish(): Edited {
    const lineEdits = this.#edits.filter(({ path }) => this.#tree[path] !== undefined);
    const paths = new Set(lineEdits.map(({ path }) => path));
    for (const path of paths) {
      const own = lineEdits.filter((edit) => edit.path === path);
      this.#tree[path] = withEdits(this.#base[path] ?? '', own);
    }
    return { tree: this.#tree, lineEdits };
  }

  make({ kind, isChanging, file, line }: Wish, word: string): void {
    const generated = Object.keys(this.#base).filter((path) => this.#tree[path] !== undefined);
    const changing = generated.filter((path) => this.#theirs[path] !== this.#base[path]);
    const from = isChanging && changing.length > 0 ? changing : generated;
    const texts = from.filter((path) => !isData(path));
    const text = texts[file % texts.length];
    const fresh = Object.keys(this.#theirs).filter((path) => this.#tree[path] === undefined && !(path in this.#base));
    if (kind === 'insert' || kind === 'change' || kind === 'delete') this.#line(text, kind, line, word);
    else if (kind === 'add file') this.#tree[`src/own/${word}.txt`] = `${word}\n`;
    else if (kind === 'take path') this.#put(fresh[file % fresh.length], () => `${word}\n`);
    else if (kind === 'remove file') {
      if (text !== undefined) delete this.#tree[text];
    } else {
      const data = generated.filter((path) => /^(package|tsconfig)\.json$|^pyproject\.toml$/.test(path));
      this.#put(data[file % data.length], (old, path) => editData(path, old, kind, line, word));
    }
  }

  #put(path: string | undefined, make: (old: string, path: string) => string): void {
    if (path !== undefined) this.#tree[path] = make(this.#tree[path] ?? '', path);
  }

  /** Only lines that occur once are edited, so that nobody can doubt which one it was. */
  #line(path: string | undefined, kind: LineEdit['kind'], place: number, word: string): void {
    const lines = this.#base[path ?? '']?.split('\n') ?? [];
    const taken = new Set(this.#edits.filter((edit) => edit.path === path).map(({ line }) => line));
    const once = lines.flatMap((line, at) =>
      line.trim() !== '' && lines.indexOf(line) === lines.lastIndexOf(line) && !taken.has(at) ? [at] : [],
    );
    const line = once[place % once.length];
    if (path === undefined || line === undefined) return;
    const indent = /^\s*/.exec(lines[line] ?? '')?.[0] ?? '';
    const text = kind === 'delete' ? '' : kind === 'insert' ? `${indent}${word}` : `${lines[line]} ${word}`;
    this.#edits.push({ path, kind, line, text });
  }
}

/** A text with edits of some of its lines. */
export function withEdits(text: string, edits: readonly LineEdit[]): string {
  const byPlace = new Map(edits.map((edit) => [edit.line, edit]));
  return text
    .split('\n')
    .flatMap((line, at) => {
      const edit = byPlace.get(at);
      if (edit === undefined) return [line];
      if (edit.kind === 'insert') return [line, edit.text];
      return edit.kind === 'delete' ? [] : [edit.text];
    })
    .join('\n');
}

type DataKind = 'dependency' | 'setting' | 'comment' | 'drop setting' | 'reindent';

/** Edits a file of data by lines, as people do it. */
function editData(path: string, text: string, kind: string, place: number, word: string): string {
  const isToml = path.endsWith('.toml');
  const lines = text.split('\n');
  const at = (pattern: RegExp): number | undefined => {
    const found = lines.flatMap((line, index) => (pattern.test(line) ? [index] : []));
    return found[place % found.length];
  };
  const setting = isToml ? /^[\w-]+ = (".*"|\d+)$/ : /^\s+"[^"]+": (".*"|true|false),?$/;
  const make: Readonly<Record<DataKind, () => void>> = {
    dependency: () => {
      const list = at(isToml ? /^(dependencies|dev) = \[$/ : /^\s+"(dependencies|scripts|devDependencies)": \{$/);
      if (list === undefined) return;
      const indent = /^\s*/.exec(lines[list + 1] ?? '')?.[0] ?? '';
      lines.splice(list + 1, 0, isToml ? `${indent}"${word}>=1",` : `${indent}"${word}": "^1.0.0",`);
    },
    setting: () => {
      const line = at(setting);
      if (line === undefined) return;
      const old = lines[line] ?? '';
      lines[line] = old.replace(isToml ? / = .*$/ : /: .*?(,?)$/, isToml ? ` = "${word}"` : `: "${word}"$1`);
    },
    comment: () => {
      const line = at(/\S/);
      if (line === undefined || path === 'package.json') return;
      lines.splice(line, 0, isToml ? `# ${word}` : `// ${word}`, '');
    },
    'drop setting': () => {
      const line = at(isToml ? setting : /^\s+"[^"]+": .*,$/);
      if (line !== undefined && !/[[{],?$/.test(lines[line] ?? '')) lines.splice(line, 1);
    },
    reindent: () => {
      if (!isToml) lines.splice(0, lines.length, ...lines.map((line) => line.replaceAll('  ', '\t')));
    },
  };
  make[kind as DataKind]();
  return lines.join('\n');
}
