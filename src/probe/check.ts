import type { Env } from '../base/env.ts';
import { cancelled, messageOf } from '../base/errors.ts';
import { diagnose, diagnosisOf } from './diagnosis.ts';
import type { Driver } from './driver.ts';
import { type Dialect, dialectOf, type Greeting } from './eras.ts';
import { type Findings, type Judge, judge, reportOf } from './findings.ts';
import { LIMITS, type Limits } from './limits.ts';
import { lossIn, type Meeting, readLists } from './lists.ts';
import { LinkError, type Result } from './rpc.ts';
import { shownWithout } from './shown.ts';
import { type CheckReport, type CheckStep, StepRecord } from './steps.ts';
import { driverFor, hiddenOf, type Target, transportOf } from './target.ts';
import { callTool, harmlessCall, type ProbeCall } from './tools.ts';

export type CheckTarget = Target & {
  /** A tool to call; without one, a tool that calls itself read-only and needs no arguments. */
  readonly probe?: ProbeCall | undefined;
};

export interface CheckOptions {
  readonly env: Env;
  /** The version of this package, as the server is told. */
  readonly version: string;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: CheckStep) => void;
  readonly limits?: Partial<Limits>;
  /** What else is to be judged. */
  readonly judges?: readonly Judge[];
}

/**
 * Starts a server as a client would, speaks both eras of MCP to it, and ends it again. It always comes back, and leaves
 * no process behind, whatever the server does.
 *
 * @throws {CliError} `cancelled` when the signal fires. What is wrong with the server is in the report.
 */
export async function checkServer(target: CheckTarget, options: CheckOptions): Promise<CheckReport> {
  const limits = { ...LIMITS, ...options.limits };
  const check = new Check(target, options, limits);
  const stop = (): void => check.kill();
  const late = (): void =>
    check.kill(new LinkError(`The check took longer than ${limits.total / 1000} s altogether, and was ended.`));
  const overall = setTimeout(late, limits.total);
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    return await check.run();
  } finally {
    clearTimeout(overall);
    options.signal?.removeEventListener('abort', stop);
    check.kill();
  }
}

/** One check of one server: what is known of it so far. */
class Check {
  readonly #target: CheckTarget;
  readonly #options: CheckOptions;
  readonly #limits: Limits;
  readonly #record: StepRecord;
  readonly #findings: Findings[] = [];
  #driver: Driver | undefined;
  /** Why there is no server to speak to any more. */
  #lost: unknown;

  constructor(target: CheckTarget, options: CheckOptions, limits: Limits) {
    this.#target = target;
    this.#options = options;
    this.#limits = limits;
    const shown = shownWithout(hiddenOf(target));
    this.#record = new StepRecord(options.onStep ?? (() => {}), (error) => this.#explained(error), shown);
  }

  async run(): Promise<CheckReport> {
    const { version, signal } = this.#options;
    const driver = await this.#start();
    for (const era of ['2025', '2026'] as const) {
      if (this.#lost === undefined) await this.#meet(driver, dialectOf(era, version));
    }
    if (signal?.aborted) throw cancelled();
    judge(this.#findings, this.#record, this.#options.judges ?? []);
    await driver.finish(this.#record, this.#lost !== undefined);
    if (signal?.aborted) throw cancelled();
    this.#explainLoss();
    return reportOf(transportOf(this.#target), this.#findings, this.#record);
  }

  /** A server that cannot even be spoken to: what may be the cause. */
  #explainLoss(): void {
    if (this.#lost === undefined) return;
    const started = performance.now();
    const said = this.#record.steps.flatMap(({ ok, detail }) => (ok ? [] : [detail])).join('\n');
    const causes = diagnose(this.#target, said, this.#options.env);
    if (causes.length > 0) this.#record.judge(diagnosisOf(causes), performance.now() - started);
  }

  kill(error?: LinkError): void {
    this.#driver?.kill(error);
  }

  /** Over stdio, a process is started with each connection; over HTTP, there is one for all of them. */
  async #start(): Promise<Driver> {
    const { env, signal } = this.#options;
    const driver = driverFor(this.#target, { env, limits: this.#limits, signal });
    this.#driver = driver;
    if (driver.start !== undefined)
      this.#lost = await this.#record.run('start', () => driver.start?.() ?? Promise.resolve(''));
    return driver;
  }

  /** Greets the server in one era and asks it for everything. */
  async #meet(driver: Driver, dialect: Dialect): Promise<void> {
    let met: Meeting | undefined;
    // The connection before hangs up first, so that a server is never asked by two at once.
    await driver.close();
    const error = await this.#record.run(`handshake-${dialect.era}`, async () => {
      const link = await driver.open(dialect);
      const greeting: Greeting = await dialect.greet(link);
      met = { link, dialect, greeting, limits: this.#limits };
      const { server, protocol } = greeting;
      return `${server ? `${server.name} ${server.version}, ` : ''}protocol ${protocol}`;
    });
    if (met === undefined) {
      if (error instanceof LinkError) this.#lost = error;
      return;
    }
    const found = await this.#explore(met);
    this.#findings.push(found);
    this.#lost = lossIn(found.lists);
  }

  async #explore(meeting: Meeting): Promise<Findings> {
    const { dialect, greeting } = meeting;
    const lists = await readLists(meeting);
    const started = performance.now();
    const call = lossIn(lists) ? { detail: '', error: undefined } : await this.#call(meeting, lists.tools.items);
    return { era: dialect.era, greeting, lists, call: { ...call, ms: performance.now() - started } };
  }

  async #call({ link, dialect }: Meeting, tools: readonly Result[]) {
    const call = this.#target.probe ?? harmlessCall(tools);
    if (call === undefined)
      return { detail: 'nothing called: no tool only reads and needs no arguments', error: undefined };
    try {
      return { detail: await callTool(link, dialect, tools, call), error: undefined };
    } catch (error) {
      return { detail: '', error };
    }
  }

  #explained(error: unknown): string {
    const lines = error instanceof LinkError ? this.#driver?.lastLines() : '';
    return lines ? `${messageOf(error)} Its last lines on stderr:\n${lines}` : messageOf(error);
  }
}
