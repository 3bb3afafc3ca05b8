import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { parseConfig } from '../src/config.js';
import { createLog } from '../src/log.js';
import { REQUIRED } from './support/app.js';

const KEY = 'a-secret-that-must-not-be-logged-0123456789';

afterEach(() => vi.restoreAllMocks());

function openLog(variables: Record<string, string> = {}) {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const log = createLog(parseConfig({ ...REQUIRED, REQUEST_STATE_KEY: KEY, ...variables }));
  return { log, lines };
}

test('writes one JSON object a line, to stderr', () => {
  const { log, lines } = openLog();
  log.info('hello', { tool: 'x' });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', message: 'hello', tool: 'x' });
});

test('leaves out what is below LOG_LEVEL', () => {
  const { log, lines } = openLog({ LOG_LEVEL: 'warn' });
  log.info('no');
  log.warn('yes');
  expect(lines.join('')).not.toContain('"no"');
  expect(log.recent()).toHaveLength(1);
});

test('never writes a secret, by value or by name', () => {
  const { log, lines } = openLog();
  log.error(`failed with ${KEY}`, { authorization: 'Bearer abc', error: new Error(KEY) });
  expect(lines.join('')).not.toContain(KEY);
  expect(lines.join('')).not.toContain('Bearer abc');
});

test('writes LOG_FILE as well', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { log } = openLog({ LOG_FILE: join(folder, 'deep', 'server.log') });
  log.info('kept');
  await log.close();
  expect(readFileSync(join(folder, 'deep', 'server.log'), 'utf8')).toContain('"kept"');
});
