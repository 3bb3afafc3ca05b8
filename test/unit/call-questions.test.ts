import { describe, expect, it } from 'vitest';
import type { Ask, Question } from '../../src/answers/questions.ts';
import { cancelled } from '../../src/base/errors.ts';
import { openAsk, Questions } from '../../src/commands/call-questions.ts';
import { answerProblem, answerValue, fieldsOf } from '../../src/probe/questions.ts';
import { fakeContext, fakeEnv } from '../support/env.ts';

/** A person who gives these answers, and what they were asked. */
function person(...answers: readonly (string | boolean | readonly string[])[]) {
  const asked: Question[] = [];
  const rest = [...answers];
  const ask: Ask = async (question) => {
    asked.push(question);
    const answer = rest.shift();
    if (answer === undefined) throw cancelled();
    if (question.type === 'text') expect(question.problem(String(answer))).toBeUndefined();
    return answer;
  };
  return { asked, open: async () => ({ ask }) };
}

const elicit = (questions: Questions, requestedSchema: object, message = 'Delete it?') =>
  questions.answer('elicitation/create', { message, requestedSchema });
const object = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
});
const CONSENT = object({ confirm: { type: 'boolean', title: 'Really?' } }, ['confirm']);

describe('a person at a terminal', () => {
  it('answers a single yes or no at once', async () => {
    const { asked, open } = person(true);
    const questions = new Questions(new Map(), open, () => {});
    expect(await elicit(questions, CONSENT)).toEqual({ action: 'accept', content: { confirm: true } });
    expect(asked).toMatchObject([{ type: 'confirm', message: 'Delete it? Really?', initial: false }]);
    expect(questions.asked).toEqual([{ message: 'Delete it?', action: 'accept', content: { confirm: true } }]);
  });

  it('fills in a form, or declines it as a whole', async () => {
    const form = object(
      {
        name: { type: 'string', title: 'Name', description: 'Of the note', minLength: 2 },
        count: { type: 'integer', default: 3 },
        size: {
          type: 'string',
          oneOf: [
            { const: 's', title: 'Small' },
            { const: 'l', title: 'Large' },
          ],
        },
        tags: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
        sure: { type: 'boolean', default: true },
        more: { type: 'string' },
      },
      ['name'],
    );
    const { asked, open } = person(true, 'Ada', '3', 'l', ['b'], false, '');
    const questions = new Questions(new Map(), open, () => {});
    expect(await elicit(questions, form)).toEqual({
      action: 'accept',
      content: { name: 'Ada', count: 3, size: 'l', tags: ['b'], sure: false },
    });
    expect(asked.map(({ type, message }) => [type, message])).toEqual([
      ['confirm', 'The server asks: Delete it? Answer?'],
      ['text', 'Name: Of the note'],
      ['text', 'count (may be left empty)'],
      ['choice', 'size'],
      ['list', 'tags'],
      ['confirm', 'sure'],
      ['text', 'more (may be left empty)'],
    ]);
    expect(asked[3]).toMatchObject({
      choices: [
        { id: 's', title: 'Small' },
        { id: 'l', title: 'Large' },
      ],
      initial: 's',
    });
    const name = asked[1];
    expect(name?.type === 'text' && [name.problem(''), name.problem('A')]).toEqual([
      'It must not be empty.',
      'It has at least 2 characters.',
    ]);
    const other = new Questions(new Map(), person(false).open, () => {});
    expect(await elicit(other, form)).toEqual({ action: 'decline' });
  });

  it('is asked only for what --answer does not say', async () => {
    const { asked, open } = person(true, 'x');
    const questions = new Questions(new Map([['confirm', 'true']]), open, () => {});
    const form = object({ confirm: { type: 'boolean' }, why: { type: 'string' } }, ['confirm', 'why']);
    expect(await elicit(questions, form)).toEqual({ action: 'accept', content: { confirm: true, why: 'x' } });
    expect(asked).toHaveLength(2);
  });

  it('may leave, which ends the run', async () => {
    const questions = new Questions(new Map(), person().open, () => {});
    await expect(elicit(questions, CONSENT)).rejects.toMatchObject({ exit: 130 });
  });

  it('sees everything that a server writes', async () => {
    const { asked, open } = person(true, 'x');
    const questions = new Questions(new Map(), open, () => {});
    await elicit(questions, object({ a: { type: 'string', title: '\u001b[2J' } }), `${'x'.repeat(9000)}\u202e`);
    expect(asked[0]?.message.length).toBeLessThan(2200);
    expect(asked[1]?.message).toContain('\\u001b[2J');
  });

  it('is there only at a terminal that nothing else reads', () => {
    const at = (stdinIsTTY: boolean, stdoutIsTTY: boolean, isCI: boolean, json = false): boolean =>
      openAsk(fakeContext({ env: fakeEnv({ stdinIsTTY, stdoutIsTTY, isCI }) }), json) !== undefined;
    expect(at(true, true, false)).toBe(true);
    for (const [a, b, c, d] of [
      [false, true, false],
      [true, false, false],
      [true, true, true],
      [true, true, false, true],
    ] as const)
      expect(at(a, b, c, d)).toBe(false);
  });
});

