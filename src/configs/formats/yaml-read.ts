import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  loadAll,
  mapTag,
  type Schema,
  seqTag,
  YAMLException,
} from 'js-yaml';
import { TextError } from './format.ts';
import { indentOf, isBlank, skipBlanks } from './yaml-lines.ts';

/**
 * Reads a YAML document with js-yaml, as YAML 1.2 has it: dates and `yes` are strings, `<<` is a key like any other, and
 * a scalar with a tag that is not known becomes an object of tag and text.
 *
 * @returns undefined for a text without a document. The value is shared with other callers and must not be changed.
 * @throws {TextError} for what is not valid YAML, for equal keys, several documents, and aliases that would unfold into
 * millions of values or into themselves.
 */
export function readYaml(text: string): unknown {
  const known = memory.find((reading) => reading.text === text);
  if (known !== undefined) return known.value;
  const reading = { text, value: parse(text) };
  memory = [reading, ...memory.slice(0, 1)];
  return reading.value;
}

interface Reading {
  readonly text: string;
  readonly value: unknown;
}

/** An edit asks several times for the texts before and after it, and reading is most of its work. */
let memory: readonly Reading[] = [];

function parse(text: string): unknown {
  const documents = loadLeniently(text);
  if (documents.length > 1) {
    throw new TextError(secondDocument(text), 'the file holds several documents; only a file with one can be edited');
  }
  return documents[0];
}

/**
 * js-yaml wants the bracket that closes `args: [` on a line of its own deeper than the key; every client takes it at the
 * same depth. White space before a bracket means nothing, so some is added.
 */
function loadLeniently(text: string): unknown[] {
  const schema = text.includes('*') ? measuringSchema() : PLAIN_SCHEMA;
  const pads: number[] = [];
  for (let padded = text; ; ) {
    try {
      return loadAll(padded, { schema });
    } catch (error) {
      const { at, reason } = faultOf(error);
      const tooShallow = reason === SHALLOW && /[\]}]/.test(padded[at] ?? '') && pads.at(-1) !== at - PAD.length;
      if (!tooShallow || pads.length * text.length > MAX_PADDING_WORK) {
        throw explained(text, at - PAD.length * pads.filter((pad) => pad < at).length, reason);
      }
      pads.push(at);
      padded = padded.slice(0, at) + PAD + padded.slice(at);
    }
  }
}

function faultOf(error: unknown): { at: number; reason: string } {
  if (error instanceof YAMLException) return { at: error.mark?.position ?? 0, reason: error.reason };
  return { at: 0, reason: error instanceof Error ? error.message : String(error) };
}

/** The fault in words that tell what to do, where js-yaml's do not. */
function explained(text: string, at: number, reason: string): TextError {
  const line = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
  const tab = line + indentOf(text, line);
  const wrongLayout = /indentation|expected|mapping entry/.test(reason);
  if (wrongLayout && isBlank(text.charCodeAt(tab)) && skipBlanks(text, tab) >= at - 1) {
    return new TextError(tab, 'a tab indents this line; YAML knows only spaces there');
  }
  const better = REASONS.find(([pattern]) => pattern.test(reason))?.[1];
  return new TextError(at, better ?? `this is not valid YAML: ${reason}`);
}

const SHALLOW = 'deficient indentation';
const TOO_LARGE = 'too large';
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^duplicated mapping key/, 'this key occurs twice in its mapping'],
  [/^recursive alias/, 'this alias stands for a value that holds the alias itself'],
  [/^unidentified alias/, 'this alias has no anchor (&) before it'],
  [/^object-based map/, 'a mapping, a list or a value with a tag is used as a key; such a file cannot be edited'],
  [/^nesting exceeded/, 'this is nested too deep'],
  [/^too large/, 'aliases make this value too large to be compared'],
  [/^deficient indentation/, 'a quote or a bracket is open here; close it, or indent this line deeper than its key'],
  [
    /^bad indentation of a mapping/,
    'this does not fit here; look at the indentation, and whether the value needs quotes',
  ],
  [/a multiline key/, 'the line above lacks a ":" after its key'],
  [/^bad indentation of a sequence/, 'this line is indented unlike the items above'],
  [/^end of the stream or a/, 'this line does not fit to those above; look at its indentation and for a missing ":"'],
  [/^unexpected end of the \w+ within a \w+ quoted/, 'a quote that was opened above is not closed'],
  [/^unexpected end of the stream within a flow/, 'a bracket that was opened above is not closed'],
];

/** More than the depth of any bracket in a real file. */
const PAD = ' '.repeat(120);
/** Each bracket costs another reading, so that only as many are moved as small files have. */
const MAX_PADDING_WORK = 20_000_000;

function secondDocument(text: string): number {
  const marker = /^---(?=[ \t\r\n]|$)/gm;
  const first = marker.exec(text);
  // The first marker begins the only document, unless there is a document before it already.
  const before = text.slice(0, first?.index).replace(/^[ \t]*(?:#.*)?$|^%.*$/gm, '');
  const second = before.trim() === '' ? marker.exec(text) : first;
  return Math.max(0, second?.index ?? text.search(/^\.\.\.(?=\s)/m));
}

const anyTag = { matchByTagPrefix: true, identify: () => false };
const unknownScalar = defineScalarTag('', { ...anyTag, resolve: (source, _explicit, tag) => ({ [tag]: source }) });

const PLAIN_SCHEMA = CORE_SCHEMA.withTags(
  defineMappingTag('', { ...mapTag, ...anyTag }),
  defineSequenceTag('', { ...seqTag, ...anyTag }),
  unknownScalar,
);

/** Aliases share values, but whoever compares two readings walks through each of them. */
const MAX_VALUES = 5_000_000;
const MAX_DEPTH = 500;

/** How much a value is when its aliases are written out. */
interface Size {
  readonly values: number;
  readonly depth: number;
}

const LEAF: Size = { values: 1, depth: 0 };

/** A schema that measures each collection when it is complete, inner ones first. Doing so makes js-yaml refuse cycles. */
function measuringSchema(): Schema {
  const sizes = new Map<unknown, Size>();
  const finalize = <T extends object>(collection: T): T => {
    let values = 1;
    let depth = 0;
    for (const value of Object.values(collection)) {
      const size = sizes.get(value) ?? LEAF;
      values += size.values;
      depth = Math.max(depth, size.depth + 1);
    }
    if (values > MAX_VALUES || depth > MAX_DEPTH) throw new Error(TOO_LARGE);
    sizes.set(collection, { values, depth });
    return collection;
  };
  const mapping = { ...mapTag, finalize };
  const sequence = { ...seqTag, finalize };
  return PLAIN_SCHEMA.withTags(
    defineMappingTag(mapTag.tagName, mapping),
    defineSequenceTag(seqTag.tagName, sequence),
    defineMappingTag('', { ...mapping, ...anyTag }),
    defineSequenceTag('', { ...sequence, ...anyTag }),
  );
}
