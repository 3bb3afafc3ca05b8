import Handlebars from 'handlebars';
import { BLOCKS, HELPERS } from '../../src/plan/helpers.ts';
import { type Keep, keepTexts } from './keep-texts.ts';
import { lint, type Node } from './lint.ts';
import type { Shape } from './shapes.ts';

const KNOWN = Object.fromEntries([...Object.keys(HELPERS), ...BLOCKS].map((name) => [name, true]));

/**
 * Checks a template against the shape of its context and compiles it.
 *
 * @param source names it in `problems`
 * @param keep takes the texts in it
 * @returns a JavaScript expression: the specification that Handlebars' runtime makes a function of
 */
export function compile(text: string, shape: Shape, source: string, problems: string[], keep: Keep): string {
  try {
    const program = Handlebars.parse(text);
    problems.push(...lint(program as Node, shape, source));
    const putBack = keepTexts(program, keep);
    const options = { noEscape: true, strict: true, knownHelpersOnly: true, knownHelpers: KNOWN };
    return putBack(shrink(String(Handlebars.precompile(program, options as PrecompileOptions))));
  } catch (error) {
    problems.push(`${source}: ${error instanceof Error ? error.message : error}`);
    return '{}';
  }
}

const POSITION = /"(?:start|end)":\{"line":\d+,"column":\d+\}/.source;

/**
 * Takes out of compiled code what only serves messages or other set-ups: positions (the lint has checked every path), names
 * of helpers, the compiler's version (the runtime has the same), a substitute for an older runtime, and guards against a
 * context or a value that is null. Functions become arrows, of which a minifier leaves less.
 *
 * Quotes and line ends inside the template's own text are escaped in this code, so nothing can match there that has one; the
 * last pattern has none, so it matches whole texts too and leaves them as they are.
 */
const shrink = (code: string): string =>
  code
    .replace(new RegExp(`,"loc":\\{${POSITION},${POSITION}\\}`, 'g'), '')
    .replace(new RegExp(`, \\{${POSITION},${POSITION}\\} \\)`, 'g'), ')')
    .replace(
      /container\.lookupProperty \|\| function\(parent, propertyName\) \{\n[^}]*\}\n[^}]*\}/g,
      'container.lookupProperty',
    )
    .replace(/depth0 != null \? depth0 : \(container\.nullContext \|\| \{\}\)(?=[,)]|\.call\(|, ?alias)/g, 'depth0')
    .replace(/"compiler":\[[^\]]*\],/, '')
    .replace(/\{"name":"\w+","hash":/g, '{"hash":')
    .replaceAll(') != null ? stack1 : "")', '))')
    .replace(/"(?:[^"\\]|\\.)*"|\(\(stack1 = |function(\(container,[\w,]*\)) \{/g, (found, params?: string) => {
      if (params !== undefined) return `${params} => {`;
      return found.startsWith('"') ? found : '((';
    });
