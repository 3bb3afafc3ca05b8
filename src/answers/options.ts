import { startedByUvx } from '../base/own-command.ts';
import { targetOf } from '../base/paths.ts';
import { show } from '../base/text.ts';
import { languages, optionsOf } from '../catalog/catalog.ts';
import { allThatFit, catalog, DEFAULT_PRESET, prefer, presetChoice, presetList, standIns } from './defaults.ts';
import { descriptionProblem, dirProblem, nameFromDir, nameProblem, oneLineProblem, similarName } from './names.ts';
import { fits } from './needs.ts';
import type { Choice, Key, OptionRow } from './option-types.ts';
import { authorProblem, repositoryProblem, similarRepository } from './owner.ts';

/**
 * THE table. Flags, prompts, `--answers`, `--help` and the replay command are all made from it, so an option is added by
 * adding a row (and a choice by adding a folder under `templates/`).
 */

const none = (): readonly Choice[] => [];
const detected = (choices: readonly Choice[]): readonly Choice[] =>
  choices.filter((choice) => choice.detected === true);

/** Asked once for all switches. */
export const SWITCHES_QUESTION = 'What should be done with it?';

export const OPTIONS: readonly OptionRow[] = [
  {
    key: 'dir',
    type: 'text',
    positional: true,
    group: 'Project',
    placeholder: '[dir]',
    summary: 'folder of the new project, "." for the current one',
    question: 'Where should the project be created?',
    replay: 'always',
    problem: (value, { env }) => dirProblem(value, env),
    verify: (value, { env, inspectTarget }) => inspectTarget(targetOf(value, env)),
    fallback: ({ yes }) => (yes ? 'mcp-server' : undefined),
    suggestion: 'mcp-server',
  },
  {
    key: 'name',
    type: 'text',
    group: 'Project',
    placeholder: '<name>',
    summary: 'server and package name',
    defaultText: 'from dir',
    question: 'What is the server called?',
    replay: 'changed',
    problem: nameProblem,
    similar: similarName,
    fallback: ({ answers, env }) => nameFromDir(answers.dir ?? '.', env),
    suggestion: 'my-server',
    askOnlyIfNeeded: true,
  },
  {
    key: 'description',
    type: 'text',
    group: 'Project',
    placeholder: '<text>',
    summary: 'one sentence for package.json and README',
    replay: 'changed',
    problem: descriptionProblem,
    fallback: ({ answers }) => `${answers.name ?? 'A server'}: tools and resources over the Model Context Protocol.`,
  },
  {
    key: 'license',
    type: 'choice',
    group: 'Project',
    placeholder: '<id>',
    summary: 'its licence',
    replay: 'changed',
    choices: catalog('license'),
    fallback: prefer('MIT'),
  },
  {
    key: 'author',
    type: 'text',
    group: 'Project',
    placeholder: '<text>',
    summary: "whose it is: 'Name <mail>'",
    defaultText: 'name in git',
    replay: 'always',
    problem: authorProblem,
    fallback: ({ answers, env, gitFacts }) => gitFacts(targetOf(answers.dir ?? '.', env)).author,
  },
  {
    key: 'repository',
    type: 'text',
    group: 'Project',
    placeholder: '<url>',
    summary: 'where it is kept',
    defaultText: 'origin in git',
    replay: 'always',
    problem: repositoryProblem,
    similar: similarRepository,
    fallback: ({ answers, env, gitFacts }) => gitFacts(targetOf(answers.dir ?? '.', env)).repository,
  },
  {
    key: 'language',
    type: 'choice',
    group: 'Project',
    placeholder: '<id>',
    summary: 'language of the server',
    question: 'Which language?',
    replay: 'changed',
    choices: () => languages().map(languageChoice),
    // Who comes by uvx has Python, and may have no npm.
    fallback: (situation, ids) => prefer(startedByUvx(situation.env) ? 'python' : 'typescript')(situation, ids),
  },
  {
    key: 'fromOpenapi',
    type: 'text',
    optional: true,
    group: 'Server',
    placeholder: '<file|url>',
    summary: 'tools from an OpenAPI description',
    replay: 'changed',
    problem: (value) => oneLineProblem('--from-openapi', value),
    fallback: () => undefined,
  },
  {
    key: 'openapiMode',
    type: 'text',
    optional: true,
    group: 'Server',
    placeholder: '<mode>',
    summary: 'tools: one each; search: three (by cost*)',
    replay: 'changed',
    problem: (value) =>
      ['auto', 'tools', 'search'].includes(value)
        ? undefined
        : `--openapi-mode is tools or search, not ${show(value)}.`,
    fallback: () => undefined,
  },
  {
    key: 'operations',
    type: 'text',
    optional: true,
    group: 'Server',
    placeholder: '<globs>',
    summary: 'which of them: globs on ids, tags, methods, paths',
    replay: 'changed',
    problem: (value) => oneLineProblem('--operations', value),
    fallback: () => undefined,
  },
  {
    key: 'preset',
    type: 'choice',
    group: 'Server',
    placeholder: '<id>',
    summary: 'defaults of what follows',
    question: 'How much to start with?',
    replay: 'changed',
    choices: catalog('preset'),
    fallback: prefer(DEFAULT_PRESET),
    other: { id: 'custom', title: 'Let me choose everything', hint: 'transport, storage, tools, …' },
    countsFiles: true,
  },
  {
    key: 'transport',
    type: 'choice',
    group: 'Server',
    placeholder: '<id>',
    summary: 'how clients reach the server',
    question: 'How do clients reach the server?',
    inPreset: true,
    replay: 'always',
    choices: catalog('transport'),
    fallback: presetChoice('transport'),
  },
  {
    key: 'auth',
    type: 'choice',
    group: 'Server',
    placeholder: '<id>',
    summary: 'who may use it over HTTP',
    question: 'Who may use it over HTTP?',
    inPreset: true,
    replay: 'changed',
    choices: catalog('auth'),
    offered: (choices, { answers }) => choices.filter((choice) => fits('auth', choice, answers)),
    fallback: prefer('none'),
  },
  {
    key: 'storage',
    type: 'choice',
    group: 'Server',
    placeholder: '<id>',
    summary: 'where tools keep their data',
    question: 'Where do its tools keep their data?',
    inPreset: true,
    replay: 'always',
    choices: catalog('storage'),
    fallback: presetChoice('storage'),
  },
  {
    key: 'tools',
    type: 'list',
    group: 'Server',
    placeholder: '<list>',
    summary: 'examples',
    question: 'Which example tools?',
    inPreset: true,
    replay: 'always',
    choices: catalog('tool'),
    unasked: standIns('tool'),
    words: { all: allThatFit('tools'), none },
    fallback: presetList('tools'),
  },
  {
    key: 'resources',
    type: 'list',
    group: 'Server',
    placeholder: '<list>',
    summary: 'what clients can read',
    question: 'Which resources?',
    inPreset: true,
    replay: 'always',
    choices: catalog('resource'),
    words: { all: allThatFit('resources'), none },
    fallback: presetList('resources'),
  },
  {
    key: 'extras',
    type: 'list',
    group: 'Server',
    placeholder: '<list>',
    summary: 'extra files',
    question: 'What else should be in the project?',
    inPreset: true,
    replay: 'always',
    choices: catalog('extra'),
    words: { all: allThatFit('extras'), none },
    fallback: presetList('extras'),
  },
  {
    key: 'runtime',
    type: 'choice',
    group: 'Target',
    placeholder: '<version>',
    summary: 'runtime to target',
    defaultText: 'the running one',
    replay: 'always',
    choices: catalog('runtime'),
    fallback: ({ language = '', runtime }, ids) => nearestRuntime(runtime(language) ?? '', ids),
  },
  {
    key: 'pm',
    type: 'choice',
    group: 'Target',
    placeholder: '<id>',
    summary: 'package manager',
    defaultText: 'detected',
    question: 'Which package manager?',
    replay: 'always',
    choices: catalog('pm'),
    fallback: (situation, ids) =>
      prefer(situation.packageManager(targetOf(situation.answers.dir ?? '.', situation.env), ids))(situation, ids),
  },
  {
    key: 'client',
    type: 'list',
    group: 'Clients',
    placeholder: '<list>',
    summary: 'clients to add it to',
    question: 'Add the server to these clients?',
    replay: 'changed',
    choices: ({ clients }) => clients(),
    words: { detected, none },
    fallback: () => [],
    offered: detected,
    ticked: (choices) => choices.map((choice) => choice.id),
    questionForOne: (client) => `Add the server to ${client.title}?`,
  },
  {
    key: 'clientConfig',
    type: 'map',
    group: 'Clients',
    placeholder: '<id=path>',
    summary: "another config file than the client's own",
    replay: 'changed',
    choices: ({ clients }) => clients(),
  },
  {
    key: 'install',
    type: 'switch',
    group: 'Steps',
    placeholder: '',
    summary: 'install the dependencies and build',
    question: 'Install the dependencies and build',
    replay: 'changed',
    fallback: true,
  },
  {
    key: 'git',
    type: 'switch',
    group: 'Steps',
    placeholder: '',
    summary: 'make a git repository and the first commit',
    question: 'Make a git repository and the first commit',
    replay: 'changed',
    fallback: true,
  },
  {
    key: 'check',
    type: 'switch',
    group: 'Steps',
    placeholder: '',
    summary: 'start the server and prove that it answers',
    question: 'Start the server and prove that it answers',
    replay: 'changed',
    fallback: true,
  },
  {
    key: 'onConflict',
    type: 'choice',
    group: 'Steps',
    placeholder: '<id>',
    summary: 'when a file is already there',
    replay: 'changed',
    choices: () => [
      { id: 'error', title: 'Stop', hint: 'change nothing' },
      { id: 'skip', title: 'Keep mine', hint: 'write only files that do not exist' },
      { id: 'overwrite', title: 'Overwrite', hint: 'replace the files that differ' },
    ],
    fallback: prefer('error'),
  },
];

