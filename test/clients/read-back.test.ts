import { describe, expect, it } from 'vitest';
import { changeOf, type Draft } from '../../src/configs/edit.ts';
import { json } from '../../src/configs/formats/json.ts';

const SPOT = { path: ['mcpServers'], name: 'x' };
const BEFORE = Buffer.from('{"theme":"dark","n":1,"mcpServers":{"keep":{}}}');

/** An editor that makes this text, and says that it has added `1` at the spot. */
const changeTo = (text: string, more: Partial<Draft> = {}) =>
  changeOf(json, '{}', () => ({ action: 'added', entry: 1, text, parts: [{ spot: SPOT, value: 1 }], ...more }));

/** Whatever an editor does wrong is found before anything is written: another parser reads both texts. */
describe('what an editor has made', () => {
  it('passes when the entry is there and all else is as it was', () => {
    const text = '{"theme":"dark","n":1,"mcpServers":{"keep":{},"x":1}}';
    expect(changeTo(text)(BEFORE, undefined)).toMatchObject({ action: 'added', after: text });
  });

  it.each([
    ['another value is gone', '{"n":1,"mcpServers":{"keep":{},"x":1}}'],
    ['another value has changed', '{"theme":"dark","n":2,"mcpServers":{"keep":{},"x":1}}'],
    ['a neighbour is gone', '{"theme":"dark","n":1,"mcpServers":{"x":1}}'],
    ['something has come besides', '{"theme":"dark","n":1,"mcpServers":{"keep":{},"x":1},"y":1}'],
    ['the entry is another', '{"theme":"dark","n":1,"mcpServers":{"keep":{},"x":2}}'],
    ['the entry is missing', '{"theme":"dark","n":1,"mcpServers":{"keep":{}}}'],
  ])('is refused when %s', (_, text) => {
    expect(() => changeTo(text)(BEFORE, undefined)).toThrow(/does not read back as it should/);
  });

  it('is refused when what is to be gone is still there', () => {
    const removal = changeTo(BEFORE.toString(), {
      action: 'removed',
      parts: [{ spot: { path: ['mcpServers'], name: 'keep' }, value: undefined }],
    });
    expect(() => removal(BEFORE, undefined)).toThrow(/does not read back as it should/);
  });
});
