/**
 * Imports and registrations: lines whose order means nothing. Where both sides have added some at one place, all of them
 * stay, and nobody has to be asked.
 */

const REGISTRATION = /^\s*(?:register\w+\([^()]*\);|\w+\.register\(\w+\))$/;
const IMPORT = /^import .* from '([^']+)'.*;$|^from (\S+) import [^(\\]+$|^import ([\w.]+)$/;
/** The names of an import, in either language. What is no list of names may be anything of the owner's. */
const NAME = String.raw`(?:type )?\w+(?: as \w+)?`;
const NAMES = new RegExp(`^(from \\S+ import |import (?:type )?\\{ )(${NAME}(?:, ${NAME})*)( \\} from '[^']+';)?$`);

type Lines = readonly string[];

/** @returns undefined where somebody has to decide */
export function joined(ours: Lines, base: Lines, theirs: Lines): Lines | undefined {
  const areAll = (kind: RegExp): boolean =>
    [ours, base, theirs].every((lines) => lines.every((line) => kind.test(line)));
  if (areAll(IMPORT)) return joinedImports(ours, base, theirs);
  // A call that one side has changed or taken out is more than an addition.
  if (!areAll(REGISTRATION) || base.some((line) => !ours.includes(line) || !theirs.includes(line))) return undefined;
  return [...theirs, ...ours.filter((line) => !theirs.includes(line))];
}

interface Import {
  readonly line: string;
  readonly source: string;
  readonly names?: { readonly before: string; readonly all: Lines; readonly after: string };
}

function joinedImports(...versions: readonly [Lines, Lines, Lines]): Lines | undefined {
  const maps = versions.map((lines) => new Map(lines.map((line) => [headOf(line), importOf(line)])));
  const [ours = new Map(), base = new Map(), theirs = new Map()] = maps;
  const isTwice = versions.some((lines, index) => maps[index]?.size !== lines.length);
  // What one side has taken out, or from where it imports, is more than an addition.
  if (isTwice || [...base.keys()].some((head) => !ours.has(head) || !theirs.has(head))) return undefined;
  const all = [...theirs].map(([head, fresh]) => united(ours.get(head), base.get(head), fresh));
  for (const [head, own] of ours) {
    if (theirs.has(head)) continue;
    // Linters want them in order.
    const after = all.findIndex(({ source }) => source > own.source);
    all.splice(after < 0 ? all.length : after, 0, own);
  }
  return all.map(({ line }) => line);
}

/** One import with the names that either side has added, and without those that either has taken out. */
function united(ours: Import | undefined, base: Import | undefined, theirs: Import): Import {
  if (ours === undefined || ours.line === base?.line) return theirs;
  if (theirs.line === base?.line) return ours;
  const { before = '', after = '' } = theirs.names ?? {};
  const [mine = [], were = [], fresh = []] = [ours, base, theirs].map((one) => one?.names?.all);
  const kept = [...new Set([...mine, ...fresh])].filter(
    (name) => !were.includes(name) || (mine.includes(name) && fresh.includes(name)),
  );
  return { ...theirs, line: `${before}${kept.sort().join(', ')}${after}` };
}

/** What tells an import from others: all of it but for its names. */
const headOf = (line: string): string => line.replace(NAMES, '$1$3');

function importOf(line: string): Import {
  const source = IMPORT.exec(line)?.slice(1).find(Boolean) ?? '';
  const [, before, names = '', after = ''] = NAMES.exec(line) ?? [];
  return { line, source, ...(before !== undefined && { names: { before, all: names.split(/,\s*/), after } }) };
}