/** Flags that are not answers: they say how this one run goes. */
export const RUN_FLAGS: readonly { readonly flags: string; readonly summary: string }[] = [
  { flags: '--answers <file>', summary: 'JSON with these keys, such as a .mcp-mason.json' },
  { flags: '--dry-run', summary: 'show every file and command; write nothing' },
  { flags: '--json', summary: 'one JSON object on stdout, errors too' },
  { flags: '-y, --yes', summary: 'no question; dir is mcp-server if not given' },
  { flags: '--no-interactive', summary: 'no question' },
];

/** `clientConfig` → `client-config`: the flag, without dashes in front. */
export const flagOf = (key: Key): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The row of a key. */
export function rowOf(key: Key): OptionRow {
  const row = OPTIONS.find((one) => one.key === key);
  if (row === undefined) throw new TypeError(`No option ${key}`);
  return row;
}

function languageChoice(id: string): Choice {
  const base = optionsOf(id, 'base')[0];
  return { id, title: base?.title ?? id, hint: base?.hint ?? '' };
}

/** The newest version that is not newer than the running one; the first when all are newer, or none runs. */
function nearestRuntime(running: string, ids: readonly string[]): string {
  const older = ids.filter((id) => compareVersions(id, running) <= 0);
  return older.sort((a, b) => compareVersions(b, a))[0] ?? ids[0] ?? running;
}

/** Compares as many parts as the first has: `24` is the same as `24.1.0`, and `3.9` older than `3.10`. */
function compareVersions(a: string, b: string): number {
  const [ours, theirs] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const at = ours.findIndex((part, index) => part !== (theirs[index] ?? 0));
  return at < 0 ? 0 : (ours[at] ?? 0) - (theirs[at] ?? 0);
}
