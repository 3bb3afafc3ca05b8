import { isObject } from '../base/json.ts';
import { STDLIB_MODULES } from '../languages/python-names.ts';
import { fault, isText, type PublishFinding, type Subject, textAt } from './subject.ts';

const FILE = 'pyproject.toml';
const NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;

/** As Python's indexes compare names. */
const normalised = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** What PyPI refuses, and with what `uvx <package>` would not start. */
export function pypiFindings({ python, packed }: Subject): PublishFinding[] {
  if (python === undefined) return [];
  const found: PublishFinding[] = [];
  const add = (code: string, what: string, fix: string): unknown => found.push(fault(code, FILE, what, fix));
  const name = textAt(python, 'name');
  if (!NAME.test(name) || STDLIB_MODULES.has(normalised(name).replaceAll('-', '_')))
    add(
      'pypi-name',
      'has a name that PyPI does not take: it must be plain, and no module of Python.',
      'Give it another one.',
    );
  const scripts = isObject(python.scripts) ? Object.keys(python.scripts) : [];
  if (!scripts.some((script) => normalised(script) === normalised(name)))
    add(
      'pypi-script',
      `has no script called ${name}, so uvx ${name} starts nothing.`,
      'Call the script as the package is.',
    );
  if (!isText(python.readme))
    add('pypi-readme', 'names no readme, so its page says nothing.', 'Add readme = "README.md".');
  if (!isText(python.license) && !isObject(python.license))
    add('pypi-license', 'names no licence.', 'Name one: license = "MIT"');
  const range = textAt(python, 'requires-python');
  if (!/>=\s*3\.\d+/.test(range) || /(?:^|,)\s*(?:==|~=|<|<=)/.test(range))
    add(
      'pypi-python',
      `has requires-python = ${JSON.stringify(range)}, which shuts out Pythons that it runs on.`,
      'Name the oldest that it runs on, and no newest: ">=3.10"',
    );
  if (packed !== undefined && !packed.some(({ path }) => /(?:^|\/)py\.typed$/.test(path)))
    add(
      'pypi-typed',
      'has no py.typed in its package, so its types are not used.',
      'Add an empty py.typed beside __init__.py.',
    );
  return found;
}
