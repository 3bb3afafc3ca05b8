import type { EnvVariable, Kind, Option, Registration } from '../catalog/manifest.ts';
import type { Button } from '../clients/shape.ts';
import type { PackageManagerCommands } from '../languages/package-managers.ts';

/** A chosen option as templates see it: the variant of the runtime is merged in, and nothing optional is missing. */
export interface ChosenOption
  extends Required<Pick<Option, 'dependencies' | 'devDependencies' | 'scripts' | 'env' | 'nextSteps' | 'vars'>> {
  readonly language: string;
  readonly kind: Kind;
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly registers: Registrations;
  readonly probe: Option['probe'];
}

export interface Registrations {
  readonly tools: readonly Registration[];
  readonly resources: readonly Registration[];
  readonly prompts: readonly Registration[];
}

/** Everything that is imported from one module. */
export interface Import {
  readonly module: string;
  /** Sorted, without duplicates. */
  readonly names: readonly string[];
}

/**
 * What templates can say: a frozen contract between `plan/` and `templates/`, described for the build's lint in
 * `context-shape.ts`. Plain data only, since Handlebars calls functions and hides getters.
 */
export interface TemplateContext {
  /** The package name, possibly scoped. */
  readonly name: string;
  /** The package name without its scope: what clients list. */
  readonly serverName: string;
  readonly description: string;
  /** The version of create-mcp-mason that makes the project. */
  readonly masonVersion: string;
  readonly language: string;
  /** `serverName` as a DNS label, which Kubernetes wants for names: `My.Server_2` is `my-server-2`. */
  readonly dnsName: string;
  /** `serverName` as a Python module. */
  readonly packageName: string;
  /** `serverName` as a Python package index takes it. */
  readonly distributionName: string;
  readonly runtime: ChosenOption;
  readonly pm: ChosenOption & { readonly commands: PackageManagerCommands; readonly lockFile: string };
  /** `both` is here as what it includes: `stdio` and `http`. */
  readonly transports: readonly ChosenOption[];
  /** The same, sorted as import statements are. */
  readonly transportImports: readonly ChosenOption[];
  readonly multipleTransports: boolean;
  /** The id of the transport that is served when nothing says otherwise. */
  readonly defaultTransport: string;
  readonly storage: ChosenOption;
  readonly tools: readonly ChosenOption[];
  readonly extras: readonly ChosenOption[];
  /** All that was chosen: base, transports, storage, tools, extras, runtime, package manager. */
  readonly options: readonly ChosenOption[];
  /** The option whose file, slot or line is being rendered. */
  readonly option: ChosenOption;
  /** Unique by name, in the order of `options`. */
  readonly env: readonly EnvVariable[];
  /** Buttons that install the server from its README. */
  readonly installButtons: readonly Button[];
  /** In the order of the manifests; `…Imports` are the same by module, sorted as import statements are. */
  readonly toolRegistrations: readonly Registration[];
  readonly toolImports: readonly Import[];
  readonly resourceRegistrations: readonly Registration[];
  readonly resourceImports: readonly Import[];
  readonly promptRegistrations: readonly Registration[];
  readonly promptImports: readonly Import[];
  readonly scripts: Readonly<Record<string, string>>;
  /** Version ranges by package name, sorted. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  /** Rendered texts by slot, in the order of `options`; an empty list where no option fills it. */
  readonly slots: Readonly<Record<string, readonly string[]>>;
  /** The tags that chosen options list in `vars.provides`. */
  readonly provides: Readonly<Record<string, true>>;
}
