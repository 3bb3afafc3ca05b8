import { parse } from 'smol-toml';
import { type Labels, type MergedLines, mergeLines, type Place } from './lines.ts';

/** What a line of TOML is about: the name of a setting, of a table, or of a package in a list of requirements. */
function subjectOf(line: string): string {
  const requirement = /^\s*["']([A-Za-z0-9._-]+)/.exec(line)?.[1];
  if (requirement !== undefined) return `package ${requirement.toLowerCase().replace(/[._-]+/g, '-')}`;
  return /^\s*([^=#\s][^=]*?)\s*(=|$)/.exec(line)?.[1] ?? line;
}

/**
 * Settles a place line by line: the owner's lines, with what only the new version has changed. A setting that both have
 * changed stays the owner's, since a marker would break every tool that reads the file.
 */
function settle({ ours, base, theirs }: Place): string[] {
  const [was, fresh] = [base, theirs].map((lines) => new Map(lines.map((line) => [subjectOf(line), line])));
  const mine = new Set(ours.map(subjectOf));
  const kept = ours.flatMap((line) => {
    const subject = subjectOf(line);
    const isMine = was?.get(subject) !== line;
    if (isMine || fresh?.get(subject) === line) return [line];
    const changed = fresh?.get(subject);
    return changed === undefined ? [] : [changed];
  });
  const added = theirs.filter((line) => line.trim() !== '' && !mine.has(subjectOf(line)) && !was?.has(subjectOf(line)));
  return [...kept, ...added];
}

/** Merges three texts of TOML, by lines and, where both have changed a place, by setting. */
export function mergeToml(base: string, ours: string, theirs: string, labels: Labels): MergedLines {
  const merged = mergeLines(base, ours, theirs, labels, settle);
  if (isToml(merged.text)) return merged;
  const cautious = mergeLines(base, ours, theirs, labels, (place) => place.ours);
  // What is broken already may have markers as well.
  return isToml(cautious.text) || isToml(ours) ? cautious : mergeLines(base, ours, theirs, labels);
}

function isToml(text: string): boolean {
  try {
    parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}
