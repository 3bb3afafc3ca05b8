import { join } from 'node:path';
import { serverNameOf } from '../base/answers.ts';
import { readRegular, textIn, Unreadable } from '../base/inside.ts';
import { compareVersions } from '../base/semver.ts';
import { ENTRY_FILE } from '../clients/snippet.ts';
import { languageOf } from '../languages/index.ts';
import type { ProjectRecord } from '../plan/record.ts';
import type { Edit } from '../project/stage.ts';

/** What the first edition started, where it has another name today. */
const FIRST_ENTRIES: Readonly<Record<string, string>> = { typescript: 'dist/main.js' };

/**
 * The project's own `claude_desktop_config.json` is this machine's, so it is in no record. Where it starts the built file of an
 * older version, that file's name is exchanged in it, and nothing else.
 */
export function entryEdits(dir: string, { version, answers }: ProjectRecord): Edit[] {
  const before = FIRST_ENTRIES[answers.language];
  if (before === undefined || compareVersions(version, '0.2.0') >= 0) return [];
  const was = readOwn(join(dir, ENTRY_FILE));
  const text = was && textIn(was);
  const after = languageOf(answers.language).entry(serverNameOf(answers.name));
  // As it stands in JSON, with either separator.
  const fresh = text
    ?.replaceAll(`/${before}"`, `/${after}"`)
    .replaceAll(`\\\\${before.replaceAll('/', '\\\\')}"`, `\\\\${after.replaceAll('/', '\\\\')}"`);
  return fresh === undefined || fresh === text ? [] : [{ path: ENTRY_FILE, was, text: fresh }];
}

function readOwn(path: string): Buffer | undefined {
  try {
    return readRegular(path, 1024 * 1024);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
