import { describe, expect, it } from 'vitest';
import { helpText } from '../../src/answers/help.ts';
import { flagOf, OPTIONS, RUN_FLAGS } from '../../src/answers/options.ts';
import { COMMANDS } from '../../src/commands/register.ts';
import { offered } from '../property/matrix-rows.ts';

const subject = { version: '1.2.3', clients: [{ id: 'claude-desktop', title: 'Claude Desktop', hint: '' }] };

describe('helpText', () => {
  const lines = helpText(subject).trimEnd().split('\n');

  it('fits one screen of 80 columns', () => {
    expect(lines.length).toBeLessThanOrEqual(62);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('shows every flag and the whole catalogue', () => {
    const text = helpText(subject);
    const flags = OPTIONS.filter((row) => row.key !== 'dir').map(
      (row) => `${row.type === 'switch' ? '[no-]' : ''}${flagOf(row.key)}`,
    );
    expect(flags.filter((flag) => !text.includes(`--${flag}`))).toEqual([]);
    expect(RUN_FLAGS.filter(({ flags }) => !text.includes(flags))).toEqual([]);
    const kinds = ['preset', 'transport', 'storage', 'tool', 'resource', 'extra', 'runtime', 'pm'] as const;
    const ids = kinds.flatMap((kind) => offered('typescript', kind).map(({ id }) => id));
    expect(ids.filter((id) => !new RegExp(`\\s${id}\\*?[\\s]`).test(text))).toEqual([]);
  });

  it('marks the defaults and names the commands and exit codes', () => {
    const text = helpText(subject);
    for (const part of [
      'stdio* http',
      'sqlite*',
      'notes* weather* fetch',
      'none*',
      'config [client…]',
      'check [dir]',
      '130 cancelled',
      '1.2.3',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('names every command', () => {
    for (const name of Object.keys(COMMANDS).filter((one) => one !== 'create')) {
      expect(helpText(subject)).toMatch(new RegExp(`… ${name}\\b`));
    }
  });
});
