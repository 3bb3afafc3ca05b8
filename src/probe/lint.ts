import { isObject } from '../base/json.ts';
import { counted, cut } from '../base/text.ts';
import { argumentFindings } from './lint-schema.ts';
import type { Offer } from './offer.ts';
import type { Result } from './rpc.ts';
import type { Finding, Judgement } from './steps.ts';

/*
 * What definitions should be like so that models choose well among them and every client takes them. The server works
 * without it, so these are warnings unless somebody asks for strictness.
 */

/** Clients show a tool to their model as `mcp__<server>__<tool>`, and vendors take no longer names. */
const LONGEST_NAME = 64;
const shownAs = (server: string, tool: string): string => `mcp__${server}__${tool}`;
const NAME = /^[a-z][a-z0-9]*(?:([_-])[a-z0-9]+(?:\1[a-z0-9]+)*)?$/;
const SHORTEST_DESCRIPTION = 15;
const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;
/** What the first word of a name promises. */
const READS = /^(?:get|list|read|search|find|query|show|describe|count|lookup)(?:[_-]|$)/;
const WRITES = /^(?:create|add|insert|update|edit|set|write|put|save|send|post|upload|rename|move)(?:[_-]|$)/;
const DESTROYS = /^(?:delete|remove|drop|destroy|purge|erase|wipe)(?:[_-]|$)/;

/** What is to be said of a server's name with which the longest of its tools has too long a name; undefined if none has. */
export function longNameNote(server: string, tools: readonly string[]): string | undefined {
  const [longest = ''] = tools.map((tool) => shownAs(server, tool)).sort((a, b) => b.length - a.length);
  if (longest.length <= LONGEST_NAME) return undefined;
  return `To models ${longest} has ${longest.length} characters, and vendors take ${LONGEST_NAME}: give the server a shorter name.`;
}

/**
 * Judges the definitions of a server.
 *
 * @param name under which clients list it; without one, what the server calls itself
 * @param strict findings make the step fail
 */
export function lint(offer: Offer, name: string | undefined, strict: boolean): Judgement {
  const findings = findingsIn(offer, name ?? offer.server?.name ?? '');
  const detail =
    findings.length === 0
      ? 'names, titles, hints, descriptions and schemas are as clients want them'
      : `${counted(findings.length, strict ? 'fault' : 'warning')} in names, hints, descriptions or schemas`;
  return { name: 'definitions', ok: !strict || findings.length === 0, detail, findings };
}

/** What is not as clients want it, in the order of the lists. */
export function findingsIn({ tools, resources, templates, prompts }: Offer, server: string): Finding[] {
  return [
    ...tools.flatMap((tool) => toolFindings(tool, server)),
    ...sameDescriptions(tools),
    ...resources.flatMap((one) => undescribed(`resource ${textOf(one.uri)}`, one, 'resource-description')),
    ...templates.flatMap((one) => undescribed(`template ${textOf(one.uriTemplate)}`, one, 'template-description')),
    ...prompts.flatMap(promptFindings),
  ];
}

function toolFindings(tool: Result, server: string): Finding[] {
  const name = textOf(tool.name);
  const where = `tool ${name}`;
  return [
    ...nameFindings(name, where, server),
    ...titleFindings(tool, where),
    ...undescribed(where, tool, 'tool-description'),
    ...hintFindings(name, where, tool.annotations),
    ...argumentFindings(where, tool.inputSchema),
  ];
}

function nameFindings(name: string, where: string, server: string): Finding[] {
  const found: Finding[] = [];
  if (!NAME.test(name)) {
    const fix = 'Name it in snake_case or in kebab-case: create_note.';
    found.push({ code: 'tool-name', where, what: 'has a name that not every client takes.', fix });
  }
  const full = shownAs(server, name);
  if (full.length > LONGEST_NAME) {
    const what = `is ${full} to clients: ${full.length} characters, and vendors take ${LONGEST_NAME}.`;
    found.push({ code: 'tool-name-length', where, what, fix: 'Shorten its name, or that of the server.' });
  }
  return found;
}

