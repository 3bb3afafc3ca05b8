import type { Env } from '../base/env.ts';
import { CliError, EXIT, failure, messageOf } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import type { Driver } from './driver.ts';
import { dialectOf, type Era } from './eras.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { Meeting } from './lists.ts';
import { type Host, LinkError, type Params, type Result, RpcError } from './rpc.ts';
import { bounded, type Shown, shownWithout } from './shown.ts';
import { driverFor, hiddenOf, type Target } from './target.ts';

export interface SessionOptions {
  readonly env: Env;
  /** The version of this package, as the server is told. */
  readonly version: string;
  readonly signal: AbortSignal;
  /** The generation to speak; without one, the newer of those that the server speaks. */
  readonly era?: Era | undefined;
  readonly host: Host;
  readonly limits?: Partial<Limits>;
}

/** A server that has been greeted. */
export interface Session extends Meeting {
  /** A text of the server as it may be shown. */
  readonly shown: Shown;
  /** The answer to a request, after the host has answered what the server asks in between. */
  ask(method: string, params: Params): Promise<Result>;
}

/** Rounds of questions that a server may go through for one request. */
const MAX_ROUNDS = 8;

/**
 * Starts or reaches a server, and ends it after the work, whatever comes of it.
 *
 * @throws {CliError} `call-failed` where the server does not answer or answers with an error; 130
 */
export async function withSession<T>(
  target: Target,
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { env, signal, host } = options;
  const limits = { ...LIMITS, ...options.limits };
  const driver = driverFor(target, { env, limits, signal, host });
  const stop = (): void => driver.kill();
  signal.addEventListener('abort', stop, { once: true });
  const shown = shownWithout(hiddenOf(target));
  try {
    await driver.start?.();
    const meeting = await meet(driver, options, limits);
    const done = await work({ ...meeting, shown, ask: (method, params) => answered(meeting, host, method, params) });
    await driver.close();
    return done;
  } catch (error) {
    const isStopped = signal.aborted || (error instanceof CliError && error.exit === EXIT.cancelled);
    if (isStopped) throw stopped();
    if (error instanceof CliError) throw error;
    const lines = error instanceof LinkError ? driver.lastLines() : '';
    const message = shown(bounded(messageOf(error)));
    throw failure('call-failed', lines ? `${message} Its last lines on stderr:\n${lines}` : message, { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
    driver.kill();
  }
}

/** Whoever stops a call does not know how far it came. */
const stopped = (): CliError =>
  new CliError('cancelled', EXIT.cancelled, 'Cancelled. The server may have done part of what it was asked for.');

/** Some older servers end, or say nothing, when they are greeted in the newer way: then a second try is the older one. */
async function meet(driver: Driver, options: SessionOptions, limits: Limits): Promise<Meeting> {
  const { era, version, host } = options;
  const eras: readonly Era[] = era === undefined ? ['2026', '2025'] : [era];
  let last: unknown;
  for (const one of eras) {
    const dialect = dialectOf(one, version, host.capabilities);
    try {
      const link = await driver.open(dialect);
      return { link, dialect, greeting: await dialect.greet(link), limits };
    } catch (error) {
      if (error instanceof CliError) throw error;
      last = error;
      await driver.close();
    }
  }
  throw last;
}

async function answered(meeting: Meeting, host: Host, method: string, params: Params): Promise<Result> {
  let own = params;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = await meeting.link.request(method, meeting.dialect.params(own));
    if (result.resultType !== 'input_required') return result;
    const { requestState, inputRequests } = result;
    const inputResponses = await responsesTo(isObject(inputRequests) ? inputRequests : {}, host, method);
    own = { ...params, inputResponses, ...(requestState !== undefined && { requestState }) };
  }
  throw new Error(`The server goes on asking after ${MAX_ROUNDS} rounds of questions.`);
}

async function responsesTo(requests: Result, host: Host, method: string): Promise<Result> {
  const responses: [string, Result][] = [];
  for (const [key, request] of Object.entries(requests)) {
    const asked = isObject(request) ? request : {};
    const reply = host.answer(String(asked.method), isObject(asked.params) ? asked.params : {});
    if (reply === undefined) throw new RpcError(method, -32601, `it needs ${asked.method}, which is not offered here`);
    responses.push([key, await reply]);
  }
  return Object.fromEntries(responses);
}
