import type { Writable } from 'node:stream';
import { seconds } from './progress.ts';

const FRAME_MS = 80;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\r\u001b[2K';

/**
 * A line that moves while something takes time.
 *
 * The prompt library's own spinner reads the keyboard and answers Ctrl-C with exit code 0, leaving everything half-made.
 * This one does not touch the input, so that Ctrl-C is a signal like any other.
 *
 * @param frames drawn in front of the text, one after the other
 * @returns call it once to clear the line; it returns how long it stood, for people
 */
export function spin(output: Writable, frames: readonly string[], text: string): () => string {
  const started = performance.now();
  const elapsed = (): string => seconds(performance.now() - started);
  let drawn = 0;
  const draw = (): void => {
    // A line that wraps could not be cleared again.
    const { columns = 80 } = output as { readonly columns?: number };
    const line = `${frames[drawn++ % frames.length]}  ${text} (${elapsed()})`;
    output.write(`${CLEAR_LINE}${line.slice(0, columns - 1)}`);
  };
  const showCursor = (): void => {
    output.write(SHOW_CURSOR);
  };
  output.write(HIDE_CURSOR);
  draw();
  const timer = setInterval(draw, FRAME_MS);
  process.once('exit', showCursor);
  return () => {
    clearInterval(timer);
    process.removeListener('exit', showCursor);
    output.write(CLEAR_LINE);
    showCursor();
    return elapsed();
  };
}
