import type { Env } from '../base/env.ts';
import { cancelled, messageOf } from '../base/errors.ts';
import { type Driver, HttpDriver, StdioDriver } from './driver.ts';
import { type Dialect, dialectOf, type Era, type Greeting } from './eras.ts';
import { LIMITS, type Limits } from './limits.ts';
import { LISTS, type Listed, type ListName, nameOf, readList, readTemplates } from './lists.ts';
import type { Command } from './process.ts';
import { StepRecord } from './record.ts';
import { type Link, LinkError, type Result } from './rpc.ts';
import { callTool, harmlessCall, type ProbeCall, toolProblems } from './tools.ts';
import type { CheckReport, CheckStep } from './types.ts';

export interface CheckTarget extends Command {
  readonly transport: 'stdio' | 'http';
  /** A tool to call; without one, a tool that calls itself read-only and needs no arguments. */
  readonly probe?: ProbeCall | undefined;
}

export interface CheckOptions {
  readonly env: Env;
  /** The version of this package, as the server is told. */
  readonly version: string;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: CheckStep) => void;
  readonly limits?: Partial<Limits>;
}

/** What one era of the protocol has brought to light. */
interface Findings {
  readonly era: Era;
  readonly greeting: Greeting;
  readonly lists: Readonly<Record<ListName, Listed>>;
  readonly templates: number;
  readonly call: { readonly ms: number; readonly detail: string; readonly error: unknown };
}

/**
 * Starts a server as a client would, speaks both eras of MCP to it, and ends it again. It always comes back, and leaves
 * no process behind, whatever the server does.
 *
 * @throws {CliError} `cancelled` when the signal fires. What is wrong with the server is in the report.
 */
export async function checkServer(target: CheckTarget, options: CheckOptions): Promise<CheckReport> {
  const limits = { ...LIMITS, ...options.limits };
  const record = new StepRecord(options.onStep ?? (() => {}));
  const driverOptions = { env: options.env, limits, signal: options.signal };
  let driver: Driver | undefined;
  const stop = (): void => driver?.kill();
  const overall = setTimeout(stop, limits.total);
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const findings: Findings[] = [];
    const explain = (error: unknown): string => explained(error, driver);
    let lost: unknown;
    if (target.transport === 'stdio') driver = new StdioDriver(target, driverOptions);
    else {
      const http = new HttpDriver(target, driverOptions);
      driver = http;
      lost = await record.run('start', () => http.start(), explain);
    }
    for (const era of ['2025', '2026'] as const) {
      if (lost !== undefined) break;
      const error = await meet(driver, dialectOf(era, options.version), target, record, findings, explain);
      if (error instanceof LinkError) lost = error;
    }
    if (options.signal?.aborted) throw cancelled();
    judge(findings, record, explain);
    await driver.finish(record, lost !== undefined);
    if (options.signal?.aborted) throw cancelled();
    return reportOf(target.transport, findings, record);
  } finally {
    clearTimeout(overall);
    options.signal?.removeEventListener('abort', stop);
    driver?.kill();
  }
}

/** Greets a server in one era and asks it for everything. Returns why it could not be met. */
async function meet(
  driver: Driver,
  dialect: Dialect,
  target: CheckTarget,
  record: StepRecord,
  findings: Findings[],
  explain: (error: unknown) => string,
): Promise<unknown> {
  let link: Link | undefined;
  let greeting: Greeting | undefined;
  // The connection before hangs up first, so that a server is never asked by two at once.
  await driver.close();
  const error = await record.run(
    `handshake-${dialect.era}`,
    async () => {
      link = await driver.open(dialect);
      greeting = await dialect.greet(link);
      return `${greeting.server ? `${greeting.server.name} ${greeting.server.version}, ` : ''}protocol ${greeting.protocol}`;
    },
    explain,
  );
  if (link === undefined || greeting === undefined) return error;
  findings.push(await explore(link, dialect, greeting, target));
  return undefined;
}

async function explore(link: Link, dialect: Dialect, greeting: Greeting, target: CheckTarget): Promise<Findings> {
  const read = (list: ListName): Promise<Listed> => readList(link, dialect, greeting, list);
  const lists = { tools: await read('tools'), resources: await read('resources'), prompts: await read('prompts') };
  const templates = await readTemplates(link, dialect, greeting).catch(() => []);
  const started = performance.now();
  const call = await probe(link, dialect, lists.tools.items, target.probe);
  return {
    era: dialect.era,
    greeting,
    lists,
    templates: templates.length,
    call: { ...call, ms: performance.now() - started },
  };
}

async function probe(link: Link, dialect: Dialect, tools: readonly Result[], wanted: ProbeCall | undefined) {
  const call = wanted ?? harmlessCall(tools);
  if (call === undefined) return { detail: 'no tool that only reads and needs no arguments', error: undefined };
  try {
    return { detail: await callTool(link, dialect, tools, call), error: undefined };
  } catch (error) {
    return { detail: '', error };
  }
}

/** Turns what both eras have shown into steps. */
function judge(findings: readonly Findings[], record: StepRecord, explain: (error: unknown) => string): void {
  const last = findings.at(-1);
  if (last === undefined) return;
  for (const list of LISTS) {
    const failed = findings.find((finding) => finding.lists[list].error !== undefined);
    const problem = failed && inEra(failed, explain(failed.lists[list].error));
    record.add(`${list}/list`, last.lists[list].ms, problem, summary(findings, last, list));
  }
  const started = performance.now();
  const problems = [...new Set(findings.flatMap(({ lists }) => toolProblems(lists.tools.items)))];
  const schemas = last.lists.tools.items.filter(({ outputSchema }) => outputSchema !== undefined).length;
  const valid = `${counted(last.lists.tools.items.length, 'input schema')} and ${counted(schemas, 'output schema')} are valid`;
  record.add('schemas', performance.now() - started, problems.join('\n') || undefined, valid);
  const failed = findings.find(({ call }) => call.error !== undefined);
  record.add('tools/call', last.call.ms, failed && inEra(failed, explain(failed.call.error)), last.call.detail);
}

function summary(findings: readonly Findings[], last: Findings, list: ListName): string {
  const amount = (finding: Findings): number => finding.lists[list].items.length;
  const other = findings.find((finding) => amount(finding) !== amount(last));
  const templates = list === 'resources' && last.templates > 0 ? ` and ${counted(last.templates, 'template')}` : '';
  const text = `${counted(amount(last), list.slice(0, -1))}${templates}`;
  return other === undefined ? text : `${text} (${amount(other)} for clients of ${other.era})`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const inEra = ({ era }: Findings, problem: string): string => `To clients of ${era}: ${problem}`;

function explained(error: unknown, driver: Driver | undefined): string {
  const lines = error instanceof LinkError ? driver?.lastLines() : '';
  return lines ? `${messageOf(error)} Its last lines on stderr:\n${lines}` : messageOf(error);
}

function reportOf(
  transport: CheckReport['transport'],
  findings: readonly Findings[],
  { steps }: StepRecord,
): CheckReport {
  const last = findings.at(-1);
  const names = (list: ListName): string[] => last?.lists[list].items.map((item) => nameOf(list, item)) ?? [];
  return {
    ok: steps.every(({ ok }) => ok),
    transport,
    server: findings.map(({ greeting }) => greeting.server).find((server) => server !== undefined),
    steps,
    tools: names('tools'),
    resources: names('resources'),
    prompts: names('prompts'),
  };
}
