import { printable } from '../../base/text.ts';
import type { Format } from './format.ts';

/** What a person types into the fields of a window. There is no file that could be read or edited. */
export const form: Format = {
  get: refuse,
  set: refuse,
  remove: refuse,
  read: refuse,
  snippet(_, value) {
    const fields = Object.entries(value as Readonly<Record<string, string>>);
    const width = Math.max(...fields.map(([label]) => label.length));
    return fields.map(([label, text]) => `${`${label}:`.padEnd(width + 1)} ${printable(text)}\n`).join('');
  },
};

function refuse(): never {
  throw new TypeError('A form is no file.');
}
