import type { Env } from '../base/env.ts';
import type { JsonObject } from '../base/json.ts';
import type { Launcher } from './launch.ts';
import type { Registrar } from './registrar.ts';
import type { StoreHost } from './store-host.ts';

/**
 * What has to be known of a language besides its templates. A new language is a new row of `index.ts`: no other part asks
 * for a language by name.
 */
export interface Language {
  /** The file that starts the server, relative to the project, with `/`: what installing and building leave there. */
  readonly entry: (serverName: string) => string;
  /** The file that the language's package manager owns, before options merge into it. */
  readonly manifest: { readonly path: string; readonly of: (project: ProjectFacts, entry: string) => JsonObject };
  /** How clients start a server. */
  readonly launcher: Launcher;
  /** How a project's store is reached from outside. */
  readonly storeHost: () => Promise<StoreHost>;
  /** How tools, resources and prompts of somebody's own get into a project. */
  readonly registrar: () => Promise<Registrar>;
  /** The name of a package, possibly scoped, as the language's index has it. */
  readonly publishedName: (name: string) => string;
  /** The longest name that a server can have, where that is shorter than npm's limit. */
  readonly longestName?: { readonly characters: number; readonly of: string };
  /** The version of the runtime on this machine; undefined where there is none. */
  readonly runtimeHere: (env: Env) => string | undefined;
  /** The runtime is the Node.js that runs us, so the check cannot start what needs a newer one. */
  readonly isOurRuntime: boolean;
}

/** What a manifest says about a project. */
export interface ProjectFacts {
  /** The package name, possibly scoped. */
  readonly name: string;
  /** The package name without its scope. */
  readonly serverName: string;
  readonly description: string;
  /** As SPDX names it; empty where nobody was asked. */
  readonly license: string;
  /** Empty where they are not known. */
  readonly author: string;
  readonly authorEmail: string;
  readonly repository: string;
  readonly issues: string;
  /** As a module and as a package of Python. */
  readonly packageName: string;
  readonly distributionName: string;
  /** The range of runtime versions: `>=22.12`. */
  readonly engines: string;
  readonly scripts: Readonly<Record<string, string>>;
  /** Version ranges by package name, sorted. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