describe('questions', () => {
  it('stop the clock', async () => {
    let release = (_: boolean): void => {};
    const pending = new Promise<boolean>((resolve) => {
      release = resolve;
    });
    const slow = async () => ({ ask: () => pending });
    const questions = new Questions(new Map(), slow, () => {});
    const started = performance.now();
    expect(questions.left(started - 100, 50)).toBeLessThan(0);
    const answer = elicit(questions, CONSENT);
    expect(questions.left(started - 100, 50)).toBe(50);
    await Promise.resolve();
    release(true);
    await answer;
    expect(questions.left(started - 100, 50)).toBeGreaterThan(0);
  });

  it('are of one kind', () => {
    const questions = new Questions(new Map(), undefined, () => {});
    expect(questions.answer('sampling/createMessage', {})).toBeUndefined();
    expect(questions.answer('roots/list', {})).toBeUndefined();
  });

  it('without a field are agreed to by any --answer', async () => {
    expect(await elicit(new Questions(new Map([['ok', 'true']]), undefined, () => {}), object({}))).toMatchObject({
      action: 'accept',
    });
    expect(await elicit(new Questions(new Map(), undefined, () => {}), object({}))).toEqual({ action: 'decline' });
  });

  it('are bounded', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, at) => [`f${at}`, { enum: Array.from({ length: 1000 }, String) }]),
    );
    const fields = fieldsOf(object(many));
    expect(fields).toHaveLength(50);
    expect(fields[0]?.choices).toHaveLength(200);
    expect(fieldsOf('nonsense')).toEqual([]);
  });
});

describe('answers', () => {
  it.each<[object, string, string | undefined, unknown]>([
    [{ type: 'boolean' }, 'yes', undefined, true],
    [{ type: 'boolean' }, 'N', undefined, false],
    [{ type: 'boolean' }, '1', 'It is true or false.', undefined],
    [{ type: 'number', minimum: 1, maximum: 2 }, '1.5', undefined, 1.5],
    [{ type: 'number', minimum: 1 }, '0', 'It is at least 1.', undefined],
    [{ type: 'number', maximum: 2 }, '3', 'It is at most 2.', undefined],
    [{ type: 'number' }, 'Infinity', 'It is a number.', undefined],
    [{ type: 'number' }, ' ', 'It is a number.', undefined],
    [{ type: 'integer' }, '1.5', 'It is a whole number.', undefined],
    [{ type: 'string', maxLength: 1 }, 'ab', 'It has at most 1 characters.', undefined],
    [{ type: 'string', enum: ['a', 'b'], enumNames: ['A', 'B'] }, 'a', undefined, 'a'],
    [{ type: 'string', enum: ['a', 'b'] }, 'c', 'It is a or b.', undefined],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, 'a, b', undefined, ['a', 'b']],
    [{ type: 'array', items: { anyOf: [{ const: 'a', title: 'A' }] } }, 'b', 'It is a.', undefined],
  ])('%j: %j', (schema, text, problem, value) => {
    const [field] = fieldsOf(object({ x: schema }, ['x']));
    if (field === undefined) throw new Error('There is no field.');
    expect(answerProblem(field, text)).toBe(problem);
    if (problem === undefined) expect(answerValue(field, text)).toEqual(value);
  });
});
