import type { Output } from '../base/context.ts';

const WIDTH = 30;
const CLEAR_LINE = '\r\u001B[K';

/** A bar in the last line of a terminal; nothing where output is not one. */
export class ProgressBar {
  readonly #output: Output;
  #shown = '';

  constructor(output: Output) {
    this.#output = output;
  }

  readonly show = (done: number, total: number): void => {
    if (this.#output.isTTY !== true) return;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const filled = Math.round(share * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const line = `${bar} ${Math.floor(share * 100)} %  ${done} of ${total}`;
    if (line === this.#shown) return;
    this.#output.write(`\r${line}\u001B[K`);
    this.#shown = line;
  };

  /** Takes the bar away, so that what is written next stands alone. */
  end(): void {
    if (this.#shown !== '') this.#output.write(CLEAR_LINE);
    this.#shown = '';
  }
}
