import { describe, expect, it } from 'vitest';
import { masked, maskLines } from '../../src/base/secrets.ts';

const SECRET = 'plain-secret-0001';

describe('lines of a config', () => {
  it.each([
    `      FORGE_TOKEN: ${SECRET}`,
    `+      - FORGE_TOKEN: ${SECRET}`,
    `"GITHUB_PAT": "${SECRET}",`,
    `SUPABASE_SERVICE_ROLE_KEY = '${SECRET}'`,
    `OPENAI_KEY=${SECRET}`,
    `"DATABASE_URI": "postgres://me:${SECRET}@db/app"`,
    `"url": "https://me:${SECRET}@example.com/mcp"`,
    `args: ["https://me:${SECRET}@example.com"]`,
    `"args": ["--api-key", "${SECRET}", "--verbose"]`,
    `"args": ["--token=${SECRET}"]`,
    `"args": ["run", "-e", "GITHUB_TOKEN=${SECRET}", "image"]`,
    `"args": ["--header", "Authorization: Bearer ${SECRET}"]`,
    `"url": "https://example.com/mcp?profile=a&api_key=${SECRET}"`,
    `  url: https://example.com/mcp?token=${SECRET}`,
    `  - GITHUB_TOKEN=${SECRET}`,
    `-    "--token",\n-    "${SECRET}",`,
    `  - --api-key\n  - ${SECRET}`,
    '"x": "ghp_abcdefghijklmnop0001"',
    '  - sk-abcdefghijklmnop0001',
  ])('show no secret: %s', (text) => {
    const shown = maskLines(text);
    expect(shown).toContain('***');
    expect(shown).not.toContain('0001');
  });

  it.each([
    '      command: node',
    '"TOKEN": "{env:TOKEN}"',
    'TOKEN: $TOKEN',
    '"args": ["--port", "3000"]',
    '    "--token",\n    "{input:token}",',
    '--- /home/me/token: file',
    '"url": "https://example.com:8080/a@b"',
    '  - plain-item',
  ])('are shown as they are: %s', (text) => expect(maskLines(text)).toBe(text));
});

describe('a value', () => {
  it('shows no secret of an entry', () => {
    const entry = {
      command: 'npx',
      args: [
        '-y',
        'server',
        '--api-key',
        SECRET,
        `--token=${SECRET}`,
        `https://me:${SECRET}@example.com`,
        '--port',
        '1',
      ],
      env: { GITHUB_PAT: SECRET, LOG_LEVEL: 'debug', API_TOKEN: '{env:API_TOKEN}' },
    };
    const shown = masked(entry);
    expect(JSON.stringify(shown)).not.toContain('0001');
    expect(shown).toMatchObject({
      args: ['-y', 'server', '--api-key', '***', '--token=***', 'https://***@example.com', '--port', '1'],
      env: { GITHUB_PAT: '***', LOG_LEVEL: 'debug', API_TOKEN: '{env:API_TOKEN}' },
    });
  });
});
