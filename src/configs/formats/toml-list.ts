import type { JsonNode } from './json-scan.ts';

/** A comment, a string, a bracket, a comma, or a word. */
const TOKEN =
  /#[^\r\n]*|"""(?:\\[\s\S]|[^\\])*?"""{1,3}|'''[\s\S]*?'''{1,3}|"(?:\\.|[^"\\])*"|'[^']*'|[[\]{},]|[^\s#"'[\]{},]+/g;

/** Where the items of a list lie that begins at an offset of valid TOML; as in JSON, so that the same edits fit it. */
export function tomlList(text: string, start: number): JsonNode {
  const node: JsonNode = { start, end: -1, spaceStart: -1, members: [] };
  const tokens = new RegExp(TOKEN);
  tokens.lastIndex = start;
  let depth = 0;
  /** The item that has not ended yet. */
  let isOpen = false;
  let spaceStart = start + 1;
  let afterLineComment = false;
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    const [token] = found;
    const end = found.index + token.length;
    const last = node.members.at(-1);
    if (/^[\]}]/.test(token) && --depth === 0) return { ...node, end, spaceStart };
    if (token.startsWith('#')) {
      if (depth > 1) continue;
      [spaceStart, afterLineComment] = [end, true];
    } else if (token === ',' && depth === 1) {
      if (last !== undefined) last.comma = found.index;
      [isOpen, spaceStart, afterLineComment] = [false, end, false];
    } else if (found.index > start) {
      const at = { keyStart: found.index, keyEnd: found.index, valueStart: found.index };
      if (isOpen && last !== undefined) last.valueEnd = end;
      else node.members.push({ key: '', spaceStart, afterLineComment, ...at, valueEnd: end, comma: -1 });
      [isOpen, spaceStart, afterLineComment] = [true, end, false];
    }
    if (/^[[{]/.test(token)) depth++;
  }
  return node;
}
