import { paired, type Scan, type Token } from './scan.ts';

const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*|\d[\w.]*/uy;
/** Words after which a slash begins a regular expression. */
const BEFORE_REGEX = /^(return|typeof|case|in|of|delete|void|throw|new|do|else|instanceof|yield|await)$/;
const REGEX = /\/(?![*/])(?:[^\\/[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+\/\w*/y;

/** Takes TypeScript apart; undefined where it does not end as it should. */
export function scanTypeScript(source: string): Scan | undefined {
  const tokens: Token[] = [];
  let at = source.startsWith('\uFEFF') ? 1 : 0;
  const push = (kind: Token['kind'], end: number): void => {
    tokens.push({ kind, text: source.slice(at, end), start: at, end });
    at = end;
  };
  if (source.startsWith('#!', at)) push('comment', endOfLine(source, at));
  while (at < source.length) {
    const character = source.charAt(at);
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    const end = endOfSpecial(source, at, tokens);
    if (end === undefined) return undefined;
    if (end > at) {
      push(character === '/' && '/*'.includes(source.charAt(at + 1)) ? 'comment' : 'text', end);
      continue;
    }
    const word = matchAt(WORD, source, at);
    if (word !== undefined) push('word', at + word.length);
    else push('sign', at + 1);
  }
  return paired(source, tokens);
}

/** Where a text, a template, a comment or a regular expression ends; `at` where there is none; undefined where it never ends. */
function endOfSpecial(source: string, at: number, before: readonly Token[]): number | undefined {
  const character = source.charAt(at);
  if (character === '"' || character === "'") return endOfString(source, at);
  if (character === '`') return endOfTemplate(source, at);
  if (character !== '/') return at;
  if (source.charAt(at + 1) === '/') return endOfLine(source, at);
  if (source.charAt(at + 1) === '*') {
    const end = source.indexOf('*/', at + 2);
    return end < 0 ? undefined : end + 2;
  }
  const last = before.findLast(({ kind }) => kind !== 'comment');
  const isValue =
    last !== undefined &&
    (last.kind === 'text' || (last.kind === 'word' ? !BEFORE_REGEX.test(last.text) : /[)\]}]/.test(last.text)));
  return isValue ? at : at + (matchAt(REGEX, source, at)?.length ?? 0);
}

function endOfLine(source: string, at: number): number {
  const length = source.slice(at).search(/[\r\n\u2028\u2029]/);
  return length < 0 ? source.length : at + length;
}

function endOfString(source: string, at: number): number | undefined {
  const quote = source.charAt(at);
  for (let index = at + 1; index < source.length; index++) {
    const character = source.charAt(index);
    if (character === '\\') index += source.startsWith('\r\n', index + 1) ? 2 : 1;
    else if (character === quote) return index + 1;
    else if (character === '\n' || character === '\r') return undefined;
  }
  return undefined;
}

function endOfTemplate(source: string, at: number): number | undefined {
  for (let index = at + 1; index < source.length; index++) {
    const character = source.charAt(index);
    if (character === '\\') index++;
    else if (character === '`') return index + 1;
    else if (character === '$' && source.charAt(index + 1) === '{') {
      const end = endOfPlaceholder(source, index + 2);
      if (end === undefined) return undefined;
      index = end - 1;
    }
  }
  return undefined;
}

/** Behind the brace that closes `${`. */
function endOfPlaceholder(source: string, start: number): number | undefined {
  let depth = 1;
  let at = start;
  while (at < source.length) {
    const character = source.charAt(at);
    if (character === '{') depth++;
    if (character === '}' && --depth === 0) return at + 1;
    const end = endOfSpecial(source, at, []);
    if (end === undefined) return undefined;
    // A division in a placeholder may be taken for a regular expression: then brackets do not fit, and nothing is edited.
    at = Math.max(end, at + 1);
  }
  return undefined;
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