function titleFindings({ title, annotations }: Result, where: string): Finding[] {
  const missing = [
    ...(isText(title) ? [] : ['title']),
    ...(isText(isObject(annotations) ? annotations.title : undefined) ? [] : ['annotations.title']),
  ];
  if (missing.length === 0) return [];
  const fix = 'Give the title in both places: clients read the one, directories the other.';
  return [{ code: 'tool-title', where, what: `has no ${missing.join(' and no ')}.`, fix }];
}

function hintFindings(name: string, where: string, annotations: unknown): Finding[] {
  const hints = isObject(annotations) ? annotations : {};
  const missing = HINTS.filter((hint) => typeof hints[hint] !== 'boolean');
  const found: Finding[] = [];
  if (missing.length > 0) {
    const fix =
      'Say true or false for each in its annotations: without them clients assume the worst and ask every time.';
    found.push({ code: 'tool-hints', where, what: `does not say ${missing.join(', ')}.`, fix });
  }
  const wrong = contradiction(name, hints);
  if (wrong !== undefined)
    found.push({ code: 'tool-hints-contradict', where, what: wrong, fix: 'Correct the annotation, or the name.' });
  return found;
}

function contradiction(name: string, hints: Result): string | undefined {
  const { readOnlyHint: reads, destructiveHint: destroys, idempotentHint: repeats } = hints;
  if (reads === true && destroys === true)
    return 'is readOnlyHint and destructiveHint: what only reads destroys nothing.';
  if (reads === true && repeats === false)
    return 'is readOnlyHint but not idempotentHint: what only reads can be repeated.';
  if (DESTROYS.test(name) && reads === true) return 'sounds as if it deleted something, but is readOnlyHint.';
  if (DESTROYS.test(name) && destroys === false)
    return 'sounds as if it deleted something, but is not destructiveHint.';
  if (WRITES.test(name) && reads === true) return 'sounds as if it changed something, but is readOnlyHint.';
  if (READS.test(name) && reads === false) return 'sounds as if it only read, but is not readOnlyHint.';
  return undefined;
}

/** Models tell tools apart by their descriptions. */
function sameDescriptions(tools: readonly Result[]): Finding[] {
  const first = new Map<string, string>();
  return tools.flatMap(({ name, description }): Finding[] => {
    if (!isText(description)) return [];
    const text = description.trim().toLowerCase();
    const other = first.get(text);
    if (other === undefined) first.set(text, textOf(name));
    if (other === undefined) return [];
    const fix = 'Say what each does and when to take it instead of the other.';
    return [{ code: 'tool-description', where: `tool ${textOf(name)}`, what: `is described as ${other} is.`, fix }];
  });
}

function promptFindings(prompt: Result): Finding[] {
  const where = `prompt ${textOf(prompt.name)}`;
  const given = Array.isArray(prompt.arguments) ? prompt.arguments.filter(isObject) : [];
  return [
    ...undescribed(where, prompt, 'prompt-description'),
    ...given
      .filter(({ description }) => !isText(description))
      .map(({ name }): Finding => {
        const fix = 'Say what it means, with an example of a value.';
        return {
          code: 'argument-description',
          where: `${where}, argument ${textOf(name)}`,
          what: 'has no description.',
          fix,
        };
      }),
  ];
}

function undescribed(where: string, { description }: Result, code: string): Finding[] {
  if (isText(description) && description.trim().length >= SHORTEST_DESCRIPTION) return [];
  const what = isText(description)
    ? `has a description of ${counted(description.trim().length, 'character')}.`
    : 'has no description.';
  return [{ code, where, what, fix: 'Say in a sentence what it is for: that is all that a model knows of it.' }];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const textOf = (value: unknown): string => cut(String(value), 100);
