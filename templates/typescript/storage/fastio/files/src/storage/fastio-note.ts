import { type Json, StoreError } from './store.js';

/** One entry within a note. */
export interface Row {
  readonly value: Json;
  readonly version: string;
  readonly updatedAt: string;
  readonly expiresAt?: string;
}

export type Rows = Map<string, Row>;

/** Which of how many notes one is. A key is found by it, so it must not change. */
export interface Place {
  readonly index: number;
  readonly count: number;
}

/** The service takes 100 KB; what is written is ASCII, so bytes and characters are the same. */
export const MAX_NOTE_CHARS = 100_000;

const FORMAT = 1;

interface Document extends Place {
  readonly format: number;
  readonly entries: Readonly<Record<string, Row>>;
}

/**
 * The text of a note: Markdown for people, JSON in a fence for the server. The service strips some characters and may
 * treat others as markup, so all but plain ASCII is written as escapes.
 *
 * @throws StoreError `too_large`
 */
export function toText(place: Place, rows: Rows): string {
  const document = { format: FORMAT, ...place, entries: Object.fromEntries(rows) } satisfies Document;
  const json = JSON.stringify(document).replace(/[<>&`\x7F-\uFFFF]/g, escapeCharacter);
  const text = `# State of an MCP server\n\nWritten by the server: do not edit.\n\n\`\`\`json\n${json}\n\`\`\`\n`;
  if (text.length <= MAX_NOTE_CHARS) return text;
  throw new StoreError(
    'too_large',
    'Fast.io: the note is full (100 KB). Delete something, or make more notes with the script storage:setup and copy the ' +
      'data to them with storage:migrate, or use another storage backend.',
  );
}

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * The entries of a note that have not expired. An empty note has none.
 *
 * @throws StoreError `corrupt` for a note that is somebody's own, or belongs elsewhere
 */
export function fromText(text: string, { index, count }: Place): Rows {
  if (text.trim() === '') return new Map();
  const document = parse(text);
  if (document === undefined) {
    throw new StoreError(
      'corrupt',
      `Fast.io: note ${index + 1} of FASTIO_NOTE_IDS holds something that is not the server's.`,
    );
  }
  // Notes that were never written to may stand anywhere.
  const rows = Object.entries(document.entries);
  if (rows.length > 0 && (document.index !== index || document.count !== count)) {
    throw new StoreError(
      'corrupt',
      `Fast.io: note ${index + 1} of ${count} in FASTIO_NOTE_IDS was written as number ${document.index + 1} of ` +
        `${document.count}. List the same notes in the same order; to have more of them, copy the data with storage:migrate.`,
    );
  }
  const now = Date.now();
  return new Map(rows.filter(([, { expiresAt }]) => expiresAt === undefined || Date.parse(expiresAt) > now));
}

function parse(text: string): Document | undefined {
  const json = /^```json\n(.*)\n```\s*$/ms.exec(text.replaceAll('\r\n', '\n'))?.[1];
  if (json === undefined) return undefined;
  try {
    const document = JSON.parse(json) as Document;
    return document.format === FORMAT && typeof document.entries === 'object' ? document : undefined;
  } catch {
    return undefined;
  }
}
