import type { Context } from '../base/context.ts';
import { EXIT, failure } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import { cut } from '../base/text.ts';
import type { Greeting } from '../probe/eras.ts';
import type { Result } from '../probe/rpc.ts';
import type { Shown } from '../probe/shown.ts';
import { errorObject, errorText, lines, type Piece, type Report } from './report.ts';
import { type Paint, painter } from './style.ts';

/** What a run of `call` has brought. */
export interface CallOutcome {
  readonly version: string;
  /** The server, for people. */
  readonly title: string;
  readonly greeting: Greeting;
  readonly transport: 'stdio' | 'http';
  readonly action: 'list' | 'call' | 'read' | 'prompt';
  /** The tool, the address or the prompt; null for a list. */
  readonly target: string | null;
  readonly result: Result;
  /** What the server asked meanwhile. */
  readonly questions: readonly object[];
  readonly shown: Shown;
}

/** Text of one piece; the rest is in `--json`. */
const MOST_CHARACTERS = 100_000;
const LONGEST_LINE = 200;

/** For people, the content itself on stdout; what the server calls a failure ends with exit code 1. */
export function callReport(outcome: CallOutcome, context: Context): Report {
  const { version, greeting, transport, action, target, result, questions, title } = outcome;
  const { server, protocol } = greeting;
  const problem =
    action === 'call' && result.isError === true
      ? failure('tool-failed', `${target} answered that it failed.`, { hint: 'Its answer says why.' })
      : undefined;
  const json = {
    ...(problem === undefined ? { ok: true } : errorObject(problem)),
    ...{ version, server: { title, name: server?.name ?? null, version: server?.version ?? null } },
    ...{ transport, protocol, action, target, result, questions },
  };
  const texts =
    action === 'list'
      ? inventory(outcome, painter(context.stdout, context.env))
      : contents(outcome).map((text) => cut(outcome.shown(text), MOST_CHARACTERS));
  const failed: Piece[] = problem === undefined ? [] : [{ to: 'stderr', text: errorText(problem, context) }];
  return { exit: problem?.exit ?? EXIT.ok, json, text: [lines('stdout', ...texts), ...failed] };
}

/** One line a tool, resource, template and prompt. */
function inventory({ title, greeting, transport, result, shown }: CallOutcome, paint: Paint): string[] {
  const { server, protocol } = greeting;
  const itself = server === undefined ? title : `${server.name} ${server.version}`;
  const sections = (
    [
      ['Tools', result.tools, toolLine],
      ['Resources', result.resources, ({ uri, ...rest }: Result) => `${uri}  ${about(rest)}`],
      ['Templates', result.templates, ({ uriTemplate, ...rest }: Result) => `${uriTemplate}  ${about(rest)}`],
      ['Prompts', result.prompts, promptLine],
    ] as const
  ).flatMap(([heading, items, line]) => {
    const all = Array.isArray(items) ? items.filter(isObject) : [];
    return all.length === 0
      ? []
      : ['', paint('cyan', heading), ...all.map((item) => `  ${oneLine(line(item), shown)}`)];
  });
  const nothing = sections.length === 0 ? ['', 'It offers nothing.'] : [];
  return [oneLine(`${itself} over ${transport}, protocol ${protocol}`, shown), ...sections, ...nothing];
}

const oneLine = (text: string, shown: Shown): string =>
  cut(
    shown(text)
      .replace(/\s*\n\s*/g, ' ')
      .trimEnd(),
    LONGEST_LINE,
  );

/** `create_note(title, body?)  Create a note` */
function toolLine(tool: Result): string {
  const { properties, required } = isObject(tool.inputSchema) ? tool.inputSchema : {};
  const needed = Array.isArray(required) ? required : [];
  const names = Object.keys(isObject(properties) ? properties : {});
  const given = [
    ...names.filter((name) => needed.includes(name)),
    ...names.filter((name) => !needed.includes(name)).map((name) => `${name}?`),
  ];
  return `${tool.name}(${given.join(', ')})  ${about({ ...tool, name: '' })}`;
}

function promptLine(prompt: Result): string {
  const given = Array.isArray(prompt.arguments) ? prompt.arguments.filter(isObject) : [];
  return `${prompt.name}(${given.map(({ name, required }) => `${name}${required === true ? '' : '?'}`).join(', ')})  ${about({ ...prompt, name: '' })}`;
}

/** The first sentence of a description, else the title. */
function about({ title, description, name }: Result): string {
  const text = [description, title, name].find((one) => typeof one === 'string' && one !== '') ?? '';
  return /^[\s\S]*?\.(?=\s|$)/.exec(String(text).slice(0, 1000))?.[0] ?? String(text);
}

/** What a tool, a resource or a prompt has given, as text. */
function contents({ action, result }: CallOutcome): string[] {
  if (action === 'read') return listIn(result.contents).map(resourceText);
  if (action === 'prompt') {
    return listIn(result.messages).map(
      ({ role, content }) => `${role}: ${listIn([content].flat()).map(itemText).join('\n')}`,
    );
  }
  const texts = listIn(result.content).map(itemText);
  const { structuredContent: value } = result;
  if (value === undefined) return texts.length === 0 ? ['(no content)'] : texts;
  // Most tools say the same twice, for clients that read only the one or the other.
  const others = texts.filter((text) => !isSame(text, value));
  return [...others, JSON.stringify(value, null, 2)];
}

const listIn = (value: unknown): readonly Result[] => (Array.isArray(value) ? value.filter(isObject) : []);

function itemText(item: Result): string {
  const { type, text, data, mimeType, uri, resource } = item;
  if (type === 'text') return String(text);
  if (type === 'resource' && isObject(resource)) return resourceText(resource);
  if (type === 'resource_link') return `[link to ${uri}]`;
  return `[${type}${typeof mimeType === 'string' ? ` ${mimeType}` : ''}${typeof data === 'string' ? `, ${bytesIn(data)} bytes` : ''}]`;
}

const resourceText = ({ uri, text, blob, mimeType }: Result): string =>
  typeof text === 'string'
    ? text
    : `[${uri}${mimeType === undefined ? '' : ` ${mimeType}`}, ${bytesIn(String(blob ?? ''))} bytes]`;

const bytesIn = (base64: string): number => Math.floor((base64.replace(/=+$/, '').length * 3) / 4);

function isSame(text: string, value: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(value);
  } catch {
    return false;
  }
}
