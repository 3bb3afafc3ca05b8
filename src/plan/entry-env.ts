import type { EnvVariable } from '../catalog/manifest.ts';
import type { Value } from '../clients/types.ts';

/** The environment that a client's entry must carry: what the server does not start without. */
export function entryEnvOf(env: readonly EnvVariable[]): Record<string, Value> {
  return Object.fromEntries(
    requiredOf(env).map(({ name, secret, example }) => [name, secret === true ? { secret: name } : example]),
  );
}

/** The variables without which the server does not start. */
export const requiredOf = (env: readonly EnvVariable[]): readonly EnvVariable[] =>
  env.filter((variable) => variable.required === true);
