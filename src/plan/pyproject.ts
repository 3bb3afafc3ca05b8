import type { BaseContext } from './create-context.ts';
import type { JsonObject } from './merge.ts';
import { textVar } from './package-json.ts';

/** The build backend belongs to uv, which has it built in for its own version; others get it from the registry. */
const BUILD_SYSTEM = { requires: ['uv_build>=0.13,<1'], 'build-backend': 'uv_build' };

/** A Python project's pyproject.toml before options merge their parts into it. */
export function pyproject(context: BaseContext): JsonObject {
  const { serverName, packageName, distributionName } = context;
  return {
    project: {
      name: distributionName,
      version: '0.1.0',
      // It becomes a header of the package's metadata, which is one line.
      description: context.description.replace(/\s+/g, ' ').trim(),
      readme: 'README.md',
      'requires-python': textVar(context.runtime, 'engines'),
      dependencies: requirements(context.dependencies),
      scripts: { [serverName]: `${packageName}.main:main` },
    },
    'dependency-groups': { dev: requirements(context.devDependencies) },
    'build-system': BUILD_SYSTEM,
    tool: { uv: { 'build-backend': { 'module-name': packageName } } },
  };
}

const requirements = (ranges: Readonly<Record<string, string>>): string[] =>
  Object.entries(ranges).map(([name, range]) => `${name}${range}`);
