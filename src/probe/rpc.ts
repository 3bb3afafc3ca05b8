import { isObject } from '../base/json.ts';
import { cut } from '../base/text.ts';

export type Params = Readonly<Record<string, unknown>>;
export type Result = Readonly<Record<string, unknown>>;

/** One connection to a server, whatever carries it. */
export interface Link {
  /** @throws {RpcError} when the server answers with an error; `LinkError` when it does not answer. */
  request(method: string, params?: Params): Promise<Result>;
  notify(method: string, params?: Params): Promise<void>;
}

/** Who a server can ask for something, besides `ping`, and tell something. */
export interface Host {
  /** What a client says of itself: `{ elicitation: { form: {} } }`. */
  readonly capabilities: Params;
  /** The result of a request of the server; undefined for a method that is not offered. */
  answer(method: string, params: Params): Promise<Result> | undefined;
  notified(method: string, params: Params): void;
  /** Of so many milliseconds for an answer, those that are left: time in which a person was asked does not count. */
  left(since: number, ms: number): number;
}

/** The server's answer was an error. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  constructor(
    readonly method: string,
    readonly code: number,
    message: string,
  ) {
    super(`${method} was answered with the error ${code}: ${cut(message, LONGEST)}`);
  }
}

const LONGEST = 2000;

/** There was no answer, and there will not be one: the server is gone or silent, or went beyond a limit. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Levels of a message: no schema or result of a working server has as many, and deeper ones overflow the stack. */
const MAX_NESTING = 128;

/**
 * A JSON-RPC 2.0 message (jsonrpc.org/specification), or undefined when the text is something else.
 *
 * @throws {LinkError} when it is nested too deep to be worked with
 */
export function parseMessage(text: string): Message | undefined {
  if (nestingOf(text) > MAX_NESTING)
    throw new LinkError(`The server sent a message that is nested deeper than ${MAX_NESTING} levels.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.jsonrpc !== '2.0') return undefined;
  const isCall = typeof value.method === 'string';
  const isAnswer = 'id' in value && ('result' in value || 'error' in value);
  return isCall || isAnswer ? (value as Message) : undefined;
}

/** How deep the brackets of a JSON text go. What is no JSON gives some number. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === BRACE || code === BRACKET) deepest = Math.max(deepest, ++depth);
    // The closing ones stand two places after the opening ones.
    else if (code === BRACE + 2 || code === BRACKET + 2) depth--;
  }
  return deepest;
}

const QUOTE = 0x22;
const BRACE = 0x7b;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

/** The result that a message carries. @throws {RpcError} */
export function resultOf(method: string, { result, error }: Message): Result {
  if (isObject(result)) return result;
  if (!isObject(error)) throw new RpcError(method, -32603, 'the answer holds no result');
  const code = typeof error.code === 'number' ? error.code : -32603;
  throw new RpcError(method, code, typeof error.message === 'string' ? error.message : 'without a message');
}

/** The answer to a request of the server: what its host says, or that there is no such method. */
export async function replyTo({ id, method = '', params }: Message, host: Host | undefined): Promise<object> {
  const base = { jsonrpc: '2.0', id };
  if (method === 'ping') return { ...base, result: {} };
  const result = host?.answer(method, isObject(params) ? params : {});
  if (result === undefined) return { ...base, error: { code: -32601, message: 'Method not found' } };
  return { ...base, result: await result };
}
