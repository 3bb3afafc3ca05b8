import { nested } from '../../base/json.ts';
import type { Format, Spot } from './format.ts';
import { appendPart, fillEmpty, gapOf, removePart, replaceValue, unitOf } from './yaml-edit.ts';
import { checkAnchors, placeOf } from './yaml-place.ts';
import { blockLines, itemLines, memberLines } from './yaml-print.ts';
import { readYaml } from './yaml-read.ts';

/** YAML in block style, as people and their tools write it. One entry is edited as lines; nothing is printed anew. */
export const yaml: Format = { get, set, remove, read: readYaml, snippet };

function get(text: string, spot: Spot): unknown {
  const place = placeOf(text, spot);
  return place.kind === 'present' ? place.value : undefined;
}

function set(text: string, spot: Spot, value: unknown): string {
  const place = placeOf(text, spot);
  const unit = unitOf(text, place.scan);
  if (place.kind === 'empty') {
    return fillEmpty(text, place, blockLines(contentOf(spot, place.level, value), unit), unit);
  }
  if (place.kind === 'absent') {
    const layout = { unit, gap: gapOf(text, place.block) };
    return appendPart(text, place, partLines(place.level, spot, value, layout));
  }
  checkAnchors(text, place.part.valueStart, place.part.end);
  return replaceValue(text, place, value, unit);
}

function remove(text: string, spot: Spot): string {
  const place = placeOf(text, spot);
  if (place.kind !== 'present') return text;
  checkAnchors(text, place.part.start, place.part.end);
  return removePart(text, place);
}

function snippet(spot: Spot, value: unknown): string {
  return `${blockLines(contentOf(spot, 0, value), 2).join('\n')}\n`;
}

/** How the lines around look: spaces a level, and what stands behind a dash. */
interface Layout {
  readonly unit: number;
  readonly gap: string;
}

/** The lines of what a block lacks: the entry, or the member that leads to it. */
function partLines(level: number, spot: Spot, value: unknown, { unit, gap }: Layout): string[] {
  const { path, name, by } = spot;
  const key = path[level];
  if (key !== undefined) return memberLines(key, contentOf(spot, level + 1, value), unit);
  return by === undefined ? memberLines(name, value, unit) : itemLines(value, unit, gap);
}

/** What a value holds that `level` keys of the path lead to, when it holds nothing but the entry. */
function contentOf({ path, name, by }: Spot, level: number, value: unknown): unknown {
  const table: unknown = by === undefined ? Object.fromEntries([[name, value]]) : [value];
  return nested(path.slice(level), table);
}
