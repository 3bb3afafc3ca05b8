import { isObject } from '../base/json.ts';
import { cut, firstOf } from '../base/text.ts';
import type { Dialect } from './eras.ts';
import type { Link, Result } from './rpc.ts';
import { schemaProblems } from './schema.ts';

/** A tool that may be called without harm, and arguments with which it succeeds. */
export interface ProbeCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Names that every client accepts (spec 2026-07-28, "Tool names"). */
const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;
const SHOWN = 5;
const LONGEST = 300;

/** What is wrong with the definitions of tools, one line a problem. */
export function toolProblems(tools: readonly Result[]): string[] {
  const names = new Set<unknown>();
  const problems = tools.flatMap((tool) => {
    const name = cut(String(tool.name), 128);
    const own: string[] = [];
    if (!TOOL_NAME.test(String(tool.name))) own.push(`${JSON.stringify(name)} is no valid tool name`);
    if (names.has(name)) own.push(`${name} is there twice`);
    names.add(name);
    for (const key of ['inputSchema', 'outputSchema'] as const) {
      if (key === 'outputSchema' && tool[key] === undefined) continue;
      own.push(...schemaProblems(tool[key]).map((problem) => `${name} ${key}${problem.replace(/^\/:/, ':')}`));
    }
    return own;
  });
  return [...firstOf(problems, SHOWN)];
}

/** A tool that says of itself that it only reads, and only what is the server's own; undefined when there is none. */
export function harmlessCall(tools: readonly Result[]): ProbeCall | undefined {
  const candidates = tools.filter(({ annotations, inputSchema }) => {
    if (!isObject(annotations) || annotations.readOnlyHint !== true || annotations.openWorldHint === true) return false;
    const required = isObject(inputSchema) ? inputSchema.required : undefined;
    return !Array.isArray(required) || required.length === 0;
  });
  // Without the hint a tool may reach out into the world, so one that denies it comes first.
  const closed = candidates.find(({ annotations }) => isObject(annotations) && annotations.openWorldHint === false);
  const tool = closed ?? candidates[0];
  return tool && { tool: String(tool.name), arguments: {} };
}

/** Calls a tool and checks the answer. Returns what was seen. @throws when the tool fails or answers with nothing. */
export async function callTool(
  link: Link,
  dialect: Dialect,
  tools: readonly Result[],
  call: ProbeCall,
): Promise<string> {
  const definition = tools.find(({ name }) => name === call.tool);
  if (definition === undefined) throw new Error(`There is no tool ${call.tool}.`);
  const result = await link.request('tools/call', dialect.params({ name: call.tool, arguments: call.arguments }));
  if (result.resultType === 'input_required') throw new Error(`${call.tool} asks the user for something.`);
  if (!Array.isArray(result.content)) throw new Error(`${call.tool} answers without content.`);
  if (result.isError === true) throw new Error(`${call.tool} failed: ${textOf(result.content)}`);
  if (definition.outputSchema !== undefined && result.structuredContent === undefined) {
    throw new Error(`${call.tool} has an output schema but answers without structured content.`);
  }
  return `${call.tool} answered`;
}

function textOf(content: readonly unknown[]): string {
  const texts = content
    .slice(0, SHOWN)
    .map((item) => (isObject(item) && typeof item.text === 'string' ? item.text : ''));
  return cut(texts.map((text) => cut(text, LONGEST)).join(' '), LONGEST);
}
