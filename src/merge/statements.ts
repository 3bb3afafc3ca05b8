/**
 * Imports and registrations: lines whose order means nothing. Where both sides have added some at one place, all of them
 * stay, and nobody has to be asked.
 */

const IMPORT = /^import .* from '([^']+)'.*;$|^from (\S+) import [^(\\]+$|^import ([\w.]+)$/;
const REGISTRATION = /^\s*(?:register\w+\([^()]*\);|\w+\.register\(\w+\))$/;
/** The names of an import of one line, in either language. */
const NAMES = /^(from \S+ import |import (?:type )?\{ )([\w, ]+)( \} from '[^']+';)?$/;

type Lines = readonly string[];

/** @returns undefined where somebody has to decide */
export function joined(ours: Lines, base: Lines, theirs: Lines): Lines | undefined {
  const names = joinedNames(ours, base, theirs);
  if (names !== undefined) return names;
  const lines = [...ours, ...base, ...theirs];
  const isAlike = [IMPORT, REGISTRATION].some((kind) => lines.every((line) => kind.test(line)));
  // A line that one side has changed or taken out is more than an addition.
  if (!isAlike || base.some((line) => !ours.includes(line) || !theirs.includes(line))) return undefined;
  const all = [...theirs];
  for (const line of ours.filter((one) => !theirs.includes(one))) {
    // Linters want imports in order; what is registered last stays so.
    const after = all.findIndex((other) => sourceOf(other) > sourceOf(line));
    all.splice(after < 0 ? all.length : after, 0, line);
  }
  return all;
}

const sourceOf = (line: string): string => IMPORT.exec(line)?.slice(1).find(Boolean) ?? '';

/** One import of which both have changed the names. */
function joinedNames(...versions: readonly [Lines, Lines, Lines]): Lines | undefined {
  const [ours, base, theirs] = versions.map(([line = '', ...more]) => (more.length === 0 ? NAMES.exec(line) : null));
  if (!ours || !base || !theirs) return undefined;
  const [, start = '', , end = ''] = base;
  if ([ours, theirs].some(([, before, , after = '']) => before !== start || after !== end)) return undefined;
  const namesOf = ([, , names = '']: RegExpExecArray): Lines => names.split(/,\s*/);
  const [mine, were, fresh] = [namesOf(ours), namesOf(base), namesOf(theirs)];
  const kept = [...new Set([...mine, ...fresh])].filter(
    (name) => !were.includes(name) || (mine.includes(name) && fresh.includes(name)),
  );
  return [`${start}${kept.sort().join(', ')}${end}`];
}
