import { isObject } from '../base/json.ts';
import { cut, listOf, printable } from '../base/text.ts';
import type { Result } from './rpc.ts';

/** One value that a server asks a person for (elicitation, form mode). */
export interface Field {
  readonly key: string;
  /** For people. */
  readonly label: string;
  readonly type: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'choices';
  readonly choices: readonly { readonly value: string; readonly title: string }[];
  readonly required: boolean;
  readonly initial: unknown;
  readonly schema: Result;
}

const MOST_FIELDS = 50;
const MOST_CHOICES = 200;
const LONGEST = 500;

/** What a form asks for, in its order. */
export function fieldsOf(schema: unknown): readonly Field[] {
  const { properties, required } = isObject(schema) ? schema : {};
  const needed = Array.isArray(required) ? required : [];
  const entries = Object.entries(isObject(properties) ? properties : {}).slice(0, MOST_FIELDS);
  return entries.map(([key, value]) => fieldOf(key, isObject(value) ? value : {}, needed.includes(key)));
}

function fieldOf(key: string, schema: Result, required: boolean): Field {
  const { title, description } = schema;
  const texts = [title ?? key, description].filter((text) => typeof text === 'string');
  const label = cut(printable(texts.join(': ')), LONGEST);
  const isList = schema.type === 'array';
  const choices = choicesOf(isList && isObject(schema.items) ? schema.items : schema);
  const base = { key, label, required, initial: schema.default, schema, choices };
  if (choices.length > 0) return { ...base, type: isList ? 'choices' : 'choice' };
  const type = ['number', 'integer', 'boolean'].find((one) => one === schema.type);
  return { ...base, type: (type as Field['type'] | undefined) ?? 'text' };
}

function choicesOf({ enum: values, enumNames: names, oneOf, anyOf }: Result): Field['choices'] {
  const titled = [oneOf, anyOf].find((list) => Array.isArray(list)) as readonly unknown[] | undefined;
  const choices = Array.isArray(values)
    ? values.map((value, index) => ({
        value: String(value),
        title: Array.isArray(names) ? String(names[index] ?? value) : String(value),
      }))
    : (titled ?? [])
        .filter(isObject)
        .map((one) => ({ value: String(one.const), title: String(one.title ?? one.const) }));
  return choices.slice(0, MOST_CHOICES).map(({ value, title }) => ({ value, title: cut(printable(title), LONGEST) }));
}

/** What is wrong with a text as the value of a field, or undefined. */
export function answerProblem(field: Field, text: string): string | undefined {
  const { type, choices, schema, required } = field;
  if (text === '' && !required) return undefined;
  if (type === 'boolean') return /^(?:true|false|yes|no|y|n)$/i.test(text) ? undefined : 'It is true or false.';
  if (type === 'choice' || type === 'choices')
    return choiceProblem(type === 'choice' ? [text] : partsOf(text), choices);
  if (type === 'text') return textProblem(text, schema);
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return 'It is a number.';
  if (type === 'integer' && !Number.isInteger(value)) return 'It is a whole number.';
  if (typeof schema.minimum === 'number' && value < schema.minimum) return `It is at least ${schema.minimum}.`;
  if (typeof schema.maximum === 'number' && value > schema.maximum) return `It is at most ${schema.maximum}.`;
  return undefined;
}

function choiceProblem(values: readonly string[], choices: Field['choices']): string | undefined {
  const known = choices.map(({ value }) => value);
  return values.every((value) => known.includes(value))
    ? undefined
    : `It is ${listOf(known.map((one) => cut(printable(one), 60)))}.`;
}

function textProblem(text: string, { minLength, maxLength }: Result): string | undefined {
  if (typeof minLength === 'number' && text.length < minLength) return `It has at least ${minLength} characters.`;
  if (typeof maxLength === 'number' && text.length > maxLength) return `It has at most ${maxLength} characters.`;
  return undefined;
}

/** The value that a text without a problem stands for. */
export function answerValue({ type }: Field, text: string): unknown {
  if (type === 'boolean') return /^(?:true|yes|y)$/i.test(text);
  if (type === 'choices') return partsOf(text);
  return type === 'number' || type === 'integer' ? Number(text) : text;
}

const partsOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
