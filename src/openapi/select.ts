import type { Found } from './operations.ts';

/**
 * Which operations are wanted: globs on ids, tags, paths, and `METHOD path`, of which `!` takes some away again. `*` stands
 * for anything, also for slashes; case makes no difference. `tag:` alone stands for what has no tag.
 *
 * @param globs separated by commas; empty: all
 */
export function selector(globs: string): (found: Found, name: string) => boolean {
  const list = globs
    .split(',')
    .map((glob) => glob.trim())
    .filter((glob) => glob !== '');
  const wanted = list.filter((glob) => !glob.startsWith('!')).map(matcher);
  const unwanted = list.filter((glob) => glob.startsWith('!')).map((glob) => matcher(glob.slice(1)));
  return ({ id = '', method, path, tags }, name) => {
    const tagged = tags.length === 0 ? ['tag:'] : tags.map((tag) => `tag:${tag}`);
    const words = [id, name, path, method, `${method} ${path}`, ...tags, ...tagged];
    const isOf = (matches: (word: string) => boolean): boolean => words.some(matches);
    return (wanted.length === 0 || wanted.some(isOf)) && !unwanted.some(isOf);
  };
}

/** Without a regular expression, whose time could grow with the square of a name. */
function matcher(glob: string): (word: string) => boolean {
  const [first = '', ...rest] = glob.toLowerCase().split('*');
  const last = rest.pop();
  return (word) => {
    const text = word.toLowerCase();
    if (last === undefined) return text === first;
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}
