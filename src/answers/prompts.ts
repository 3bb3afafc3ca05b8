import { confirm, intro, log, multiselect, outro, select, text, unicode } from '@clack/prompts';
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
    case 'list': {
      const options = question.choices.map(optionOf);
      return multiselect({ ...streams, message, options, initialValues: question.initial, required: false });
    }
    case 'confirm':
      return confirm({ ...streams, message, initialValue: question.initial });
  }
}

const optionOf = ({ id, title, hint }: Choice): { value: string; label: string; hint?: string } => ({
  value: id,
  label: title,
  ...(hint === '' ? {} : { hint }),
});
