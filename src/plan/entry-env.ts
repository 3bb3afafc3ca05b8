import type { EnvVariable } from '../catalog/manifest.ts';
import type { Value } from '../clients/types.ts';

/** The environment that a client's entry must carry: what the server does not start without. */
export function entryEnvOf(env: readonly EnvVariable[]): Record<string, Value> {
  const required = env.filter((variable) => variable.required === true);
  return Object.fromEntries(
    required.map(({ name, secret, example }) => [name, secret === true ? { secret: name } : example]),
  );
}
