import Handlebars from 'handlebars';

/** Keeps a text elsewhere. @returns a JavaScript expression for it */
export type Keep = (text: string) => string;

/** Shorter texts take less room where they are than a reference to them. */
const LEAST_CHARS = 20;
/** A character for private use: no template holds it, and Handlebars does not escape it in a string literal. */
const MARK = '\uE000';
const MARKS = new RegExp(`${MARK}(\\d+)${MARK}`, 'g');

/** Puts marks where a template has its longer texts. */
class Marker extends Handlebars.Visitor {
  readonly texts: string[] = [];

  override ContentStatement(node: hbs.AST.ContentStatement): void {
    if (node.value.length < LEAST_CHARS) return;
    this.texts.push(node.value);
    node.value = `${MARK}${this.texts.length - 1}${MARK}`;
  }
}

/**
 * Takes the longer texts out of a parsed template, so that they can be compressed.
 *
 * @returns what puts expressions for them into the code that is compiled from the rest
 */
export function keepTexts(program: hbs.AST.Program, keep: Keep): (code: string) => string {
  const marker = new Marker();
  marker.accept(program);
  const expressions = marker.texts.map(keep);
  return (code) =>
    code
      .replace(MARKS, (_, number) => `" + ${expressions[Number(number)]} + "`)
      .replaceAll('"" + ', '')
      .replaceAll(' + ""', '');
}
