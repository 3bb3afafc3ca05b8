import type { Ask } from '../answers/questions.ts';
import type { Answers } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import type { ApiPart } from '../base/plan.ts';
import { counted, firstOf, printable } from '../base/text.ts';
import { optionsOf, toolsIn } from '../catalog/catalog.ts';
import { casesOf } from '../openapi/cases.ts';
import { BUDGET, type Compiled, compile, type Mode, SEARCH_TOKENS } from '../openapi/compile.ts';
import type { Api } from '../openapi/model.ts';
import { keepOwn, type Owned } from '../openapi/own.ts';
import { partOf } from '../openapi/part.ts';
import { readSource, recordedSource } from './openapi-source.ts';

/** What a description brings to a project. */
export interface FromOpenapi {
  readonly api: ApiPart;
  /** With the mode that was chosen, and globs of a person's own choice. */
  readonly answers: Pick<Answers, 'fromOpenapi' | 'openapiMode' | 'operations'>;
  readonly notes: readonly string[];
  /** For `--json`. */
  readonly report: OpenapiReport;
}

/** What became of a description. */
export interface OpenapiReport {
  readonly mode: string;
  readonly operations: number;
  /** Of the description, chosen or not. */
  readonly total: number;
  /** What a model pays for the list of tools, and would pay with a tool for each operation. */
  readonly tokens: number;
  readonly tokensOfTools: number;
  readonly leftOut: readonly { readonly where: string; readonly why: string }[];
}

/** What the owner of a project may have changed: its operations, and what they were when they were generated. */
interface Owner {
  readonly there: Api;
  readonly lines: Readonly<Record<string, string>>;
}

/** What is wanted of a description, and the tools that a project has besides. */
export type Wanted = Pick<Answers, 'fromOpenapi' | 'openapiMode' | 'operations'> &
  Partial<Pick<Answers, 'language' | 'tools'>>;

/** Names that operations must not have: `vars.tools` of the chosen tools. */
export const toolsOf = ({ language = '', tools = [] }: Wanted): readonly string[] =>
  optionsOf(language, 'tool')
    .filter(({ id }) => tools.includes(id))
    .flatMap(toolsIn);

/** More tags than this are no list to choose from. */
const MOST_TAGS = 60;

/**
 * Reads and compiles the description that the answers name; asks a person who is there which tags are wanted.
 *
 * @param dir the folder of the project
 * @throws CliError what `readSource` and `compile` throw
 */
export async function fromOpenapi(
  answers: Wanted,
  dir: string,
  context: Context,
  { ask, owned }: { readonly ask?: Ask | undefined; readonly owned?: Owner | undefined } = {},
): Promise<FromOpenapi> {
  const { fromOpenapi: source = '', openapiMode = 'auto' } = answers;
  const { description, origin } = await readSource(source, context);
  const wishes = { source, mode: openapiMode as Mode | 'auto', origin, taken: toolsOf(answers) };
  let { operations = '' } = answers;
  let compiled = await compile(description, { ...wishes, operations });
  if (ask !== undefined && operations === '' && compiled.tags.length > 1 && compiled.tags.length <= MOST_TAGS) {
    operations = await askTags(compiled, openapiMode, ask);
    if (operations !== '') compiled = await compile(description, { ...wishes, operations });
  }
  const { mode, total, tokens, tokensOfTools, leftOut } = compiled;
  const own = owned && keepOwn(compiled, owned.there, owned.lines);
  const { api } = own?.compiled ?? compiled;
  const count = Object.keys(api.operations).length;
  return {
    api: partOf(compiled, casesOf({ ...compiled, api }, description), api),
    answers: {
      fromOpenapi: recordedSource(source, dir, context.env),
      openapiMode: mode,
      ...(operations !== '' && { operations }),
    },
    notes: [...notesOf(compiled, count), ...(own === undefined ? [] : ownNotes(own))],
    report: { mode, operations: count, total, tokens, tokensOfTools, leftOut },
  };
}

/** Which tags are wanted, each with what it costs, and all that are chosen with what they come to. */
async function askTags({ tags, tokensOfTools, costOf }: Compiled, mode: string, ask: Ask): Promise<string> {
  const globsOf = (names: readonly string[]): string =>
    // Commas separate globs, so that one in a tag is any character.
    names.length === tags.length ? '' : names.map((name) => `tag:${name.replaceAll(',', '*')}`).join(',');
  const chosen = await ask({
    type: 'list',
    message: `Which operations? All of them cost about ${thousands(tokensOfTools)} tokens as tools${mode === 'auto' ? `; above ${thousands(BUDGET)} they are searched` : ''}.`,
    choices: tags.map(({ name, operations, tokens }) => ({
      id: name,
      title: name === '' ? 'without a tag' : printable(name),
      hint: `${counted(operations, 'operation')}, ${thousands(tokens)} tokens`,
    })),
    initial: tags.map(({ name }) => name),
    sum: (names) => {
      const { operations, tokens } = names.length === 0 ? { operations: 0, tokens: 0 } : costOf(globsOf(names));
      const isSearched = mode === 'search' || (mode === 'auto' && tokens > BUDGET);
      const searched = isSearched ? `; searched, they cost about ${SEARCH_TOKENS}` : '';
      return `Chosen: ${counted(operations, 'operation')}, ${thousands(tokens)} tokens as tools${searched}`;
    },
    problem: (names) => (names.length === 0 ? 'Choose at least one.' : undefined),
  });
  return globsOf(chosen as readonly string[]);
}

const ownNotes = ({ takenOut, edited }: Owned): string[] => [
  ...(takenOut.length === 0 ? [] : [`You have taken out, and they stay out: ${firstOf(takenOut, 20).join(', ')}.`]),
  ...(edited.length === 0 ? [] : [`You have edited, and they stay as they are: ${firstOf(edited, 20).join(', ')}.`]),
];

function notesOf({ mode, total, tokens, tokensOfTools, leftOut }: Compiled, count: number): string[] {
  const list =
    mode === 'tools'
      ? `a tool each, about ${thousands(tokens)} tokens in the list of tools.`
      : `found by search_operations and called by call_operation: about ${thousands(tokens)} tokens in the list of tools, instead of ${thousands(tokensOfTools)}.`;
  const unchosen = total - count;
  return [
    `${counted(count, 'operation')} of ${total}: ${list}`,
    ...(unchosen > 0 && count < total ? [`${counted(unchosen, 'operation')} not chosen or left out.`] : []),
    ...firstOf(leftOut.map(({ where, why }) => `Left out: ${where}: ${why}.`).map(printable), 20),
  ];
}

const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
