import type { JsonObject } from '../base/json.ts';
import type { Language, ProjectFacts } from './language.ts';
import { fileOf, type Launcher, stableRuntime, startedAs } from './launch.ts';
import { findNode } from './node.ts';

/** The runtime with the built file. */
const node: Launcher = {
  published: (name) => ({ command: 'npx', args: ['-y', name] }),
  start: (project, machine) => ({ command: stableRuntime(machine), args: [fileOf(project, machine)] }),
  startedBy: ({ args: [file = ''] }, entry, env) => startedAs(file, entry, env),
  fileOf,
};

export const typescript: Language = {
  entry: () => 'dist/main.mjs',
  manifest: { path: 'package.json', of: packageJson },
  launcher: node,
  storeHost: async () => (await import('./store-host-typescript.ts')).typescriptStoreHost,
  registrar: async () => (await import('./register-typescript.ts')).typescriptRegistrar,
  publishedName: (name) => name,
  runtimeHere: (env) => findNode(env)?.version,
  isOurRuntime: true,
};

/**
 * A TypeScript project's package.json before options merge their parts into it.
 *
 * There is no `packageManager` field: it needs an exact version, which only the machine that installs can know.
 *
 * @param entry the built server, relative to the project
 */
function packageJson(project: ProjectFacts, entry: string): JsonObject {
  return {
    name: project.name,
    version: '0.1.0',
    description: project.description,
    ...published(project),
    type: 'module',
    bin: { [project.serverName]: entry },
    // A map is four times as long as what it is of, and npx fetches it with every first start.
    files: [entry.split('/')[0] ?? entry, '!**/*.map'],
    scripts: project.scripts,
    engines: { node: project.engines },
    dependencies: project.dependencies,
    devDependencies: project.devDependencies,
  };
}

/** What npm shows beside the package, as far as it is known. */
function published({ license, author, authorEmail, repository, issues }: ProjectFacts): JsonObject {
  return {
    keywords: ['mcp', 'mcp-server', 'model-context-protocol'],
    ...(license !== '' && { license }),
    ...(author !== '' && { author: authorEmail === '' ? author : `${author} <${authorEmail}>` }),
    ...(repository !== '' && {
      repository: { type: 'git', url: `git+${repository}.git` },
      homepage: `${repository}#readme`,
    }),
    ...(issues !== '' && { bugs: issues }),
  };
}
