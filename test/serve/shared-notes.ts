import type { Recipe } from '../support/made.ts';

/** A server whose notes several instances share, in whichever language. */
export const sharedNotes = (language: string, storage: string): Recipe => ({
  language,
  flags: ['--transport', 'http', '--storage', storage, '--tools', 'notes', '--extras', 'rate-limit'],
});
