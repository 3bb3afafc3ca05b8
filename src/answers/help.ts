import { type Env, NOWHERE } from '../base/env.ts';
import { EXIT } from '../base/errors.ts';
import { startedByUvx } from '../base/own-command.ts';
import type { Choice, Group, OptionRow, Situation } from './option-types.ts';
import { flagOf, OPTIONS, RUN_FLAGS } from './options.ts';
import { fallbackOf } from './values.ts';

/** What the text says besides the options table. */
export interface HelpSubject {
  readonly version: string;
  /** Of these, only how we were started. */
  readonly vars?: Env['vars'];
  readonly clients: readonly Choice[];
}

const GROUPS: readonly Group[] = ['Project', 'Server', 'Target', 'Clients', 'Steps'];
const WIDTH = 80;
/** Where the explanations begin. */
const COLUMN = 28;

/** `--help`: the whole catalogue on one screen, 80 columns wide. Made once, when the package is built. */
export function helpText(subject: HelpSubject): string {
  const launch = (dir: string, flags: string): string =>
    startedByUvx({ vars: subject.vars ?? {} })
      ? `uvx create-mcp-mason ${dir} ${flags}`
      : `npm create mcp-mason@latest ${dir} -- ${flags}`;
  const lines = [
    `create-mcp-mason ${subject.version}: make an MCP server that is proved to answer`,
    '',
    `Usage: ${launch('[dir]', '[flags]')}`,
    ...line('create-mcp-mason [dir]', 'make a project, asking for what is not given'),
    ...line('… config [client…]', "print a client's entry for a server, or merge it"),
    ...line('… check [dir]', 'start a server as a client would and talk to it'),
    ...line('… call [tool] [json]', 'list what a server offers; call a tool of it'),
    ...line('… publish [dir]', 'say what registries would refuse, and how to publish'),
    ...line('… update [dir]', 'bring a project to this version, edits kept'),
    ...line('… add <kind> <name>', 'add a tool, resource or prompt of your own'),
    ...line('… migrate [dir]', 'move a server and its data to another backend'),
    ...line('… completion <shell>', 'completions for bash, zsh or fish'),
    '',
    ...GROUPS.flatMap((group) => [group, ...rowsOf(group).flatMap((row) => rowLines(row, subject))]),
    'Run',
    ...RUN_FLAGS.flatMap(({ flags, summary }) => line(flags, summary)),
    ...line('-h, --help, -v, --version', 'this text, the version'),
    '',
    '* is the default. In CI, in a pipe and with --json nothing is ever asked.',
    'Examples',
    `  ${launch('my-server', '--yes')}`,
    `  ${launch('api', '--transport http --tools fetch,jobs --json')}`,
    `Exit codes: ${EXIT.ok} done, ${EXIT.failed} failed, ${EXIT.usage} usage, ${EXIT.conflict} conflict, ${EXIT.cancelled} cancelled`,
  ];
  return `${lines.join('\n')}\n`;
}

const rowsOf = (group: Group): readonly OptionRow[] => OPTIONS.filter((row) => row.group === group);

function rowLines(row: OptionRow, subject: HelpSubject): readonly string[] {
  const values = marked(row, subject).map(
    ({ id, isDefault, deprecated }) => `${id}${isDefault ? '*' : ''}${deprecated ? ' (deprecated)' : ''}`,
  );
  const fallback = row.type === 'switch' ? (row.fallback ? 'on' : 'off') : row.defaultText;
  const rest = fallback === undefined ? '' : ` (${fallback}*)`;
  return line(termOf(row), `${row.summary}${values.length > 0 ? `: ${values.join(' ')}` : ''}${rest}`);
}

function termOf(row: OptionRow): string {
  if (row.type === 'text' && row.positional === true) return row.placeholder;
  return row.type === 'switch' ? `--[no-]${flagOf(row.key)}` : `--${flagOf(row.key)} ${row.placeholder}`;
}

interface MarkedValue {
  readonly id: string;
  readonly isDefault: boolean;
  readonly deprecated?: boolean;
}

/** Every value that a row takes, words such as `all` included. */
function marked(row: OptionRow, subject: HelpSubject): readonly MarkedValue[] {
  const situation = situationOf(subject);
  if (row.type !== 'choice' && row.type !== 'list') return [];
  const choices = row.key === 'client' ? subject.clients : row.choices(situation);
  const values: Pick<Choice, 'id' | 'deprecated'>[] = [
    ...(choices as readonly Choice[]),
    ...(row.type === 'list' ? Object.keys(row.words).map((id) => ({ id })) : []),
  ];
  if (row.defaultText !== undefined) return values.map(({ id }) => ({ id, isDefault: false }));
  const fallback = fallbackOf(row, situation);
  const defaults = Array.isArray(fallback) && fallback.length === 0 ? ['none'] : [fallback].flat();
  return values.map(({ id, deprecated = false }) => ({ id, deprecated, isDefault: defaults.includes(id) }));
}

/** Of no machine: a row whose default depends on one says it in words. */
const situationOf = ({ version, vars = {}, clients }: HelpSubject): Situation => ({
  env: { ...NOWHERE, vars },
  yes: false,
  version,
  answers: {},
  language: undefined,
  packageManager: () => 'npm',
  runtime: () => undefined,
  inspectTarget: () => {},
  gitFacts: () => ({ author: '', repository: '' }),
  clients: async () => clients,
  countFiles: async () => undefined,
});

/** A term and its explanation, wrapped. */
function line(term: string, explanation: string): string[] {
  const lines: string[] = [];
  let current = `  ${term}`.padEnd(COLUMN - 1);
  for (const word of explanation.split(' ')) {
    if (current.length + 1 + word.length > WIDTH) {
      lines.push(current);
      current = ' '.repeat(COLUMN - 1);
    }
    current += ` ${word}`;
  }
  return [...lines, current];
}
