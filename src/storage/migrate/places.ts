import { randomUUID } from 'node:crypto';
import { usageError } from '../../base/errors.ts';
import type { Store } from '../store.ts';
import type { CopyJournal } from './copy-journal.ts';

/**
 * Makes sure, with one entry that is removed again, that the target is not the source.
 *
 * @throws CliError (usage) `same-place`
 */
export async function checkPlaces(from: Store, to: Store, journal: CopyJournal): Promise<void> {
  const key = `mason-migrate/${randomUUID()}`;
  // A run that is killed here leaves it behind; the next one knows it as ours, and removes it.
  journal.add(key, 'a moment');
  await to.put(key, 'a moment', { ttlMs: 60_000 });
  try {
    if ((await from.get(key)) === undefined) return;
    throw usageError('same-place', 'Both backends keep their data in the same place.', {
      hint: 'Give the new one another place, for example with --env.',
    });
  } finally {
    await to.delete(key);
  }
}
