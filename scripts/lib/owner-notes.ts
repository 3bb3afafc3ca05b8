/** What the changelog says to the owner of a project, of one version. */
export interface OwnerNotes {
  readonly version: string;
  readonly text: string;
}

const HEADING = '### For owners of projects';

/**
 * The sections "For owners of projects" of a changelog, oldest version first: `update` prints those of the versions that it
 * passes. Lines of a paragraph or list item are joined, as a terminal breaks them where it likes.
 */
export function ownerNotes(changelog: string): OwnerNotes[] {
  return changelog
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [version = ''] = section.split(/\s/, 1);
      const after = section.split(`${HEADING}\n`)[1]?.split(/^### /m)[0];
      return after === undefined ? [] : [{ version, text: after.trim().replace(/\n {2}(?=\S)/g, ' ') }];
    })
    .reverse();
}
