import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { testApp } from './support/app.js';
import { connect, ERAS } from './support/connect.js';

describe.each(ERAS)('resources for clients of %s', (era) => {
  const read = async (uri: string, overrides: Record<string, string> = {}) => {
    const client = await connect(await testApp(overrides), era);
    const { contents } = await client.readResource({ uri });
    return (contents[0] as { text: string }).text;
  };

  test('config://app-settings shows the settings without secrets', async () => {
    const key = 'never-show-this-key-0123456789abcdef';
    const text = await read('config://app-settings', { REQUEST_STATE_KEY: key });
    expect(JSON.parse(text)).toMatchObject({ LOG_LEVEL: 'error', REQUEST_STATE_KEY: '[redacted]' });
    expect(text).not.toContain(key);
  });

  test('log://server holds the last log lines', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => stderr.mockRestore());
    const app = await testApp({ LOG_LEVEL: 'info' });
    app.log.info('a line to find');
    const client = await connect(app, era);
    const { contents } = await client.readResource({ uri: 'log://server' });
    expect(JSON.stringify(contents)).toContain('a line to find');
  });

  test('schema://store tells how data is laid out', async () => {
    expect(JSON.parse(await read('schema://store'))).toHaveProperty('entry.version');
  });

  test('an unknown resource is a clear error', async () => {
    await expect(read('config://nothing')).rejects.toMatchObject({ code: -32602 });
  });
});
