import { describe, expect, test } from 'vitest';
import { testApp } from '../support/app.js';
import { callFailing, callOk, connect, ERAS } from '../support/connect.js';

describe.each(ERAS)('calculate-risk for clients of %s', (era) => {
  test.each([
    [0, 'low'],
    [24.9, 'low'],
    [25, 'medium'],
    [60, 'high'],
    [100, 'critical'],
  ])('rates %d as %s', async (score, level) => {
    const client = await connect(await testApp(), era);
    expect(await callOk(client, 'calculate-risk', { score })).toMatchObject({ score, level });
  });

  test.each([
    [-5, 'score_negative'],
    [101, 'score_too_high'],
    ['much', 'invalid_arguments'],
  ])('answers %s with a failure that tells how to correct it', async (score, reason) => {
    const client = await connect(await testApp(), era);
    const failure = await callFailing(client, 'calculate-risk', { score });
    expect(failure).toMatchObject({ reason, retryable: false });
    expect(failure.text).toMatch(/Recovery: .+/);
  });
});
