import { nameProblem } from '../answers/names.ts';
import { isObject } from '../base/json.ts';
import { fault, isText, type Members, type PublishFinding, type Subject, textAt } from './subject.ts';

const FILE = 'package.json';
/** Folders that builds make, and version control does not keep. */
const BUILT = /^(?:\.\/)?(?:dist|build|lib|out)\//;
const BUILDS = ['prepack', 'prepare', 'prepublishOnly'];

/** What npm refuses, and with what a package would not start where it is installed. */
export function npmFindings({ npm, packed }: Subject): PublishFinding[] {
  if (npm === undefined) return [];
  const found: PublishFinding[] = [];
  const add = (code: string, what: string, fix: string): unknown => found.push(fault(code, FILE, what, fix));
  const name = textAt(npm, 'name');
  const problem = nameProblem(name);
  if (problem !== undefined) add('npm-name', `has a name that npm does not take. ${problem}`, 'Give it another one.');
  if (npm.private === true)
    add('npm-private', 'says "private": true, so npm publishes nothing.', 'Take "private" out.');
  if (!Array.isArray(npm.files))
    add(
      'npm-files',
      'has no "files", so npm packs all that is in the folder.',
      'Name what belongs to it: "files": ["dist"]',
    );
  if (!isText(npm.license)) add('npm-license', 'names no licence.', 'Name one: "license": "MIT"');
  const targets = binsOf(npm);
  if (targets.length === 0)
    add('npm-bin', 'has no "bin", so npx cannot start the server.', 'Name the file that starts it: "bin"');
  const scripts = isObject(npm.scripts) ? npm.scripts : {};
  if (targets.some((path) => BUILT.test(path)) && !BUILDS.some((script) => isText(scripts[script])))
    add(
      'npm-prepack',
      'builds nothing before it is packed, so what is published may be old, or missing.',
      'Add "prepack": "npm run build" to its scripts.',
    );
  return [...found, ...targets.flatMap((path) => startFindings(path, packed))];
}

function startFindings(path: string, packed: Subject['packed']): PublishFinding[] {
  if (packed === undefined) return [];
  const plain = path.replace(/^\.\//, '');
  const file = packed.find((one) => one.path === plain);
  if (file === undefined) {
    const fix = 'Build it, and have "files" name its folder.';
    return [fault('npm-bin-missing', plain, 'is what "bin" starts, and is not in the package.', fix)];
  }
  if (file.text === undefined || file.text.startsWith('#!')) return [];
  const fix = 'Begin it with #!/usr/bin/env node, and see that the bundler keeps that line.';
  return [fault('npm-shebang', plain, 'has lost its first line, so a shell would run it as a script of its own.', fix)];
}

/** The files that a package starts. */
export function binsOf({ bin }: Members): string[] {
  if (typeof bin === 'string') return [bin];
  return isObject(bin) ? Object.values(bin).filter(isText) : [];
}
