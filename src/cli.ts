import { setMaxListeners } from 'node:events';
import { Command, CommanderError } from 'commander';
import type { Context } from './base/context.ts';
import { readEnv } from './base/env.ts';
import { CliError, cancelled, EXIT, type ExitCode, failure, messageOf, usageError } from './base/errors.ts';
import { refuseCommandName } from './commands/command-names.ts';
import { COMMANDS, createHelp } from './commands/register.ts';
import { VERSION } from './generated/catalog.ts';
import { errorReport, print, type Report } from './report/report.ts';

/** Runs the command line of this process: reads `process`, sets its exit code, and turns signals into an abort. */
export async function run(): Promise<void> {
  const controller = new AbortController();
  // Every question and every child process listens to it in turn.
  setMaxListeners(0, controller.signal);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // The first one lets everything be cleaned up; the second one does not wait for it.
      if (controller.signal.aborted) process.exit(EXIT.cancelled);
      controller.abort();
    });
  }
  // A reader that has seen enough (`… --help | head -1`) closes the pipe: that is not an error.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  process.exitCode = await main(process.argv.slice(2), {
    env: readEnv(),
    stdout: process.stdout,
    stderr: process.stderr,
    terminal: {
      get input() {
        return process.stdin;
      },
      output: process.stdout,
    },
    signal: controller.signal,
    version: VERSION,
  });
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/**
 * Runs one command line. The only place that turns errors into exit codes.
 *
 * @param argv the arguments after the script's name
 */
export async function main(argv: readonly string[], context: Context): Promise<ExitCode> {
  const { name, args, server } = split(argv);
  let code: ExitCode = EXIT.ok;
  const command = new Command(name === 'create' ? 'create-mcp-mason' : `create-mcp-mason ${name}`)
    .version(context.version, '-v, --version', 'the version')
    .helpOption('-h, --help', 'this text')
    .configureOutput({ writeOut: (text) => context.stdout.write(text), writeErr: () => {} })
    .exitOverride();
  const finish = (report: Report, asJson = false): void => {
    code = print(report, asJson, context);
  };
  COMMANDS[name]?.(command, { context, server, finish });
  try {
    // Before commander, which would only find one word too many in `doctor my-server`.
    const [first] = args;
    if (name === 'create' && first !== undefined && first !== 'create') refuseCommandName(first, false);
    await command.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      if (name === 'create' && error.code === 'commander.helpDisplayed') {
        context.stdout.write(await createHelp(context.version, context.env.vars));
      }
      return EXIT.ok;
    }
    return print(errorReport(understood(error, context), context), args.includes('--json'), context);
  }
}

interface Line {
  readonly name: string;
  readonly args: string[];
  /** What stands behind `--`: a server's own command line. */
  readonly server: readonly string[];
}

/** Commands that take the command line of a server behind `--`. */
const TAKE_SERVERS: readonly string[] = ['config', 'check', 'call'];

/**
 * Sorts the arguments. Some versions of npm leave the `--` of `npm create … -- --flag` in place, so it is dropped,
 * but before a word that is no flag it begins the command line of a server: `config cursor -- node server.js`.
 */
function split(argv: readonly string[]): Line {
  const start = argv.findIndex((argument) => argument !== '--');
  const first = argv[start];
  if (first === undefined || first === 'create' || !Object.hasOwn(COMMANDS, first)) {
    // It is the default command; who names it does not mean a folder.
    const own = first === 'create' ? argv.slice(start + 1) : argv;
    return { name: 'create', args: own.filter((argument) => argument !== '--'), server: [] };
  }
  const rest = argv.slice(start + 1);
  const at = rest.findIndex((argument, index) => argument === '--' && rest[index + 1]?.startsWith('-') === false);
  const own = at === -1 || !TAKE_SERVERS.includes(first) ? rest : rest.slice(0, at);
  return { name: first, args: own.filter((argument) => argument !== '--'), server: rest.slice(own.length + 1) };
}

/** Whatever was thrown, as an error for people. */
function understood(error: unknown, { signal }: Context): CliError {
  if (error instanceof CliError) return error;
  if (signal.aborted) return cancelled();
  if (error instanceof CommanderError) return misused(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && typeof path === 'string') {
    return failure('io', messageOf(error), {
      hint: `Make ${path} accessible, and run the command again.`,
      cause: error,
    });
  }
  return failure('internal', `This is a fault of create-mcp-mason: ${messageOf(error)}`, {
    hint: `Please report it with this:\n${error instanceof Error ? error.stack : ''}`,
    cause: error,
  });
}

/** `error: unknown option '--foo'\n(Did you mean --for?)` of commander in our own shape. */
function misused(error: CommanderError): CliError {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const code = error.code.replace(/^commander\./, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return usageError(code, `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.$/, '')}.`, {
    hint: suggestion?.replace(/^\(|\)$/g, '') ?? HINTS[code] ?? 'See create-mcp-mason --help.',
  });
}

const HINTS: Readonly<Record<string, string>> = {
  'excess-arguments': 'A path with spaces needs quotes. Everything else is a flag: see create-mcp-mason --help.',
};
