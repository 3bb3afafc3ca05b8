import { Command, Option } from 'commander';
import { addFlags, flagsOf } from '../answers/flags.ts';
import type { Context } from '../base/context.ts';
import type { Report } from '../report/report.ts';
import type { AddFlags } from './add-names.ts';
import type { CallFlags } from './call.ts';
import type { CheckArgs } from './check.ts';
import { refuseCommandName } from './command-names.ts';
import type { ConfigFlags } from './config-flags.ts';
import type { MigrateArgs } from './migrate-plan.ts';
import type { PublishArgs } from './publish.ts';
import type { UpdateArgs } from './update.ts';

export interface Registration {
  readonly context: Context;
  /** What stands behind `--`. */
  readonly server: readonly string[];
  /** Takes what the command did, and whether it is to be told as JSON. */
  readonly finish: (report: Report, asJson?: boolean) => void;
}

/** Every command by its name. Each one's module is loaded when it runs. */
export const COMMANDS: Readonly<Record<string, (command: Command, registration: Registration) => void>> = {
  create(command, { context, finish }) {
    addFlags(command.argument('[dir]')).action(async (dir: string | undefined, collected) => {
      if (dir !== undefined) refuseCommandName(dir, Object.hasOwn(COMMANDS, dir));
      const { runCreate } = await import('./create.ts');
      const args = flagsOf(dir, collected);
      finish(await runCreate(args, context), args.json);
    });
    // Its own help is one screen made from the catalogue, and `createHelp` has to be awaited.
    command.helpInformation = () => '';
  },

  config(command, { context, server, finish }) {
    command
      .usage('[client…] [flags] [-- command arguments…]')
      .description(
        "Prints the entry of a server in a client's own shape, or merges it into the client's config.\n" +
          'The server is the project in --dir, the command after --, or the address in --url.',
      )
      .argument('[client...]', 'ids of clients', undefined)
      .option('--list', 'the clients, with their files on this machine')
      .option('--all', 'every client')
      .option('--write', "merge the entry into the client's config file")
      .option('--remove', 'take the entry out of it')
      .option('--dry-run', 'show what --write or --remove would change')
      .option('--force', 'replace an entry of the same name that has another content')
      .option('--yes', 'ask nothing; without a terminal, needed for a command that the files of --dir name')
      .option('--link', 'the links by which applications install the server')
      .option('--scope <scope>', "user (default), project: the file in --dir, or local: the person's own for --dir")
      .addOption(new Option('--client-config <id=path>', "another file than the client's own").argParser(collect))
      .option('--dir <path>', 'the project (default: the current folder)')
      .option('--name <name>', 'the name of the entry')
      .option('--url <url>', 'a server that is reached over HTTP')
      .addOption(
        new Option('--env <name[=value]>', 'a variable for the server; without a value, a secret').argParser(collect),
      )
      .addOption(new Option('--header <text>', `for --url: 'Authorization: Bearer \${API_TOKEN}'`).argParser(collect))
      .option('--json', 'one JSON object on stdout, errors too')
      .action(async (clients: readonly string[], flags: ConfigFlags) => {
        const { runConfig } = await import('./config.ts');
        finish(await runConfig({ clients, command: server, flags }, context), flags.json);
      });
  },

  check(command, { context, server, finish }) {
    addTargetFlags(command)
      .usage('[dir] [flags] [-- command arguments…]')
      .description(
        'Starts a server as a client would, and proves that it answers.\n' +
          'The server is the project in dir, the command after --, the address in --url, or an entry of --client.',
      )
      .argument('[dir]', 'the project (default: the current folder)')
      .option('--strict', 'warnings about definitions are faults')
      .option('--surface <file>', 'compare what is offered with what was recorded there')
      .option('--update', 'record it there instead')
      .option('--storage', "also prove that the project's store keeps what storage promises, with keys of its own")
      .option('--publish', 'what registries and directories would refuse: the command publish')
      .option('--json', 'one JSON object on stdout, errors too')
      .action(async (dir: string | undefined, flags: Omit<CheckArgs, 'dir' | 'command'>) => {
        const { runCheck } = await import('./check.ts');
        finish(await runCheck({ ...flags, dir, command: server }, context), flags.json);
      });
  },

  call(command, { context, server, finish }) {
    addTargetFlags(command)
      .usage('[tool] [json] [flags] [-- command arguments…]')
      .description(
        'Calls a tool of a server, reads a resource or gets a prompt; without arguments, lists what there is.\n' +
          'The server is the project in --dir, the command after --, the address in --url, or an entry of --client.',
      )
      .argument('[tool]', 'the name of the tool')
      .argument('[json]', 'its arguments as a JSON object, - for stdin, or @file')
      .option('--read <uri>', 'read a resource')
      .option('--prompt <name>', 'get a prompt')
      .addOption(new Option('--arg <key=value>', 'an argument, beside or instead of JSON').argParser(collect))
      .addOption(new Option('--answer <key=value>', 'what to answer when the server asks').argParser(collect))
      .option('--dir <path>', 'the project (default: the current folder)')
      .option('--era <era>', '2026 or 2025: the generation of the protocol (default: what the server speaks)')
      .option('--timeout <seconds>', 'how long to wait for an answer (default: 300)')
      .option('--json', 'one JSON object on stdout, errors too')
      .action(async (first: string | undefined, second: string | undefined, flags: CallFlags) => {
        const { runCall } = await import('./call.ts');
        finish(await runCall({ words: [first, second], command: server, flags }, context), flags.json);
      });
  },

  add(command, { context, finish }) {
    command
      .usage('<kind> <name> [flags]')
      .description(
        'Adds a tool, a resource or a prompt of your own to a project: a typed stub, its test, and the line that\n' +
          'registers it. Nothing is changed where that line has no safe place: it is printed then (exit 3).\n' +
          'Or adds what the catalogue has, merged with your edits: a storage, a transport, an extra, or --from <id>.\n' +
          'Or the operations of an API, by its OpenAPI description; again, to bring them up to date.',
      )
      .argument('[kind]', 'tool, resource or prompt; storage, transport or extra; openapi')
      .argument(
        '[name]',
        'create_invoice, in any spelling; of the others, an id of the catalogue: docker; a file or address',
      )
      .option('--title <text>', 'what people see')
      .option('--description <text>', 'what a model reads')
      .option('--template <uri>', 'of a resource: a URI with a variable, invoice://{id}')
      .option('--from <id>', 'a tool or resource of the catalogue, instead of your own')
      .option('--openapi-mode <mode>', 'of an API: tools or search (default: by what a list of tools would cost)')
      .option('--operations <globs>', 'of an API: globs on ids, tags, methods, paths')
      .option('--force', 'of the catalogue: also where git has changes that are not committed')
      .option('--dir <path>', 'the project (default: the current folder)')
      .option('--dry-run', 'show what would be written, and write nothing')
      .option('--json', 'one JSON object on stdout, errors too')
      .action(async (kind: string | undefined, name: string | undefined, flags: AddFlags) => {
        const { runAdd } = await import('./add.ts');
        finish(await runAdd({ kind, name, flags }, context), flags.json);
      });
  },

  migrate(command, { context, finish }) {
    command
      .usage('[dir] --to <backend> [flags]')
      .description(
        "Copies all data of a project's server into another storage backend, then switches the project to it.\n" +
          'It can be run again at any time, whatever ended it.',
      )
      .argument('[dir]', 'the project (default: the current folder)')
      .option('--to <backend>', 'the storage backend to move to')
      .addOption(
        new Option('--env <name=value>', 'a setting of that backend; else from the environment or .env').argParser(
          collect,
        ),
      )
      .option('--no-switch', 'copy the data only, and leave the project as it is')
      .option('--no-install', 'switch the project, but do not install, build and check it')
      .option('--force', 'also where git has changes that are not committed')
      .option('--dry-run', 'say what there is to copy and to change, and write nothing')
      .option('--yes', 'ask nothing')
      .option('--json', 'one JSON object on stdout, errors too')
      .action(async (dir: string | undefined, flags: Omit<MigrateArgs, 'dir'>) => {
        const { runMigrate } = await import('./migrate.ts');
        finish(await runMigrate({ dir, ...flags }, context), flags.json);
      });
  },

  publish(command, { context, finish }) {
    command
      .usage('[dir] [flags]')
      .description(
        'Says what registries and directories would refuse of a project, and with which commands it is published.\n' +
          'It starts the server, as check does and from a copy of what would be published, and publishes nothing.',
      )
      .argument('[dir]', 'the project (default: the current folder)')
      .option('--fix', 'bring versions and tools of server.json and manifest.json in step')
      .option('--strict', 'what directories only ask for is a fault, too')
      .option('--json', 'one JSON object on stdout, errors too')
      .action(async (dir: string | undefined, flags: Omit<PublishArgs, 'dir'>) => {
        const { runPublish } = await import('./publish.ts');
        finish(await runPublish({ dir, ...flags }, context), flags.json);
      });
  },

  completion(command, registration) {
    command
      .usage('<shell> [flags]')
      .description('Prints what a shell has to read to complete commands, flags and values: bash, zsh or fish.')
      .argument('[shell]', 'bash, zsh or fish')
      .option('--json', 'one JSON object on stdout, errors too')
      .action(async (shell: string | undefined, flags: { readonly json?: boolean }) => {
        const { runCompletion } = await import('./completion.ts');
        const { version } = registration.context;
        registration.finish(runCompletion(shell, describedCommands(registration), version), flags.json);
      });
  },

  update(command, { context, finish }) {
    command
      .usage('[dir] [flags]')
      .description(
        'Brings a project to what this version makes of its answers, merged with what you have made of it.\n' +
          'It installs nothing and starts nothing of the project.',
      )
      .argument('[dir]', 'the project (default: the current folder)')
      .option('--dry-run', 'show what would change as a diff, and write nothing')
      .option('--force', 'also where git has changes that are not committed')
      .option('--fetch-base', 'have the version that made the project make it again, to merge edits with')
      .option('--yes', 'ask nothing')
      .option('--json', 'one JSON object on stdout, errors too')
      .action(async (dir: string | undefined, flags: Omit<UpdateArgs, 'dir'>) => {
        const { runUpdate } = await import('./update.ts');
        finish(await runUpdate({ dir, ...flags }, context), flags.json);
      });
  },
};

