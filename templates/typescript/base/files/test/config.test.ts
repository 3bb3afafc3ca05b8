import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig, publicConfig, ROOT, secretValues } from '../src/config.js';

const KEY = 'k'.repeat(32);

describe('parseConfig', () => {
  test('takes paths from the project, wherever the process was started', () => {
    expect(parseConfig({ LOG_FILE: 'data/x.log' }).LOG_FILE).toBe(join(ROOT, 'data', 'x.log'));
  });

  test('has a default for everything that is not set', () => {
    expect(parseConfig({})).toMatchObject({ LOG_LEVEL: 'info', TOOL_TIMEOUT_MS: 60_000 });
  });

  test('takes an empty variable for an unset one', () => {
    expect(parseConfig({ LOG_LEVEL: '', LOG_FILE: '' })).toMatchObject({ LOG_LEVEL: 'info' });
  });

  test('names every variable that is wrong', () => {
    const parse = () => parseConfig({ LOG_LEVEL: 'loud', TOOL_TIMEOUT_MS: 'soon' });
    expect(parse).toThrow(/LOG_LEVEL/);
    expect(parse).toThrow(/TOOL_TIMEOUT_MS/);
  });

  test('refuses a short signing key', () => {
    expect(() => parseConfig({ REQUEST_STATE_KEY: 'short' })).toThrow(/REQUEST_STATE_KEY/);
  });
});

test('secrets are known and never shown', () => {
  const config = parseConfig({ REQUEST_STATE_KEY: KEY });
  expect(secretValues(config)).toContain(KEY);
  expect(publicConfig(config).REQUEST_STATE_KEY).toBe('[redacted]');
});
