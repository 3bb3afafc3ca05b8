import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../src/answers/prompts.ts';
import type { Question } from '../../src/answers/questions.ts';
import { CliError } from '../../src/base/errors.ts';

/** What a terminal of 80 columns would be sent. */
class Screen extends Writable {
  readonly columns = 80;
  readonly rows = 24;
  readonly isTTY = true;
  text = '';
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
  /** What a person would read: without cursor movements and colours. */
  get plain(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences start with ESC
    return this.text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
  }
}

function terminalOf() {
  const input = new PassThrough();
  const output = new Screen();
  const controller = new AbortController();
  const terminal = openTerminal({ terminal: { input, output }, signal: controller.signal });
  /** Types keys one after the other, each after the prompt has drawn. */
  const type = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) {
      await new Promise((resolve) => setImmediate(resolve));
      input.write(key);
    }
  };
  return { terminal, output, type, controller };
}

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';

const place: Question = {
  type: 'text',
  message: 'Where?',
  initial: 'mcp-server',
  problem: (value) => (value === 'bad' ? 'Not there.' : undefined),
};
const choices = [
  { id: 'stdio', title: 'stdio', hint: 'a child process' },
  { id: 'http', title: 'Streamable HTTP', hint: '' },
];
const transport: Question = { type: 'choice', message: 'How?', choices, initial: 'stdio' };
const tools: Question = { type: 'list', message: 'Which?', choices, initial: ['http'] };
const yes: Question = { type: 'confirm', message: 'Add it?', initial: true };

describe('ask', () => {
  it.each([
    [place, [ENTER], 'mcp-server'],
    [place, ['m', 'i', 'n', 'e', ENTER], 'mine'],
    [transport, [ENTER], 'stdio'],
    [transport, [DOWN, ENTER], 'http'],
    [tools, [ENTER], ['http']],
    [tools, [' ', ENTER], ['http', 'stdio']],
    [tools, [DOWN, ' ', ENTER], []],
    [yes, [ENTER], true],
    [yes, ['n'], false],
  ])('%o with %j gives %j', async (question, keys, expected) => {
    const { terminal, type } = terminalOf();
    const [answer] = await Promise.all([terminal.ask(question), type(...keys)]);
    expect(Array.isArray(answer) ? [...answer].sort() : answer).toEqual(expected);
  });

  it('shows what is wrong under the question and asks on', async () => {
    const { terminal, type, output } = terminalOf();
    const answer = terminal.ask(place);
    await type('b', 'a', 'd', ENTER);
    await new Promise((resolve) => setImmediate(resolve));
    expect(output.plain).toContain('Not there.');
    await type('l', 'y', ENTER);
    expect(await answer).toBe('badly');
  });

  it('judges what is offered as well when Return is all that was typed', async () => {
    const { terminal, type, output } = terminalOf();
    const answer = terminal.ask({ ...place, initial: 'bad' });
    await type(ENTER);
    await new Promise((resolve) => setImmediate(resolve));
    expect(output.plain).toContain('Not there.');
    await type('x', ENTER);
    expect(await answer).toBe('x');
  });

  it('says below a list what the choice comes to, anew with each change', async () => {
    const { terminal, type, output } = terminalOf();
    const sum = (chosen: readonly string[]): string => `Chosen: ${chosen.join(' and ') || 'nothing'}`;
    const answer = terminal.ask({ ...tools, sum });
    await type(' ');
    await new Promise((resolve) => setImmediate(resolve));
    expect(output.plain).toMatch(/Chosen: http$[\s\S]*Chosen: http and stdio$/m);
    expect(output.plain).toContain('stdio (a child process)');
    await type(DOWN, ' ', ' ', 'a', ENTER);
    expect(await answer).toEqual([]);
    expect(output.plain.match(/Chosen: .*/g)?.at(-1)).toBe('Chosen: nothing');
    expect(output.plain).toMatch(/◇ {2}Which\?\n│ {2}none/);
  });

  it('refuses a list that is wrong, and asks on', async () => {
    const { terminal, type, output } = terminalOf();
    const answer = terminal.ask({
      ...tools,
      problem: (chosen: readonly string[]) => (chosen.length === 0 ? 'Too few.' : undefined),
    });
    await type(DOWN, ' ', ENTER);
    await new Promise((resolve) => setImmediate(resolve));
    expect(output.plain).toContain('Too few.');
    await type(' ', ENTER);
    expect(await answer).toEqual(['http']);
  });

  it('shows titles and hints', async () => {
    const { terminal, type, output } = terminalOf();
    await Promise.all([terminal.ask(transport), type(ENTER)]);
    expect(output.plain).toContain('How?');
    expect(output.plain).toContain('stdio (a child process)');
    expect(output.plain).toContain('Streamable HTTP');
  });

  it.each([place, transport, tools, yes])('backs out of %o with Ctrl-C', async (question) => {
    const { terminal, type } = terminalOf();
    const answer = terminal.ask(question).catch((error: unknown) => error);
    await type(CTRL_C);
    expect(await answer).toBeInstanceOf(CliError);
    expect(await answer).toMatchObject({ code: 'cancelled', exit: 130 });
  });

  it('backs out when the signal is aborted', async () => {
    const { terminal, controller } = terminalOf();
    const answer = terminal.ask(place).catch((error: unknown) => error);
    controller.abort();
    expect(await answer).toMatchObject({ exit: 130 });
  });
});

describe('the flow', () => {
  it('begins, notes and ends', () => {
    const { terminal, output } = terminalOf();
    terminal.begin('create-mcp-mason 1.2.3');
    terminal.note('Something to know.');
    const listeners = [process.stdin.listenerCount('keypress'), process.stdin.listenerCount('readable')];
    const building = terminal.spin('Building');
    // Ctrl-C must stay a signal while something lasts, so nobody may read the keyboard then.
    expect([process.stdin.listenerCount('keypress'), process.stdin.listenerCount('readable')]).toEqual(listeners);
    building.done('Built');
    terminal.spin('Checking').failed('Not well');
    terminal.end('Done.');
    for (const text of ['create-mcp-mason 1.2.3', 'Something to know.', 'Built', 'Not well', 'Done.']) {
      expect(output.plain).toContain(text);
    }
  });
});
