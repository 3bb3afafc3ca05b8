const ENTITIES = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }));
const words = (text: string) => new Set(text.split(' '));
/** What is in these is not for reading. */
const HIDDEN = words('script style noscript template svg');
/** These stand on lines of their own. */
const BLOCKS = words(
  'address article aside blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre ' +
    'section table title tr ul',
);
const TAG = /^<(\/?)([a-z][a-z0-9]{0,20})(?=[\s/>])/i;

/** The text of a page, in time proportional to its length whatever is in it. */
export function textOf(body: Buffer, type: string): string {
  const text = decode(body, type);
  return /\bx?html\b/i.test(type) ? withoutMarkup(text) : text;
}

function decode(body: Buffer, type: string): string {
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function withoutMarkup(html: string): string {
  const parts: string[] = [];
  /** Where this stands next, or the end. */
  const find = (what: string, from: number): number => {
    const at = html.indexOf(what, from);
    return at === -1 ? html.length : at;
  };
  let at = 0;
  while (at < html.length) {
    const open = find('<', at);
    parts.push(html.slice(at, open));
    if (html.startsWith('<!--', open)) {
      at = find('-->', open + 4) + 3;
      continue;
    }
    const [, slash, given = ''] = TAG.exec(html.slice(open, open + 24)) ?? [];
    const name = given.toLowerCase();
    if (name === '') {
      const isDeclaration = /^<[!?/]/.test(html.slice(open, open + 2));
      at = isDeclaration ? find('>', open) + 1 : open + 1;
      if (!isDeclaration) parts.push(html.slice(open, at));
      continue;
    }
    at = endOfTag(html, open + name.length + 1);
    if (BLOCKS.has(name)) parts.push('\n');
    if (slash === '' && HIDDEN.has(name)) {
      do at = find('</', at + 1);
      while (at < html.length && html.slice(at + 2, at + 2 + name.length).toLowerCase() !== name);
    }
  }
  return parts
    .join('')
    .replace(/&(#x?[\da-f]{1,6}|[a-z]{1,8});/gi, (whole, name: string) => entity(name) ?? whole)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Behind the `>` that is not in quotes. */
function endOfTag(html: string, from: number): number {
  let quote = '';
  for (let at = from; at < html.length; at++) {
    const letter = html.charAt(at);
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '>') return at + 1;
    else if (letter === '"' || letter === "'") quote = letter;
  }
  return html.length;
}

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES.get(name.toLowerCase());
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
