import type { Command } from 'commander';
import type { ListOption } from '../answers/option-types.ts';
import { flagOf, OPTIONS } from '../answers/options.ts';
import { EXIT, usageError } from '../base/errors.ts';
import { nearest, show } from '../base/text.ts';
import { CLIENTS, isWritable } from '../clients/registry.ts';
import type { Report } from '../report/report.ts';

/** What can be typed after the name of one command. */
interface Words {
  readonly command: string;
  readonly flags: readonly { readonly flag: string; readonly summary: string; readonly takesValue: boolean }[];
  /** Values by flag; `list` may be given several, with commas. */
  readonly values: readonly { readonly flag: string; readonly ids: readonly string[]; readonly list: boolean }[];
  /** In the place of arguments; none where they are paths. */
  readonly arguments: readonly string[];
}

const SHELLS: Readonly<Record<string, (words: readonly Words[]) => string>> = { bash, zsh, fish };

/** Arguments that are neither paths nor free texts. */
const ARGUMENTS: Readonly<Record<string, () => readonly string[]>> = {
  config: () => CLIENTS.map(({ id }) => id),
  add: () => ['tool', 'resource', 'prompt', 'storage', 'transport', 'auth', 'extra'],
  completion: () => Object.keys(SHELLS),
};

/**
 * Prints what a shell has to read to complete commands, flags and values.
 *
 * @param commands every command with its flags
 * @throws CliError (usage) `unknown-shell`
 */
export function runCompletion(
  shell: string | undefined,
  commands: Readonly<Record<string, Command>>,
  version: string,
): Report {
  const print = shell !== undefined && Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (shell === undefined || print === undefined) {
    const close = shell === undefined ? undefined : nearest(shell, Object.keys(SHELLS));
    throw usageError(
      'unknown-shell',
      `Completions are for bash, zsh and fish${shell === undefined ? '' : `, not for ${show(shell)}`}.`,
      {
        hint: close === undefined ? 'For example: create-mcp-mason completion bash' : `Did you mean ${close}?`,
      },
    );
  }
  const script = print(Object.entries(commands).map(([name, command]) => wordsOf(name, command)));
  return { exit: EXIT.ok, json: { ok: true, version, shell, script }, text: [{ to: 'stdout', text: script }] };
}

function wordsOf(name: string, command: Command): Words {
  const flags = command.options
    .filter(({ hidden }) => !hidden)
    .flatMap(({ long, description, required }) =>
      long == null ? [] : [{ flag: long, summary: description.split('\n')[0] ?? '', takesValue: required }],
    );
  const clients = { flag: '--client', ids: CLIENTS.filter(isWritable).map(({ id }) => id), list: true };
  const own = flags.some(({ flag }) => flag === '--client') ? [clients] : [];
  return {
    command: name,
    flags: [...flags, { flag: '--help', summary: 'this text', takesValue: false }],
    values: name === 'create' ? [...own, ...valuesOfTable()] : own,
    arguments: ARGUMENTS[name]?.() ?? [],
  };
}

/** The choices of the options table. */
function valuesOfTable(): Words['values'] {
  return OPTIONS.flatMap((row) => {
    if ((row.type !== 'choice' && row.type !== 'list') || row.key === 'client') return [];
    const choices = row.choices({ language: undefined } as Parameters<ListOption['choices']>[0]);
    if (choices instanceof Promise) return [];
    const words = row.type === 'list' ? Object.keys(row.words) : [];
    return [
      { flag: `--${flagOf(row.key)}`, ids: [...choices.map(({ id }) => id), ...words], list: row.type === 'list' },
    ];
  });
}

const joined = (words: readonly string[]): string => words.join(' ');

function bash(all: readonly Words[]): string {
  const names = all.map(({ command }) => command).filter((name) => name !== 'create');
  const values = all.flatMap(({ command, values: known }) =>
    known.map(
      ({ flag, ids, list }) =>
        `    '${command} ${flag}') ${list ? '_create_mcp_mason_list' : '_create_mcp_mason_words'} '${joined(ids)}'; return ;;`,
    ),
  );
  const flags = all.map(
    ({ command, flags: known }) =>
      `      ${command}) _create_mcp_mason_words '${joined(known.map(({ flag }) => flag))}' ;;`,
  );
  const given = all
    .filter((one) => one.arguments.length > 0)
    .map((one) => `    ${one.command}) _create_mcp_mason_words '${joined(one.arguments)}'; return ;;`);
  return `# create-mcp-mason completion bash >> ~/.bashrc
_create_mcp_mason_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}
_create_mcp_mason_list() {
  local before=''
  [[ $cur == *,* ]] && before="\${cur%,*},"
  COMPREPLY=($(compgen -P "$before" -W "$1" -- "\${cur##*,}"))
}
_create_mcp_mason() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command=create
  case "\${COMP_WORDS[1]}" in
    ${names.join('|')}) command="\${COMP_WORDS[1]}" ;;
  esac
  case "$command $prev" in
${values.join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
${flags.join('\n')}
    esac
    return
  fi
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W '${joined(names)}' -- "$cur") $(compgen -d -- "$cur"))
    return
  fi
  case "$command" in
${given.join('\n')}
  esac
  COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _create_mcp_mason create-mcp-mason
`;
}

/** zsh reads what bash does, once it is told to. */
function zsh(all: readonly Words[]): string {
  const [, ...rest] = bash(all).split('\n');
  return [
    '# create-mcp-mason completion zsh >> ~/.zshrc',
    'autoload -U +X compinit && compinit -u',
    'autoload -U +X bashcompinit && bashcompinit',
    ...rest,
  ].join('\n');
}

function fish(all: readonly Words[]): string {
  const names = all.map(({ command }) => command).filter((name) => name !== 'create');
  const text = (words: string): string => `'${words.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const known = `__fish_seen_subcommand_from ${joined(names)}`;
  const lines = all.flatMap(({ command, flags, values, arguments: given }) => {
    const when = text(command === 'create' ? `not ${known}` : `__fish_seen_subcommand_from ${command}`);
    const start = `complete -c create-mcp-mason -n ${when}`;
    return [
      ...flags.map(({ flag, summary, takesValue }) => {
        const ids = values.find((one) => one.flag === flag)?.ids;
        const value = ids === undefined ? (takesValue ? ' -r' : '') : ` -x -a ${text(joined(ids))}`;
        return `${start} -l ${flag.slice(2)} -d ${text(summary)}${value}`;
      }),
      ...(given.length > 0 ? [`${start} -x -a ${text(joined(given))}`] : []),
    ];
  });
  return [
    '# create-mcp-mason completion fish > ~/.config/fish/completions/create-mcp-mason.fish',
    `complete -c create-mcp-mason -n __fish_use_subcommand -a ${text(joined(names))}`,
    ...lines,
    '',
  ].join('\n');
}
