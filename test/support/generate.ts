import { generate } from '../../scripts/precompile.ts';

/** Tests read `src/generated/`, which is not in version control, so it is made of the templates as they are now. */
export default function setup(): void {
  generate();
}
