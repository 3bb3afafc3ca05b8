import Handlebars from 'handlebars';
import type { Shape } from '../../src/plan/context-shape.ts';
import { BLOCKS, HELPERS } from '../../src/plan/helpers.ts';
import { type Keep, keepTexts } from './keep-texts.ts';
import { lint, type Node } from './lint.ts';

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
 * Takes out of compiled code what only serves messages or other set-ups: positions (the lint has checked every path),
 * a substitute for a runtime older than the one we bundle, and the guard against a context that is null.
 *
 * Quotes and line ends inside the template's own text are escaped in this code, so none of these can match there.
 */
export const shrink = (code: string): string =>
  code
    .replace(new RegExp(`,"loc":\\{${POSITION},${POSITION}\\}`, 'g'), '')
    .replace(new RegExp(`, \\{${POSITION},${POSITION}\\} \\)`, 'g'), ')')
    .replace(
      /container\.lookupProperty \|\| function\(parent, propertyName\) \{\n[^}]*\}\n[^}]*\}/g,
      'container.lookupProperty',
    )
    .replace(/depth0 != null \? depth0 : \(container\.nullContext \|\| \{\}\)(?=[,)]|\.call\(|, ?alias)/g, 'depth0');
