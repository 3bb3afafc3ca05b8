import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, clients, failure } from './clients.js';

for (const [era, client] of clients) {
  test(`a score has a level (${era})`, async () => {
    const levels = await Promise.all(
      [0, 24.9, 25, 60, 85, 100].map((score) => call<{ level: string }>(client, 'calculate_risk', { score })),
    );
    assert.deepEqual(
      levels.map(({ level }) => level),
      ['low', 'low', 'medium', 'high', 'critical', 'critical'],
    );
  });

  test(`a score out of range says what to do (${era})`, async () => {
    for (const score of [-1, 101]) assert.match(await failure(client, 'calculate_risk', { score }), /call again/);
  });

  test(`a number in quotes is a number (${era})`, async () => {
    assert.deepEqual(await call(client, 'calculate_risk', { score: '60' }), {
      score: 60,
      level: 'high',
      advice: 'Plan a remedy this week.',
    });
  });
}
