import { isObject } from '../base/json.ts';

export type Params = Readonly<Record<string, unknown>>;
export type Result = Readonly<Record<string, unknown>>;

/** One connection to a server, whatever carries it. */
export interface Link {
  /** @throws {RpcError} when the server answers with an error; `LinkError` when it does not answer. */
  request(method: string, params?: Params): Promise<Result>;
  notify(method: string, params?: Params): Promise<void>;
}

/** The server's answer was an error. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  constructor(
    readonly method: string,
    readonly code: number,
    message: string,
  ) {
    super(`${method} was answered with the error ${code}: ${message}`);
  }
}

/** There was no answer, and there will not be one: the server is gone or silent. */
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

/** A JSON-RPC 2.0 message (jsonrpc.org/specification), or undefined when the text is something else. */
export function parseMessage(text: string): Message | undefined {
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

/** The result that a message carries. @throws {RpcError} */
export function resultOf(method: string, { result, error }: Message): Result {
  if (isObject(result)) return result;
  if (!isObject(error)) throw new RpcError(method, -32603, 'the answer holds no result');
  const code = typeof error.code === 'number' ? error.code : -32603;
  throw new RpcError(method, code, typeof error.message === 'string' ? error.message : 'without a message');
}
