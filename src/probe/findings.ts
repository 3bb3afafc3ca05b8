import { counted } from '../base/text.ts';
import type { Era, Greeting } from './eras.ts';
import { LISTS, type Listed, type ListName, nameOf } from './lists.ts';
import type { CheckReport, StepRecord } from './steps.ts';
import { toolProblems } from './tools.ts';

/** What one era of the protocol has brought to light. */
export interface Findings {
  readonly era: Era;
  readonly greeting: Greeting;
  readonly lists: Readonly<Record<ListName, Listed>>;
  readonly templates: number;
  readonly call: { readonly ms: number; readonly detail: string; readonly error: unknown };
}

/** Turns what both eras have shown into steps. */
export function judge(findings: readonly Findings[], record: StepRecord): void {
  const last = findings.at(-1);
  if (last === undefined) return;
  for (const list of LISTS) {
    const failed = findings.find((finding) => finding.lists[list].error !== undefined);
    const problem = failed && inEra(failed, record.explain(failed.lists[list].error));
    record.add(`${list}/list`, last.lists[list].ms, problem, summary(findings, last, list));
  }
  const started = performance.now();
  const problems = [...new Set(findings.flatMap(({ lists }) => toolProblems(lists.tools.items)))];
  const schemas = last.lists.tools.items.filter(({ outputSchema }) => outputSchema !== undefined).length;
  const valid = `${counted(last.lists.tools.items.length, 'input schema')} and ${counted(schemas, 'output schema')} are valid`;
  record.add('schemas', performance.now() - started, problems.join('\n') || undefined, valid);
  const failed = findings.find(({ call }) => call.error !== undefined);
  const problem = failed && inEra(failed, record.explain(failed.call.error));
  record.add('tools/call', last.call.ms, problem, last.call.detail);
}

function summary(findings: readonly Findings[], last: Findings, list: ListName): string {
  const amount = (finding: Findings): number => finding.lists[list].items.length;
  const other = findings.find((finding) => amount(finding) !== amount(last));
  const templates = list === 'resources' && last.templates > 0 ? ` and ${counted(last.templates, 'template')}` : '';
  const text = `${counted(amount(last), list.slice(0, -1))}${templates}`;
  return other === undefined ? text : `${text} (${amount(other)} for clients of ${other.era})`;
}

const inEra = ({ era }: Findings, problem: string): string => `To clients of ${era}: ${problem}`;

/** The report of a check that is over. */
export function reportOf(
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
