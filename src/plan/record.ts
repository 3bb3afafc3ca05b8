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
  // Four limbs of 16 bits, lowest first: their products stay small integers, which is what makes it fast.
  let [a, b, c, d] = [0x2325, 0x8422, 0x9ce4, 0xcbf2];
  const bytes = Buffer.from(text);
  // By index: iterating a buffer takes three times as long.
  for (let at = 0; at < bytes.length; at++) {
    a ^= bytes[at] ?? 0;
    // The prime is 2^40 + 0x1b3, so a limb also goes, shifted by 8, into the one that is two higher.
    const low = a * 0x1b3;
    const second = b * 0x1b3 + (low >>> 16);
    const third = c * 0x1b3 + (a << 8) + (second >>> 16);
    const fourth = d * 0x1b3 + (b << 8) + (third >>> 16);
    a = low & 0xffff;
    b = second & 0xffff;
    c = third & 0xffff;
    d = fourth & 0xffff;
  }
  return [d, c, b, a].map((limb) => limb.toString(16).padStart(4, '0')).join('');
}
