import { isObject } from '../base/json.ts';
import { findingsIn } from '../probe/lint.ts';
import type { Result } from '../probe/rpc.ts';
import { advice, fault, isText, type PublishFinding, type Subject } from './subject.ts';

/** Faults of definitions for which reviews send servers back; other remarks of the lint are advice. */
const REFUSED = /^tool-(?:title|hints|hints-contradict|description|name-length)$/;

/** Texts that tell the model what to do outside of the tool, as reviews look for them. */
const INSTRUCTIONS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|prompts?|rules|above|previous|prior)\b/i,
  /\byou (?:must|should) (?:always|never|first)\b/i,
  /\b(?:always|never) (?:call|use|invoke|run|prefer) (?:this|the other|any other|another)\b/i,
  /\b(?:before|instead of) (?:using|calling) any other tools?\b/i,
  /\b(?:do not|don't|never) (?:tell|mention|reveal|show|inform)\b.{0,40}\buser\b/i,
  /\bsystem prompt\b/i,
  /<\/?(?:important|system|instructions?|assistant|secret)>/i,
];
/** What nobody sees may still be read by a model. */
const HIDDEN = /[\p{Cf}\p{Co}\p{Cs}]/u;
/** Joins pictures into one. */
const JOINER = /\u200d/g;

/** What reviews of tools, resources and prompts send back. */
export function definitionFindings({ offer, name }: Subject): PublishFinding[] {
  if (offer === undefined) return [];
  const lint = findingsIn(offer, name).map(({ code, where, what, fix }) =>
    (REFUSED.test(code) ? fault : advice)(code, where, what, fix),
  );
  const described = [
    ...offer.tools.map((tool) => [`tool ${tool.name}`, tool] as const),
    ...offer.prompts.map((prompt) => [`prompt ${prompt.name}`, prompt] as const),
  ];
  return [...lint, ...described.flatMap(([where, one]) => textsOf(one).flatMap((text) => instruction(where, text)))];
}

/** The description, and those of the arguments. */
function textsOf({ description, inputSchema, arguments: given }: Result): string[] {
  const properties =
    isObject(inputSchema) && isObject(inputSchema.properties) ? Object.values(inputSchema.properties) : [];
  const others = [...properties, ...(Array.isArray(given) ? given : [])].filter(isObject);
  return [description, ...others.map((one) => one.description)].filter(isText);
}

function instruction(where: string, text: string): PublishFinding[] {
  const found = INSTRUCTIONS.map((pattern) => pattern.exec(text)?.[0]).find((match) => match !== undefined);
  const fix = 'Say what the tool does and when it helps; leave to the model and its user what they do.';
  if (found !== undefined)
    return [fault('tool-instructions', where, `tells the model what to do: ${JSON.stringify(found)}.`, fix)];
  if (HIDDEN.test(text.replace(JOINER, '')))
    return [fault('tool-hidden-text', where, 'has characters in its description that nobody sees.', fix)];
  return [];
}
