import { paired, type Scan, type Token } from './scan.ts';

const WORD = /[\p{ID_Start}_][\p{ID_Continue}]*|\d[\w.]*/uy;
const PREFIX = /(?:[rbfut]|[rbft]{2})?(?="|')/iy;

/** Takes Python apart; undefined where it does not end as it should. */
export function scanPython(source: string): Scan | undefined {
  const tokens: Token[] = [];
  let at = source.startsWith('\uFEFF') ? 1 : 0;
  const push = (kind: Token['kind'], end: number): void => {
    tokens.push({ kind, text: source.slice(at, end), start: at, end });
    at = end;
  };
  while (at < source.length) {
    const character = source.charAt(at);
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    if (character === '#') {
      const length = source.slice(at).search(/[\r\n]/);
      push('comment', length < 0 ? source.length : at + length);
      continue;
    }
    PREFIX.lastIndex = at;
    const prefix = PREFIX.exec(source)?.[0];
    if (prefix !== undefined) {
      const end = endOfString(source, at + prefix.length);
      if (end === undefined) return undefined;
      push('text', end);
      continue;
    }
    WORD.lastIndex = at;
    const word = WORD.exec(source)?.[0];
    if (word !== undefined) push('word', at + word.length);
    else push('sign', at + 1);
  }
  return paired(source, tokens);
}

/** A backslash before a quote keeps the text open, in raw texts too. */
function endOfString(source: string, at: number): number | undefined {
  const quote = source.charAt(at);
  const isLong = source.startsWith(quote.repeat(3), at);
  const close = isLong ? quote.repeat(3) : quote;
  for (let index = at + close.length; index < source.length; index++) {
    if (source.charAt(index) === '\\') index += source.startsWith('\r\n', index + 1) ? 2 : 1;
    else if (source.startsWith(close, index)) return index + close.length;
    else if (!isLong && /[\r\n]/.test(source.charAt(index))) return undefined;
  }
  return undefined;
}
