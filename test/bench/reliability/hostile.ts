import { isDeepStrictEqual } from 'node:util';
import { CASES, type HostileCase } from './hostile-cases.ts';
import { contentOf, entriesOf, hasCopy, hasEntry, keepsBytes, keepsData, linesKept, readLeniently } from './judge.ts';
import { count, type Print, printSummary, printTable } from './print.ts';
import type { Tool } from './tools.ts';
import type { Home, World } from './world.ts';

const NAME = 'newone';

interface Facts {
  readonly exit: number | null;
  readonly untouched: boolean;
  /** Before and after. */
  readonly readable: readonly [boolean, boolean];
  readonly dataKept: boolean;
  /** An entry of the same name was there before and is another one now. */
  readonly overwritten: boolean;
  readonly bytesKept: boolean;
  readonly lines: string;
  readonly comments: string;
  readonly commentsKept: boolean;
  readonly visible: boolean;
  readonly fault: string | undefined;
  /** A copy of the old file lies somewhere. */
  readonly copy: boolean;
}

/**
 * What an edit did to a file. In capitals what is harm; a fault of the place (a link that was replaced) is named in words
 * of its own.
 */
type Verdict = string;

/** Config files as people have them: the entry must go in, all else must stay, or the tool must say that it cannot. */
export async function hostile(print: Print, world: World, tools: readonly Tool[]): Promise<boolean> {
  const results = new Map<string, Map<string, Facts | undefined>>();
  for (const tool of tools) {
    const facts = new Map<string, Facts | undefined>();
    for (const each of CASES) facts.set(each.title, await tried(world, tool, each));
    results.set(tool.id, facts);
  }
  const cell = (id: string, title: string): string => {
    const facts = results.get(id)?.get(title);
    return facts ? described(facts) : '-';
  };
  const ids = tools.map(({ id }) => id);
  printTable(
    print,
    '4a. Files as people have them: verdict, exit code, old lines kept in order',
    ['case', ...ids],
    CASES.map(({ title }) => [title, ...ids.map((id) => cell(id, title))]),
  );
  showTotals(print, results);
  const ours = tools.filter((tool) => tool.ours).flatMap(({ id }) => [...(results.get(id)?.values() ?? [])]);
  return ours.every((facts) => facts === undefined || !isHarm(verdictOf(facts)));
}

const isHarm = (verdict: Verdict): boolean => verdict === verdict.toUpperCase();

async function tried(world: World, tool: Tool, each: HostileCase): Promise<Facts | undefined> {
  const keys = tool.targets[each.client]?.keys;
  if (keys === undefined) return undefined;
  const bytes = each.bytes(keys);
  const home = world.home(tool, each.client, bytes);
  each.prepare?.(home);
  const { exit, output } = await world.run(tool, home, NAME);
  // A version of ours that does not know this client yet.
  const unknown = tool.ours && exit === 2 && output.includes('There is no client');
  const facts = unknown ? undefined : factsOf(each, home, bytes, exit);
  world.forget(home);
  return facts;
}

function factsOf(each: HostileCase, home: Home, bytes: Buffer, exit: number | null): Facts {
  const { keys } = home.target;
  const now = contentOf(home.file) ?? Buffer.alloc(0);
  const [before, after] = [readLeniently(bytes), readLeniently(now)];
  const old = entriesOf(before, keys)[NAME];
  const { kept, of } = linesKept(bytes, now);
  const comments = (each.comments ?? []).filter((comment) => now.includes(comment));
  const parsedKept = before === undefined || (after !== undefined && keepsData(before, after, keys, [NAME]));
  return {
    exit,
    untouched: now.equals(bytes),
    readable: [before !== undefined, after !== undefined],
    dataKept: parsedKept && (each.marks ?? []).every((mark) => holds(now, mark)),
    overwritten: old !== undefined && !isDeepStrictEqual(old, entriesOf(after, keys)[NAME]),
    bytesKept: keepsBytes(bytes, now),
    lines: `${kept}/${of}`,
    comments: `${comments.length}/${each.comments?.length ?? 0}`,
    commentsKept: comments.length === (each.comments?.length ?? 0),
    visible: hasEntry(after, keys, NAME),
    fault: each.fault?.(home),
    copy: hasCopy(home, bytes),
  };
}

