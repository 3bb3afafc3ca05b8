import { counted } from '../base/text.ts';
import type { Era, Greeting } from './eras.ts';
import { LISTS, type ListName, type Lists, nameOf } from './lists.ts';
import type { Offer } from './offer.ts';
import { LinkError } from './rpc.ts';
import type { CheckReport, Judgement, StepRecord } from './steps.ts';
import { toolProblems } from './tools.ts';

/** What one era of the protocol has brought to light. */
export interface Findings {
  readonly era: Era;
  readonly greeting: Greeting;
  readonly lists: Lists;
  readonly call: { readonly ms: number; readonly detail: string; readonly error: unknown };
}

/** Looks at all that a server offers. */
export type Judge = (offer: Offer) => Judgement;

/** Turns what both eras have shown into steps; `judges` add theirs where every list could be read. */
export function judge(findings: readonly Findings[], record: StepRecord, judges: readonly Judge[]): void {
  const last = findings.at(-1);
  if (last === undefined) return;
  for (const list of LISTS) {
    const failed = findings.find((finding) => errorIn(finding, list) !== undefined);
    const problem = failed && inEra(failed, record.explain(errorIn(failed, list)));
    record.add(`${list}/list`, last.lists[list].ms, problem, summary(findings, last, list));
    // Nothing more was asked.
    if (failed !== undefined && errorIn(failed, list) instanceof LinkError) return;
  }
  const started = performance.now();
  const problems = [...new Set(findings.flatMap(({ lists }) => toolProblems(lists.tools.items)))];
  const schemas = last.lists.tools.items.filter(({ outputSchema }) => outputSchema !== undefined).length;
  const valid = `${counted(last.lists.tools.items.length, 'input schema')} and ${counted(schemas, 'output schema')} are valid`;
  record.add('schemas', performance.now() - started, problems.join('\n') || undefined, valid);
  const failed = findings.find(({ call }) => call.error !== undefined);
  const problem = failed && inEra(failed, record.explain(failed.call.error));
  record.add('tools/call', last.call.ms, problem, last.call.detail);
  if (findings.some((finding) => LISTS.some((list) => errorIn(finding, list) !== undefined))) return;
  for (const one of judges) {
    const begun = performance.now();
    record.judge(one(offerIn(findings, last)), performance.now() - begun);
  }
}

/** Templates are told of together with resources. */
const errorIn = ({ lists }: Findings, list: ListName): Error | undefined =>
  lists[list].error ?? (list === 'resources' ? lists.templates.error : undefined);

function offerIn(findings: readonly Findings[], { lists }: Findings): Offer {
  const { tools, resources, templates, prompts } = lists;
  return {
    server: serverIn(findings),
    tools: tools.items,
    resources: resources.items,
    templates: templates.items,
    prompts: prompts.items,
  };
}

const serverIn = (findings: readonly Findings[]): Greeting['server'] =>
  findings.map(({ greeting }) => greeting.server).find((server) => server !== undefined);

function summary(findings: readonly Findings[], last: Findings, list: ListName): string {
  const amount = (finding: Findings): number => finding.lists[list].items.length;
  const other = findings.find((finding) => amount(finding) !== amount(last));
  const more = list === 'resources' ? last.lists.templates.items.length : 0;
  const templates = more > 0 ? ` and ${counted(more, 'template')}` : '';
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
    server: serverIn(findings),
    steps,
    tools: names('tools'),
    resources: names('resources'),
    prompts: names('prompts'),
  };
}
