/**
 * Reads JSON with comments and trailing commas by blanking both out and handing the rest to `JSON.parse`. It shares
 * nothing with the scanner, so that it can check what the scanner's offsets were used for.
 *
 * @throws {SyntaxError} as `JSON.parse` does.
 */
export function readPlainJson(text: string): unknown {
  const bare = withoutTrailingCommas(withoutComments(text));
  return bare.trim() === '' ? undefined : JSON.parse(bare);
}

function withoutComments(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '/') {
      kept.push(text.slice(from, at), ' ');
      from = endOfComment(text, at);
      at = from - 1;
    }
  }
  return kept.join('') + text.slice(from);
}

function withoutTrailingCommas(text: string): string {
  const kept: string[] = [];
  let from = 0;
  let comma = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    if (character === ',') comma = at;
    else if (comma >= 0 && (character === '}' || character === ']')) {
      kept.push(text.slice(from, comma));
      from = comma + 1;
      comma = -1;
    } else if (!/\s/.test(character ?? '')) comma = -1;
  }
  return kept.join('') + text.slice(from);
}

/** Offset after a comment; the line break that ends one is not part of it. */
function endOfComment(text: string, start: number): number {
  const end = text[start + 1] === '*' ? /\*\//g : /(?=[\r\n])/g;
  end.lastIndex = start + 2;
  return end.test(text) ? end.lastIndex : text.length;
}

/** Offset of the closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
