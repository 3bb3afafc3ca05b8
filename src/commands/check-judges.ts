import type { Judge } from '../probe/findings.ts';
import { lint } from '../probe/lint.ts';
import type { Judgement } from '../probe/steps.ts';
import type { SurfaceFile } from './check-surface.ts';
import type { ChosenTarget } from './targets.ts';

/** What `check` judges besides what every server must do. */
export const judgesOf = (
  { name }: Pick<ChosenTarget, 'name'>,
  { strict = false }: { readonly strict?: boolean },
  surface: SurfaceFile | undefined,
  openapi: Judgement | undefined,
): readonly Judge[] => [
  (offer) => lint(offer, name, strict),
  ...(surface === undefined ? [] : [surface.judge]),
  ...(openapi === undefined ? [] : [() => openapi]),
];
