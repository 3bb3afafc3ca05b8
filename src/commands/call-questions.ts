import type { Ask } from '../answers/questions.ts';
import type { Context } from '../base/context.ts';
import { usageError } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import { cut, listOf, pairIn, printable, show } from '../base/text.ts';
import { answerProblem, answerValue, type Field, fieldsOf } from '../probe/questions.ts';
import type { Host, Params, Result } from '../probe/rpc.ts';

/** A question of the server, and what came of it. */
export interface Answered {
  readonly message: string;
  readonly action: 'accept' | 'decline';
  readonly content?: Result;
}

/** Where a person can be asked; undefined where nobody is there. */
export type OpenAsk = (() => Promise<{ readonly ask: Ask }>) | undefined;

const LONGEST = 2000;

/** Answers what a server asks during a call: with `--answer`, else by asking the person, else by declining. */
export class Questions implements Host {
  readonly capabilities = { elicitation: { form: {} } };
  readonly asked: Answered[] = [];
  readonly #given: ReadonlyMap<string, string>;
  readonly #open: OpenAsk;
  readonly #tell: (text: string) => void;
  readonly #used = new Set<string>();
  #isAsking = false;
  #lastAnswer = 0;

  constructor(given: ReadonlyMap<string, string>, open: OpenAsk, tell: (text: string) => void) {
    this.#given = given;
    this.#open = open;
    this.#tell = tell;
  }

  answer(method: string, params: Params): Promise<Result> | undefined {
    return method === 'elicitation/create' ? this.#elicit(params) : undefined;
  }

  notified(method: string, { progress, total, message }: Params): void {
    if (method !== 'notifications/progress' || typeof progress !== 'number') return;
    const of = typeof total === 'number' ? ` of ${total}` : '';
    this.#tell(`  ${progress}${of}${typeof message === 'string' ? `: ${cut(printable(message), 200)}` : ''}`);
  }

  left(since: number, ms: number): number {
    return this.#isAsking ? ms : ms - (performance.now() - Math.max(since, this.#lastAnswer));
  }

  /** Answers that were given and that nobody has asked for. */
  get unused(): readonly string[] {
    return [...this.#given.keys()].filter((key) => !this.#used.has(key));
  }

  async #elicit({ message, mode, url, requestedSchema }: Params): Promise<Result> {
    const text = cut(printable(String(message ?? '')), LONGEST);
    this.#isAsking = true;
    try {
      if (mode === 'url')
        return this.#decline(text, `it wants ${show(String(url))} opened in a browser, which is not done here`);
      const fields = fieldsOf(requestedSchema);
      const given = this.#givenFor(fields);
      const missing = fields.filter(({ key, required }) => required && !Object.hasOwn(given, key));
      const isAnswered =
        missing.length === 0 && (fields.length === 0 ? this.#given.size > 0 : Object.keys(given).length > 0);
      if (isAnswered) return this.#accept(text, given);
      if (this.#open === undefined) return this.#decline(text, nobodyHere(fields, missing));
      return await this.#askPerson(text, fields, given);
    } finally {
      this.#isAsking = false;
      this.#lastAnswer = performance.now();
    }
  }

  /** @throws {CliError} `invalid-answer`, exit 2 */
  #givenFor(fields: readonly Field[]): Result {
    const here = fields.filter(({ key }) => this.#given.has(key));
    return Object.fromEntries(
      here.map((field) => {
        const text = this.#given.get(field.key) ?? '';
        this.#used.add(field.key);
        const problem = answerProblem(field, text);
        if (problem !== undefined)
          throw usageError('invalid-answer', `--answer ${show(`${field.key}=${text}`)} does not fit. ${problem}`);
        return [field.key, answerValue(field, text)];
      }),
    );
  }

  async #askPerson(message: string, fields: readonly Field[], given: Result): Promise<Result> {
    const terminal = await this.#open?.();
    if (terminal === undefined) return this.#decline(message, 'nobody can be asked here');
    const [only] = fields;
    const { ask } = terminal;
    if (fields.length === 1 && only?.type === 'boolean') {
      const yes = await ask({ type: 'confirm', message: `${message} ${only.label}`, initial: only.initial === true });
      return this.#accept(message, { [only.key]: yes });
    }
    if ((await ask({ type: 'confirm', message: `The server asks: ${message} Answer?`, initial: true })) !== true)
      return this.#decline(message);
    const content = new Map(Object.entries(given));
    for (const field of fields.filter(({ key }) => !content.has(key))) {
      const value = await askField(field, ask);
      if (value !== undefined) content.set(field.key, value);
    }
    return this.#accept(message, Object.fromEntries(content));
  }

  #accept(message: string, content: Result): Result {
    this.asked.push({ message, action: 'accept', content });
    return { action: 'accept', content };
  }

  #decline(message: string, reason?: string): Result {
    this.asked.push({ message, action: 'decline' });
    if (reason !== undefined) this.#tell(`The server asked: ${message}\nDeclined: ${reason}.`);
    return { action: 'decline' };
  }
}

function nobodyHere(fields: readonly Field[], missing: readonly Field[]): string {
  const open = (missing.length > 0 ? missing : fields).map(
    ({ key, type }) => `--answer ${printable(key)}=${EXAMPLES[type]}`,
  );
  return `nobody can be asked here. To answer, give ${open.length > 0 ? listOf(open, 'and') : '--answer ok=true'}`;
}

const EXAMPLES: Readonly<Record<Field['type'], string>> = {
  text: '<text>',
  number: '<number>',
  integer: '<number>',
  boolean: 'true',
  choice: '<value>',
  choices: '<value>,<value>',
};

/** One question of a form; undefined when it is left open. */
async function askField(field: Field, ask: Ask): Promise<unknown> {
  const { type, label, choices, initial, required } = field;
  const offered = choices.map(({ value, title }) => ({ id: value, title, hint: '' }));
  if (type === 'boolean') return ask({ type: 'confirm', message: label, initial: initial === true });
  if (type === 'choice')
    return ask({ type: 'choice', message: label, choices: offered, initial: String(initial ?? offered[0]?.id) });
  if (type === 'choices')
    return ask({
      type: 'list',
      message: label,
      choices: offered,
      initial: Array.isArray(initial) ? initial.map(String) : [],
    });
  const suggestion = initial === undefined || isObject(initial) ? '' : String(initial);
  const problem = (text: string): string | undefined =>
    text === '' && required && type === 'text' ? 'It must not be empty.' : answerProblem(field, text);
  const message = required ? label : `${label} (may be left empty)`;
  const text = String(await ask({ type: 'text', message, initial: suggestion, problem }));
  return text === '' && !required ? undefined : answerValue(field, text);
}

/** `--answer` by key. @throws {CliError} `invalid-answer`, exit 2 */
export function answersFrom(given: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(
    given.map((text) => {
      const pair = pairIn(text);
      if (pair !== undefined) return pair;
      throw usageError('invalid-answer', `--answer ${show(text)} is not of the form key=value.`, {
        hint: 'For example: --answer confirm=true',
      });
    }),
  );
}

/** Somebody is there to be asked, and the output is not for a program. */
export function openAsk(context: Context, json: boolean): OpenAsk {
  const { stdinIsTTY, stdoutIsTTY, isCI } = context.env;
  if (json || isCI || !stdinIsTTY || !stdoutIsTTY) return undefined;
  return async () => (await import('../answers/prompts.ts')).openTerminal(context);
}
