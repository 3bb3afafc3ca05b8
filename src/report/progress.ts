import type { Context } from '../base/context.ts';
import { counted } from '../base/text.ts';
import type { CheckReport } from '../probe/steps.ts';
import { painter } from './style.ts';

/** A line for something that takes time. */
export interface Ongoing {
  done(text: string): void;
  failed(text: string): void;
}

export interface Progress {
  start(text: string): Ongoing;
}

/** Progress where no person watches: plain lines on stderr, one at the start and one at the end. */
export function plainProgress({ stderr, env }: Context): Progress {
  const paint = painter(stderr, env);
  return {
    start(doing) {
      const started = performance.now();
      stderr.write(`${paint('dim', `- ${doing} …`)}\n`);
      const end = (mark: string, text: string): unknown =>
        stderr.write(`${mark} ${text} ${paint('dim', `(${seconds(performance.now() - started)})`)}\n`);
      return {
        done: (text) => end(paint('green', '✓'), text),
        failed: (text) => end(paint('red', '✗'), text),
      };
    },
  };
}

/** Milliseconds for people. */
export const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** `6 tools, 3 resources, 1 prompt` */
export const offerOf = ({ tools, resources, prompts }: CheckReport): string =>
  [counted(tools.length, 'tool'), counted(resources.length, 'resource'), counted(prompts.length, 'prompt')].join(', ');
