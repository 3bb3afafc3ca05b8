import { type CliError, usageError } from '../base/errors.ts';
import { show } from '../base/text.ts';

/** Words that people take for commands, with what to run instead. Planned ones are among them. */
const INSTEAD: Readonly<Record<string, string>> = {
  create: 'create-mcp-mason my-server',
  new: 'create-mcp-mason my-server',
  init: 'create-mcp-mason my-server, or create-mcp-mason . for the current folder',
  config: 'create-mcp-mason config',
  list: 'create-mcp-mason config --list for clients, create-mcp-mason call for what a server offers',
  check: 'create-mcp-mason check',
  doctor: 'create-mcp-mason check',
  call: 'create-mcp-mason call',
  add: 'create-mcp-mason add tool create_invoice',
  update: 'create-mcp-mason update',
  migrate: 'create-mcp-mason migrate --to postgres',
  publish: 'create-mcp-mason publish',
  completion: 'create-mcp-mason completion bash',
  version: 'create-mcp-mason --version',
  help: 'create-mcp-mason --help',
};

/**
 * Refuses a folder that is called like a command, or nearly so: who types `updte` or `doctor` does not want a project of that
 * name. `./name` is a folder in any case.
 *
 * @param isCommand there is such a command, so that it only stands in the wrong place
 * @throws CliError (usage) `command-not-first`, `not-a-command`
 */
export function refuseCommandName(word: string, isCommand: boolean): void {
  if (Object.hasOwn(INSTEAD, word)) {
    if (isCommand) throw refusal('command-not-first', `${word} is a command, and commands come first.`, word, word);
    throw refusal('not-a-command', `${word} is not a command of create-mcp-mason.`, word, word);
  }
  const meant = Object.keys(INSTEAD).find((name) => isMistyped(word, name));
  if (meant === undefined) return;
  throw refusal('not-a-command', `${show(word)} is not a command. Did you mean ${meant}?`, word, meant);
}

const refusal = (code: string, message: string, word: string, meant: string): CliError =>
  usageError(code, message, {
    hint: `Run ${INSTEAD[meant]}.\nFor a folder of that name write ./${word}`,
  });

/** One letter more, one less, or two exchanged; in words that are long enough also another one. */
function isMistyped(word: string, name: string): boolean {
  const typed = word.toLowerCase();
  if (typed === name) return true;
  const [short, long] = typed.length < name.length ? [typed, name] : [name, typed];
  if (name.length < 4 || long.length - short.length > 1) return false;
  let head = 0;
  while (head < short.length && short[head] === long[head]) head++;
  if (long.length > short.length) return short.slice(head) === long.slice(head + 1);
  const isOther = short.slice(head + 1) === long.slice(head + 1);
  const isSwapped =
    short[head] === long[head + 1] && short[head + 1] === long[head] && short.slice(head + 2) === long.slice(head + 2);
  return isSwapped || (isOther && name.length >= 6);
}
