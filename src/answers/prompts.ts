import { styleText } from 'node:util';
import { MultiSelectPrompt, SelectPrompt, wrapTextWithPrefix } from '@clack/core';
import {
  confirm,
  formatInstructionFooter,
  intro,
  limitOptions,
  log,
  MULTISELECT_INSTRUCTIONS,
  outro,
  S_BAR,
  S_BAR_END,
  S_CHECKBOX_ACTIVE,
  S_CHECKBOX_INACTIVE,
  S_CHECKBOX_SELECTED,
  S_RADIO_ACTIVE,
  S_RADIO_INACTIVE,
  SELECT_INSTRUCTIONS,
  symbol,
  symbolBar,
  text,
  unicode,
} from '@clack/prompts';
import type { Context } from '../base/context.ts';
import { cancelled } from '../base/errors.ts';
import type { Ongoing } from '../report/progress.ts';
import { spin } from '../report/spinner.ts';
import type { Choice } from './option-types.ts';
import type { Ask, Question } from './questions.ts';

/** The one module that knows the prompt library. Loaded only when somebody is there to answer. */
export interface Terminal {
  readonly ask: Ask;
  begin(title: string): void;
  note(text: string): void;
  end(text: string): void;
  /** A line that moves while something takes time. */
  spin(text: string): Ongoing;
}

/** Opens the flow of questions on the context's terminal. An aborted signal backs out of the open question. */
export function openTerminal({ terminal, signal }: Pick<Context, 'terminal' | 'signal'>): Terminal {
  const streams = { ...terminal, signal };
  return {
    ask: async (question) => {
      const answer = await put(question, streams);
      // Only what is left has none.
      if (typeof answer === 'symbol' || answer === undefined) throw cancelled();
      return answer;
    },
    begin: (title) => intro(title, streams),
    note: (message) => log.info(message, streams),
    end: (message) => outro(message, streams),
    spin: (doing) => {
      const stop = spin(terminal.output, unicode ? ['◒', '◐', '◓', '◑'] : ['-', '\\', '|', '/'], doing);
      return {
        done: (text) => log.success(`${text} (${stop()})`, streams),
        failed: (text) => log.error(`${text} (${stop()})`, streams),
      };
    },
  };
}

type Streams = Context['terminal'] & { readonly signal: AbortSignal };

function put(question: Question, streams: Streams): Promise<string | boolean | string[] | symbol | undefined> {
  const { message } = question;
  switch (question.type) {
    case 'text': {
      // Return alone takes the suggestion, so an empty line is judged as the suggestion.
      const { initial, problem } = question;
      const validate = (value: string | undefined) => problem(value || initial);
      return text({ ...streams, message, placeholder: initial, defaultValue: initial, validate });
    }
    case 'choice':
      return choice(question, streams);
    case 'list':
      return list(question, streams);
    case 'confirm':
      return confirm({ ...streams, message, initialValue: question.initial });
  }
}

/** What there is to choose from, and how far somebody has come. */
interface Shown {
  readonly prompt: Pick<MultiSelectPrompt<Option>, 'state' | 'cursor' | 'options' | 'error'>;
  readonly message: string;
  readonly chosen: readonly string[];
  /** For a choice, for where the cursor is, and for the others. */
  readonly boxes: readonly [string, string, string];
  /** What stands below, before how keys work. */
  readonly below?: string | undefined;
  readonly keys: readonly string[];
}

/**
 * Choices as clack's own `select` and `multiselect` look, with a line below that changes with the choice: theirs see only
 * what is final.
 */
function draw({ prompt, message, chosen, boxes, below, keys }: Shown, { output }: Streams): string {
  const { state, cursor, options, error } = prompt;
  const grey = `${styleText('gray', S_BAR)}  `;
  const asked = wrapTextWithPrefix(output, message, `${symbolBar(state)}  `, `${symbol(state)}  `);
  const head = `${grey.trimEnd()}\n${asked}\n`;
  if (state === 'submit' || state === 'cancel') {
    const style: Parameters<typeof styleText>[0] = state === 'submit' ? 'dim' : ['strikethrough', 'dim'];
    const labels = options.filter(({ value }) => chosen.includes(value)).map(({ label }) => styleText(style, label));
    const none = state === 'submit' ? [styleText('dim', 'none')] : [];
    const line = (labels.length > 0 ? labels : none).join(styleText('dim', ', '));
    return `${head}${wrapTextWithPrefix(output, line, grey)}${state === 'cancel' ? `\n${grey.trimEnd()}` : ''}`;
  }
  const colour = state === 'error' ? 'yellow' : 'cyan';
  const bar = `${styleText(colour, S_BAR)}  `;
  const foot = [
    ...(below === undefined ? [] : wrapTextWithPrefix(output, below, bar).split('\n')),
    ...(state === 'error'
      ? [`${styleText(colour, S_BAR_END)}  ${styleText(colour, error)}`]
      : formatInstructionFooter(output, [...keys], true)),
  ];
  const shown = limitOptions({
    output,
    options: [...options],
    cursor,
    columnPadding: 3,
    rowPadding: head.split('\n').length + foot.length + 1,
    style: ({ value, label, hint }, isActive) => {
      const isChosen = chosen.includes(value);
      const [on, here, off] = boxes;
      const box = isChosen ? styleText('green', on) : isActive ? styleText('cyan', here) : styleText('dim', off);
      const hinted = hint !== undefined && (isActive || isChosen) ? ` ${styleText('dim', `(${hint})`)}` : '';
      return `${box} ${isActive ? label : styleText('dim', label)}${hinted}`;
    },
  });
  return `${head}${[...shown.map((line) => bar + line), ...foot].join('\n')}\n`;
}

function choice({ message, choices, initial }: Extract<Question, { type: 'choice' }>, streams: Streams) {
  return new SelectPrompt({
    ...streams,
    options: choices.map(optionOf),
    initialValue: initial,
    render() {
      const chosen = [this.options[this.cursor]?.value ?? ''];
      const boxes = [S_RADIO_ACTIVE, S_RADIO_ACTIVE, S_RADIO_INACTIVE] as const;
      return draw({ prompt: this, message, chosen, boxes, keys: SELECT_INSTRUCTIONS }, streams);
    },
  }).prompt();
}

function list({ message, choices, initial, sum, problem }: Extract<Question, { type: 'list' }>, streams: Streams) {
  return new MultiSelectPrompt({
    ...streams,
    options: choices.map(optionOf),
    initialValues: [...initial],
    validate: (chosen) => problem?.(chosen ?? []),
    render() {
      const chosen = this.value ?? [];
      const boxes = [S_CHECKBOX_SELECTED, S_CHECKBOX_ACTIVE, S_CHECKBOX_INACTIVE] as const;
      const keys = [...MULTISELECT_INSTRUCTIONS, `${styleText('dim', 'a:')} all`];
      return draw({ prompt: this, message, chosen, boxes, below: sum?.(chosen), keys }, streams);
    },
  }).prompt();
}

interface Option {
  value: string;
  label: string;
  hint?: string;
}

const optionOf = ({ id, title, hint }: Choice): Option => ({
  value: id,
  label: title,
  ...(hint === '' ? {} : { hint }),
});
