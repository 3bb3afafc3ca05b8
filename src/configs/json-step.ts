import { TextError } from './formats/format.ts';
import { insertMember, removeMember, replaceValue } from './formats/json-edit.ts';
import { type JsonNode, scanJson } from './formats/json-scan.ts';
import type { Step } from './step.ts';

/** Makes one change of a text of JSON, with or without comments. */
export function jsonStep(text: string, step: Step): string {
  const { path, at } = step;
  const isItem = typeof at === 'number';
  // With the key in the path, the scanner refuses one that occurs twice.
  const node = scanJson(text, isItem ? path : [...path, at], isItem).nodes[path.length];
  if (node === undefined) throw new TextError(0, `there is nothing at ${path.join('.')}`);
  return nodeStep(text, node, step, step.value);
}

/** Makes one change of the members or items of a node. */
export function nodeStep(text: string, node: JsonNode, { kind, at, after }: Step, value: unknown): string {
  const { members } = node;
  const place = typeof at === 'number' ? at : members.findIndex(({ key }) => key === at);
  if (kind === 'add') {
    const previous = typeof at === 'number' ? members[at - 1] : members.find(({ key }) => key === after);
    return insertMember(text, node, typeof at === 'number' ? undefined : at, value, previous ?? 'none');
  }
  const member = members[place];
  if (member === undefined) throw new TextError(node.start, `there is nothing at ${at}`);
  return kind === 'drop' ? removeMember(text, node, member) : replaceValue(text, node, member, value);
}
