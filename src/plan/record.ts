import type { ProjectAnswers } from '../base/answers.ts';
import { formatJson } from '../base/json.ts';
import type { PlannedFile } from '../base/plan.ts';

/** The file that records how a project was made, at its root. */
export const RECORD_FILE = '.mcp-mason.json';

/** What `.mcp-mason.json` holds. */
export interface ProjectRecord {
  /** The version of create-mcp-mason that made the project. */
  readonly version: string;
  readonly answers: ProjectAnswers;
  /** `fnv1a64-<hex>` of each generated file as it was generated, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Records how `files` were made; the record itself is not among them. */
export function recordOf(answers: ProjectAnswers, files: readonly PlannedFile[], version: string): PlannedFile {
  const { name, description, license, author, repository, language, preset, transport, storage } = answers;
  const { tools, resources, extras, runtime, pm } = answers;
  const owner = {
    ...(license !== undefined && { license }),
    ...(author && { author }),
    ...(repository && { repository }),
  };
  const server = { language, preset, transport, storage, tools, resources, extras, runtime, pm };
  const record = {
    version,
    answers: { name, description, ...owner, ...server },
    files: Object.fromEntries(files.map(({ path, text }) => [path, hashOf(text)])),
  };
  return { path: RECORD_FILE, text: formatJson(record) };
}

/** What a generated file is compared by. */
export const hashOf = (text: string): string => `fnv1a64-${fnv1a64(text)}`;

/**
 * FNV-1a, 64 bit, as 16 hex digits: http://www.isthe.com/chongo/tech/comp/fnv/
 *
 * It tells whether somebody edited a file; it does not defend against anybody. Written here because loading node:crypto
 * costs 3 to 6 ms, which is more than rendering a project.
 *
 * @internal exported for tests
 */
export function fnv1a64(text: string): string {
  // Two halves of 32 bits: what Math.imul and the shifts give are integers, which no heap has to hold.
  let low = 0x84222325 | 0;
  let high = 0xcbf29ce4 | 0;
  const bytes = Buffer.from(text);
  const { length } = bytes;
  // By index: iterating a buffer takes three times as long.
  for (let at = 0; at < length; at++) {
    const mixed = low ^ (bytes[at] as number);
    // The prime is 2^40 + 0x1b3. Half a word at a time, since the low half's product has more than 32 bits.
    const first = (mixed & 0xffff) * 0x1b3;
    const second = (mixed >>> 16) * 0x1b3 + (first >>> 16);
    high = (Math.imul(high, 0x1b3) + (mixed << 8) + (second >>> 16)) | 0;
    low = (second << 16) | (first & 0xffff);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
