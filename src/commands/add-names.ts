import { type CliError, usageError } from '../base/errors.ts';
import { show } from '../base/text.ts';
import type { OwnKind, Registrar } from '../languages/registrar.ts';

/** What somebody says besides a kind and a name. */
export interface AddFlags {
  /** The project; the current folder by default. */
  readonly dir?: string;
  readonly title?: string;
  readonly description?: string;
  /** The URI of a resource with a variable. */
  readonly template?: string;
  /** A thing of the catalogue instead of one's own. */
  readonly from?: string;
  /** Of an API: `tools` or `search`, and globs that choose among its operations. */
  readonly openapiMode?: string;
  readonly operations?: string;
  /** Of the catalogue: also where git has changes that are not committed. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** What clients and file systems take. */
const LONGEST_NAME = 64;
const LONGEST_TITLE = 60;
const LONGEST_DESCRIPTION = 90;
const LONGEST_URI = 90;

const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * The words of a name that somebody typed: `create_invoice`, `create-invoice`, `createInvoice`, `Create invoice`.
 *
 * @throws CliError (usage) `bad-name`
 */
export function wordsOf(kind: OwnKind, name: string, registrar: Registrar): readonly string[] {
  const bad = (why: string): CliError =>
    usageError('bad-name', `${show(name)} cannot be the name of a ${kind}: ${why}.`, {
      hint: 'Use letters, digits, "-" and "_", beginning with a letter: create_invoice.',
    });
  if (name.trim() === '') throw bad('it is empty');
  if (name.length > LONGEST_NAME) throw bad(`it has ${name.length} characters, and ${LONGEST_NAME} are allowed`);
  if (!/^[A-Za-z][A-Za-z0-9_ -]*$/.test(name)) throw bad('it holds something else than letters, digits, "-" and "_"');
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[_ -]+/)
    .filter((word) => word !== '');
  const length = words.join('_').length;
  if (length > LONGEST_NAME) throw bad(`as ${show(words.join('_'))} it has more than ${LONGEST_NAME} characters`);
  if (DEVICE.test(words.join('_'))) throw bad('Windows has a device of that name');
  const refusal = registrar.refusal(kind, words);
  if (refusal !== undefined) throw bad(refusal);
  return words;
}

/** A title and a description that stand in code as they are. */
export interface Texts {
  readonly title: string;
  readonly description: string;
}

const DESCRIPTIONS: Readonly<Record<OwnKind, string>> = {
  tool: 'Repeats a text. Say here what the tool does and when to use it.',
  resource: 'A small example. Say here what the resource holds.',
  prompt: 'Asks for a text on a topic. Say here what the prompt is for.',
};

/** @throws CliError (usage) `bad-text` */
export function textsOf(kind: OwnKind, words: readonly string[], given: Partial<Texts>): Texts {
  const plain = words.join(' ');
  return {
    title: checked('--title', given.title, LONGEST_TITLE) ?? plain.charAt(0).toUpperCase() + plain.slice(1),
    description: checked('--description', given.description, LONGEST_DESCRIPTION) ?? DESCRIPTIONS[kind],
  };
}

/** What would need escapes, or several lines, is better written in the file itself. */
function checked(flag: string, text: string | undefined, most: number): string | undefined {
  if (text === undefined) return undefined;
  const hint = 'Give a short one, and write the rest in the file.';
  if (text.trim() === '') throw usageError('bad-text', `${flag} is empty.`, { hint });
  if (text.length > most) {
    throw usageError('bad-text', `${flag} has ${text.length} characters, and ${most} are allowed.`, { hint });
  }
  if (/["\\`\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) {
    throw usageError('bad-text', `${flag} holds a quotation mark, a backslash or a control character.`, { hint });
  }
  return text.trim();
}

/** Words of either language that cannot be the name of a variable, and names that stubs use. */
const NO_VARIABLE = new Set(
  (
    'href uri json str mcp and as assert async await break case catch class const continue def default del delete do ' +
    'elif else enum except export extends false finally for from function global if import in instanceof is lambda ' +
    'let new nonlocal none not null or package pass private raise return static super switch this throw true try ' +
    'typeof var void while with yield'
  ).split(' '),
);

/**
 * The URI of a resource.
 *
 * @param template one with a variable, such as `invoice://{id}`
 * @throws CliError (usage) `bad-template`
 */
export function uriOf(words: readonly string[], template: string | undefined): string {
  if (template === undefined) return `data://${words.join('-')}`;
  const [, variable = ''] = template.match(/^[a-z][a-z0-9+.-]*:\/\/[\w./-]*\{([a-z][a-z0-9_]{0,19})\}[\w./-]*$/) ?? [];
  if (variable === '' || template.length > LONGEST_URI || NO_VARIABLE.has(variable)) {
    throw usageError('bad-template', `${show(template)} is no URI with a variable.`, {
      hint: `Write a scheme and one variable in small letters, at most ${LONGEST_URI} characters: invoice://{id}.`,
    });
  }
  return template;
}

/** @throws CliError (usage) `not-for-kind` */
export function checkTemplate(kind: OwnKind, template: string | undefined): void {
  if (template === undefined || kind === 'resource') return;
  throw usageError('not-for-kind', `--template is for a resource, and this is a ${kind}.`, {
    hint: 'Leave it away, or add a resource.',
  });
}
