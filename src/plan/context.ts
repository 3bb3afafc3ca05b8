import { z } from 'zod';
import {
  envVariable,
  type Frozen,
  KINDS,
  manifest,
  probe,
  registration,
  registrations,
  varying,
} from '../catalog/manifest.ts';

const text = z.string();
const texts = z.record(text, text);

/** A chosen option as templates see it: the variant of the runtime is merged in, and nothing optional is missing. */
const chosenOption = z.object({
  language: text,
  kind: z.enum(KINDS),
  ...manifest.pick({ id: true, title: true, hint: true }).shape,
  ...varying.shape,
  registers: registrations,
  probe: probe.optional(),
  nextSteps: z.array(text),
});
const options = z.array(chosenOption);

/** `PackageManagerCommands`, which says what each is. */
const commands = z.object({
  install: text,
  ci: text,
  run: text,
  exec: text,
  dlx: text,
  add: text,
  build: text.exactOptional(),
  dev: text,
  start: text,
  test: text,
});

/** Everything that is imported from one module: names sorted, without doubles. */
const imports = z.array(z.object({ module: text, names: z.array(text) }));

/**
 * What templates can say: a frozen contract between `plan/` and `templates/`. Plain data only, since Handlebars calls
 * functions and hides getters. The build follows every path of every template through this schema; all other code imports
 * the types that follow from it, and types only.
 */
export const templateContext = z.object({
  /** The package name, possibly scoped. */
  name: text,
  /** The package name without its scope: what clients list. */
  serverName: text,
  description: text,
  /** The same in one line of at most 100 characters, which is what directories take. */
  summary: text,
  /** As SPDX names it; empty where nobody was asked. */
  license: text,
  /** The name of whoever it belongs to, and their address of mail; empty where they are not known. */
  author: text,
  authorEmail: text,
  /** An address of https without `.git`; empty where there is none yet. */
  repository: text,
  /** `github` or `gitlab`, which the MCP registry knows; empty for others. */
  repositorySource: text,
  /** Where people report faults; empty where it is not known. */
  issues: text,
  /** As the MCP registry lists it: `io.github.ada/hello-mcp`, with `OWNER` where the repository is not on GitHub. */
  registryName: text,
  /** The version of create-mcp-mason that makes the project. */
  masonVersion: text,
  language: text,
  /** `serverName` as a DNS label, which Kubernetes wants for names: `My.Server_2` is `my-server-2`. */
  dnsName: text,
  /** `serverName` as a Python module. */
  packageName: text,
  /** `serverName` as a Python package index takes it. */
  distributionName: text,
  preset: chosenOption,
  runtime: chosenOption,
  pm: chosenOption.extend({ commands, lockFile: text }),
  /** `both` is here as what it includes: `stdio` and `http`. */
  transports: options,
  /** The same, sorted as import statements are. */
  transportImports: options,
  multipleTransports: z.boolean(),
  /** The id of the transport that is served when nothing says otherwise. */
  defaultTransport: text,
  storage: chosenOption,
  tools: options,
  resources: options,
  extras: options,
  /** All that was chosen, and what comes with it: base, preset, parts, transports, storage, tools, …, package manager. */
  options,
  /** The option whose file, slot or line is being rendered. */
  option: chosenOption,
  /** Unique by name, in the order of `options`. */
  env: z.array(envVariable),
  /** Those without which the server does not start. */
  requiredEnv: z.array(envVariable),
  /** Buttons that install the server from its README. */
  installButtons: z.array(z.object({ title: text, image: text, url: text })),
  /** In the order of the manifests; `…Imports` are the same by module, sorted as import statements are. */
  toolRegistrations: z.array(registration),
  toolImports: imports,
  resourceRegistrations: z.array(registration),
  resourceImports: imports,
  promptRegistrations: z.array(registration),
  promptImports: imports,
  scripts: texts,
  /** Version ranges by package name, sorted. */
  dependencies: texts,
  devDependencies: texts,
  /** Rendered texts by slot, in the order of `options`; an empty list where nobody has something to say. */
  slots: z.record(text, z.array(text)),
  /** The parts that are there, and the tags that chosen options list in `vars.provides`. */
  provides: z.record(text, z.literal(true)),
  /** How many operations the project has of an API, and what these use. */
  api: z.object({
    count: text,
    files: z.boolean(),
    forms: z.boolean(),
    variables: z.boolean(),
    schemes: z.boolean(),
    connection: z.boolean(),
    client: z.boolean(),
    certificate: z.boolean(),
  }),
});

export type TemplateContext = Frozen<z.infer<typeof templateContext>>;
export type ChosenOption = Frozen<z.infer<typeof chosenOption>>;
export type Registrations = ChosenOption['registers'];
export type Import = TemplateContext['toolImports'][number];

/** What the templates of stubs see, and nothing else. */
export const stubContext = z.object({
  stub: z.object({
    /** What clients see: `create_invoice`, `create-invoice` of a resource. */
    name: text,
    /** A word of the code: `create_invoice`. */
    word: text,
    /** The same for classes: `CreateInvoice`. */
    pascal: text,
    /** Of the file, without extension. */
    file: text,
    /** What the module exports, or is called. */
    identifier: text,
    /** A literal of the language, and whether it needs a line of its own after the name of a field. */
    title: text,
    /** Without quotes. */
    description: text,
    descriptionLiteral: text,
    isLong: z.boolean(),
    uri: text,
    /** The variable of a resource's URI; empty where it has none. */
    variable: text,
    /** The URI with a value in place of the variable. */
    example: text,
    packageName: text,
    /** The project has connected clients for its tests: `test/clients.ts`, the fixture `client`. */
    hasClients: z.boolean(),
    /** It has `tool` and `input` in `src/result.ts`. */
    hasHelpers: z.boolean(),
  }),
});

export type StubContext = Frozen<z.infer<typeof stubContext>>;
