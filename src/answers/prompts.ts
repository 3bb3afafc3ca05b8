import { styleText } from 'node:util';
import { MultiSelectPrompt, wrapTextWithPrefix } from '@clack/core';
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
  select,
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
      if (typeof answer === 'symbol') throw cancelled();
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

function put(question: Question, streams: Streams): Promise<string | boolean | string[] | symbol> {
  const { message } = question;
  switch (question.type) {
    case 'text': {
      // Return alone takes the suggestion, so an empty line is judged as the suggestion.
      const { initial, problem } = question;
      const validate = (value: string | undefined) => problem(value || initial);
      return text({ ...streams, message, placeholder: initial, defaultValue: initial, validate });
    }
    case 'choice':
      return select({ ...streams, message, options: question.choices.map(optionOf), initialValue: question.initial });
    case 'list':
      return list(question, streams);
    case 'confirm':
      return confirm({ ...streams, message, initialValue: question.initial });
  }
}

/** As clack's own `multiselect` looks, with a line below it that changes with the choice: its own sees only what is final. */
async function list(
  { message, choices, initial, sum, problem }: Extract<Question, { type: 'list' }>,
  streams: Streams,
): Promise<string[] | symbol> {
  const { output } = streams;
  const grey = `${styleText('gray', S_BAR)}  `;
  const prompt = new MultiSelectPrompt({
    ...streams,
    options: choices.map(optionOf),
    initialValues: [...initial],
    validate: (chosen) => problem?.(chosen ?? []),
    render() {
      const { state, cursor, options, value: chosen = [] } = this;
      const asked = wrapTextWithPrefix(output, message, `${symbolBar(state)}  `, `${symbol(state)}  `);
      const head = `${grey.trimEnd()}\n${asked}\n`;
      if (state === 'submit' || state === 'cancel') {
        const style: Parameters<typeof styleText>[0] = state === 'submit' ? 'dim' : ['strikethrough', 'dim'];
        const labels = options
          .filter(({ value }) => chosen.includes(value))
          .map(({ label }) => styleText(style, label));
        const none = state === 'submit' ? [styleText('dim', 'none')] : [];
        const line = (labels.length > 0 ? labels : none).join(styleText('dim', ', '));
        return `${head}${wrapTextWithPrefix(output, line, grey)}${state === 'cancel' ? `\n${grey.trimEnd()}` : ''}`;
      }
      const colour = state === 'error' ? 'yellow' : 'cyan';
      const bar = `${styleText(colour, S_BAR)}  `;
      const foot = [
        ...(sum === undefined ? [] : wrapTextWithPrefix(output, sum(chosen), bar).split('\n')),
        ...(state === 'error'
          ? [`${styleText(colour, S_BAR_END)}  ${styleText(colour, this.error)}`]
          : formatInstructionFooter(output, [...MULTISELECT_INSTRUCTIONS, `${styleText('dim', 'a:')} all`], true)),
      ];
      const shown = limitOptions({
        output,
        options: [...options],
        cursor,
        columnPadding: 3,
        rowPadding: head.split('\n').length + foot.length + 1,
        style: ({ value, label, hint }, isActive) => {
          const isChosen = chosen.includes(value);
          const box = isChosen ? S_CHECKBOX_SELECTED : isActive ? S_CHECKBOX_ACTIVE : S_CHECKBOX_INACTIVE;
          const marked = styleText(isChosen ? 'green' : isActive ? 'cyan' : 'dim', box);
          const hinted = hint !== undefined && (isActive || isChosen) ? ` ${styleText('dim', `(${hint})`)}` : '';
          return `${marked} ${isActive ? label : styleText('dim', label)}${hinted}`;
        },
      });
      return `${head}${[...shown.map((line) => bar + line), ...foot].join('\n')}\n`;
    },
  });
  return (await prompt.prompt()) ?? [];
}

const optionOf = ({ id, title, hint }: Choice): { value: string; label: string; hint?: string } => ({
  value: id,
  label: title,
  ...(hint === '' ? {} : { hint }),
});