/** Every command with its flags, and without what it does. */
function describedCommands(registration: Registration): Record<string, Command> {
  return Object.fromEntries(
    Object.entries(COMMANDS).map(([name, register]) => {
      const command = new Command(name);
      register(command, registration);
      return [name, command];
    }),
  );
}

const addTargetFlags = (command: Command): Command =>
  command
    .option('--url <url>', 'a server that is reached over HTTP')
    .addOption(new Option('--header <text>', `over HTTP: 'Authorization: Bearer \${API_TOKEN}'`).argParser(collect))
    .addOption(new Option('--env <name[=value]>', 'a variable for the command after --').argParser(collect))
    .option('--client <id>', "what this client's own file says")
    .addOption(new Option('--client-config <id=path>', "another file than the client's own").argParser(collect))
    .option('--name <name>', 'the name of the server in clients');

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** The text of `--help` without a command. */
export async function createHelp(version: string, vars: Context['env']['vars'] = {}): Promise<string> {
  const [{ helpText }, { CLIENTS, isWritable }] = await Promise.all([
    import('../answers/help.ts'),
    import('../clients/registry.ts'),
  ]);
  return helpText({
    version,
    vars,
    clients: CLIENTS.filter(isWritable).map(({ id, title }) => ({ id, title, hint: '' })),
  });
}
