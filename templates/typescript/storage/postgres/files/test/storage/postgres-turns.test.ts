import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Turns } from '../../src/storage/postgres-turns.js';

/** Work that ends when it is told to. */
function work() {
  let [end, fail] = [(): void => {}, (_: Error): void => {}];
  const ended = new Promise<void>((resolve, reject) => {
    [end, fail] = [resolve, reject];
  });
  return { begin: vi.fn(() => ended), end, fail };
}

test('no more than so many run at once, and the others in the order in which they came', async () => {
  const turns = new Turns(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const calls = Array.from({ length: 50 }, (_, n) =>
    turns.run(async () => {
      order.push(n);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
    }),
  );
  await Promise.all(calls);
  expect(most).toBe(2);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('a statement that fails concerns nobody else', async () => {
  const turns = new Turns(1);
  const first = work();
  const calls = [turns.run(first.begin), turns.run(async () => 'done')];
  first.fail(new pg.DatabaseError('syntax error', 0, 'error'));
  expect(await Promise.allSettled(calls)).toMatchObject([{ status: 'rejected' }, { value: 'done' }]);
});

test('when the way to the database is lost, those who wait are told at once', async () => {
  const turns = new Turns(1);
  const [first, second] = [work(), work()];
  const calls = [turns.run(first.begin), turns.run(second.begin)];
  first.fail(new Error('connection terminated'));
  expect(await Promise.allSettled(calls)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(second.begin).not.toHaveBeenCalled();
  expect(await turns.run(async () => 'again')).toBe('again');
});

test('nobody waits for ever', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const turns = new Turns(1);
  const [first, late] = [work(), work()];
  const calls = [turns.run(first.begin), turns.run(late.begin)];
  vi.advanceTimersByTime(10_001);
  const inTime = turns.run(async () => 'in time');
  first.end();
  expect(await Promise.allSettled([...calls, inTime])).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { message: expect.stringContaining('too many calls at once') } },
    { value: 'in time' },
  ]);
  expect(late.begin).not.toHaveBeenCalled();
});
