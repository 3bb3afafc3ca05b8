import type { ChosenOption } from './context.ts';
import type { BaseContext } from './create-context.ts';
import type { JsonObject } from './merge.ts';

/**
 * A TypeScript project's package.json before options merge their parts into it.
 *
 * There is no `packageManager` field: it needs an exact version, which only the machine that installs can know.
 *
 * @param entry the built server, relative to the project
 */
export function packageJson(context: BaseContext, entry: string): JsonObject {
  return {
    name: context.name,
    version: '0.1.0',
    description: context.description,
    private: true,
    type: 'module',
    bin: { [context.serverName]: entry },
    files: [entry.split('/')[0] ?? entry],
    scripts: context.scripts,
    engines: { node: textVar(context.runtime, 'engines') },
    dependencies: context.dependencies,
    devDependencies: context.devDependencies,
  };
}

/** A text among an option's `vars` that code, not only templates, depends on; the build checks that it is there. */
export function textVar(option: ChosenOption, name: string): string {
  const value = option.vars[name];
  if (typeof value === 'string') return value;
  throw new Error(`${option.language}/${option.kind}/${option.id}/option.json needs "vars.${name}", a text.`);
}
