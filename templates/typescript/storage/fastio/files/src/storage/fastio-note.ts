import { type Entry, StoreError } from './store.js';

/** One entry within a note. */
export type Row = Omit<Entry, 'key'>;
export type Rows = Map<string, Row>;

/** Which of how many notes one is. A key is found by it, so it must not change. */
export interface Place {
  index: number;
  count: number;
}

/** The service takes 100 KB; what is written is ASCII, so bytes and characters are the same. */
const MAX_NOTE_CHARS = 100_000;
const FORMAT = 1;

/**
 * The text of a note: Markdown for people, JSON in a fence for the server. The service strips some characters and may
 * treat others as markup, so all but plain ASCII is written as escapes.
 *
 * @throws StoreError `too_large`
 */
export function toText(place: Place, rows: Rows): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const document = JSON.stringify({ format: FORMAT, ...place, entries: Object.fromEntries(rows) });
  const json = document.replace(/[<>&`\x7F-\uFFFF]/g, escaped);
  const text = `# State of an MCP server\n\nWritten by the server: do not edit.\n\n\`\`\`json\n${json}\n\`\`\`\n`;
  if (text.length <= MAX_NOTE_CHARS) return text;
  throw new StoreError(
    'too_large',
    'Fast.io: the note is full (100 KB). Delete something, or migrate the data to more notes or another backend.',
  );
}

/**
 * The entries of a note that have not expired. An empty note has none.
 *
 * @throws StoreError `corrupt` for a note that is somebody's own, or belongs elsewhere
 */
export function fromText(text: string, { index, count }: Place): Rows {
  if (text.trim() === '') return new Map();
  const note = `note ${index + 1} of ${count} in FASTIO_NOTE_IDS`;
  const document = parse(text);
  if (document === undefined)
    throw new StoreError('corrupt', `Fast.io: ${note} holds something that is not the server's.`);
  // Notes that were never written to may stand anywhere.
  const rows = Object.entries(document.entries);
  if (rows.length > 0 && (document.index !== index || document.count !== count)) {
    const written = `was written as number ${document.index + 1} of ${document.count}`;
    const advice = 'List the same notes in the same order; to have more of them, migrate the data.';
    throw new StoreError('corrupt', `Fast.io: ${note} ${written}. ${advice}`);
  }
  const now = Date.now();
  return new Map(rows.filter(([, row]) => !(Date.parse(String(row?.expiresAt)) <= now)));
}

function parse(text: string): (Place & { entries: Record<string, Row> }) | undefined {
  const json = /^```json\n(.*)\n```\s*$/ms.exec(text.replaceAll('\r\n', '\n'))?.[1];
  try {
    const document = JSON.parse(json ?? '');
    const isOurs = document.format === FORMAT && Object.prototype.toString.call(document.entries) === '[object Object]';
    return isOurs ? document : undefined;
  } catch {
    return undefined;
  }
}
