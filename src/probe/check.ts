import type { Env } from '../base/env.ts';
import { cancelled, messageOf } from '../base/errors.ts';
import { type Driver, HttpDriver, StdioDriver } from './driver.ts';
import { type Dialect, dialectOf, type Greeting } from './eras.ts';
import { type Findings, judge, reportOf } from './findings.ts';
import { LIMITS, type Limits } from './limits.ts';
import { type Listed, type ListName, readList, readTemplates } from './lists.ts';
import type { Command } from './process.ts';
import { type Link, LinkError, type Result } from './rpc.ts';
import { type CheckReport, type CheckStep, StepRecord } from './steps.ts';
import { callTool, harmlessCall, type ProbeCall } from './tools.ts';

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
  const overall = setTimeout(stop, limits.total);
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
    this.#record = new StepRecord(options.onStep ?? (() => {}), (error) => this.#explained(error));
  }

  async run(): Promise<CheckReport> {
    const { version, signal } = this.#options;
    const driver = await this.#start();
    for (const era of ['2025', '2026'] as const) {
      if (this.#lost === undefined) await this.#meet(driver, dialectOf(era, version));
    }
    if (signal?.aborted) throw cancelled();
    judge(this.#findings, this.#record);
    await driver.finish(this.#record, this.#lost !== undefined);
    if (signal?.aborted) throw cancelled();
    return reportOf(this.#target.transport, this.#findings, this.#record);
  }

  kill(): void {
    this.#driver?.kill();
  }

  /** Over stdio, a process is started with each connection; over HTTP, there is one for all of them. */
  async #start(): Promise<Driver> {
    const options = { env: this.#options.env, limits: this.#limits, signal: this.#options.signal };
    if (this.#target.transport === 'stdio') {
      this.#driver = new StdioDriver(this.#target, options);
      return this.#driver;
    }
    const http = new HttpDriver(this.#target, options);
    this.#driver = http;
    this.#lost = await this.#record.run('start', () => http.start());
    return http;
  }

  /** Greets the server in one era and asks it for everything. */
  async #meet(driver: Driver, dialect: Dialect): Promise<void> {
    let met: { readonly link: Link; readonly greeting: Greeting } | undefined;
    // The connection before hangs up first, so that a server is never asked by two at once.
    await driver.close();
    const error = await this.#record.run(`handshake-${dialect.era}`, async () => {
      const link = await driver.open(dialect);
      const greeting = await dialect.greet(link);
      met = { link, greeting };
      const { server, protocol } = greeting;
      return `${server ? `${server.name} ${server.version}, ` : ''}protocol ${protocol}`;
    });
    if (met !== undefined) this.#findings.push(await this.#explore(met.link, dialect, met.greeting));
    else if (error instanceof LinkError) this.#lost = error;
  }

  async #explore(link: Link, dialect: Dialect, greeting: Greeting): Promise<Findings> {
    const read = (list: ListName): Promise<Listed> => readList(link, dialect, greeting, list);
    const lists = { tools: await read('tools'), resources: await read('resources'), prompts: await read('prompts') };
    const templates = await readTemplates(link, dialect, greeting).catch(() => []);
    const started = performance.now();
    const call = await this.#call(link, dialect, lists.tools.items);
    return {
      era: dialect.era,
      greeting,
      lists,
      templates: templates.length,
      call: { ...call, ms: performance.now() - started },
    };
  }

  async #call(link: Link, dialect: Dialect, tools: readonly Result[]) {
    const call = this.#target.probe ?? harmlessCall(tools);
    if (call === undefined) return { detail: 'no tool that only reads and needs no arguments', error: undefined };
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