/** In UTF-8, or in UTF-16 for a file that was and is in that. */
const holds = (bytes: Buffer, mark: string | Buffer): boolean =>
  bytes.includes(mark) || (typeof mark === 'string' && bytes.includes(Buffer.from(mark, 'utf16le')));

function verdictOf(facts: Facts): Verdict {
  const { exit, untouched, readable, dataKept, overwritten, visible, fault, commentsKept, bytesKept } = facts;
  const [wasReadable, isReadable] = readable;
  if (untouched) return exit === 0 ? 'silent' : 'refused';
  if (wasReadable && !isReadable) return 'CORRUPT';
  if (!dataKept) return 'DATA LOST';
  if (overwritten) return 'OVERWRITTEN';
  if (!visible) return 'INVISIBLE';
  if (fault !== undefined) return fault;
  if (!commentsKept) return 'comments lost';
  if (!wasReadable) return bytesKept ? 'kept' : 'repaired';
  return bytesKept ? 'kept' : 'reformatted';
}

function described(facts: Facts): string {
  const verdict = verdictOf(facts);
  const more = verdict === 'refused' || verdict === 'kept' ? '' : ` ${facts.lines}`;
  return `${verdict} (${facts.exit})${more}`;
}

const GROUPS: readonly (readonly [string, (verdict: Verdict) => boolean])[] = [
  ['kept to the byte', (verdict) => verdict === 'kept'],
  ['refused, untouched', (verdict) => verdict === 'refused'],
  ['reformatted', (verdict) => verdict === 'reformatted' || verdict === 'repaired'],
  ['comments lost', (verdict) => verdict === 'comments lost'],
  ['link or mode lost', (verdict) => /^(hard link|link|mode) /.test(verdict)],
  ['nothing done, exit 0', (verdict) => verdict === 'silent'],
  ['harm', isHarm],
];

function showTotals(print: Print, results: ReadonlyMap<string, ReadonlyMap<string, Facts | undefined>>): void {
  const rows = [...results].map(([id, facts]) => {
    const known = [...facts.values()].filter((each) => each !== undefined);
    const verdicts = known.map(verdictOf);
    const harmed = known.filter((each) => isHarm(verdictOf(each)));
    const groups = GROUPS.map(([, belongs]) => count(verdicts, belongs));
    return [id, known.length, ...groups, count(harmed, ({ exit }) => exit === 0), count(harmed, ({ copy }) => copy)];
  });
  const head = ['tool', 'cases', ...GROUPS.map(([title]) => title), 'harm with exit 0', 'harm with a copy'];
  printTable(print, '4b. The same, counted', head, rows);
  printSummary(print, 'hostile', { columns: head.slice(1), counts: byFirst(rows) });
  const cases = [...results].map(([id, facts]) => [id, Object.fromEntries([...facts].map(briefly))] as const);
  printSummary(print, 'hostile-cases', { columns: BRIEF, tools: Object.fromEntries(cases) });
}

const byFirst = (rows: readonly (readonly (string | number)[])[]): object =>
  Object.fromEntries(rows.map(([id = '', ...cells]) => [id, cells]));

const BRIEF = ['verdict', 'exit', 'data kept', 'bytes kept', 'lines kept', 'comments kept', 'entry visible', 'copy'];

function briefly([title, facts]: readonly [string, Facts | undefined]): readonly [string, unknown] {
  if (facts === undefined) return [title, null];
  const { exit, dataKept, overwritten, bytesKept, lines, comments, visible, copy } = facts;
  return [title, [verdictOf(facts), exit, dataKept && !overwritten, bytesKept, lines, comments, visible, copy]];
}
