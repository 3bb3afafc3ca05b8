import type { CallToolResult } from '@modelcontextprotocol/server';
import { StoreError, type StoreErrorCode } from './storage/store.js';

/** One way in which a tool can fail, told to clients before it happens and to the model when it does. */
export interface Failure {
  /** When it happens. */
  readonly when: string;
  /** What the model should do about it. */
  readonly recovery: string;
  /** Whether the same call can succeed later. */
  readonly retryable: boolean;
}

export type Failures = Readonly<Record<string, Failure>>;

/** Failures that every tool shares. */
export const COMMON_FAILURES = {
  invalid_arguments: {
    when: 'The arguments do not match the input schema.',
    recovery: 'Correct the named arguments and call the tool again.',
    retryable: false,
  },
  timed_out: {
    when: 'The call took longer than its time limit.',
    recovery: 'Try again, or ask for less at once.',
    retryable: true,
  },
  cancelled: {
    when: 'The client cancelled the call.',
    recovery: 'Call the tool again if the result is still wanted.',
    retryable: true,
  },
  store_conflict: {
    when: 'Something else changed the same data at the same moment.',
    recovery: 'Read the current state and try again.',
    retryable: true,
  },
  store_unavailable: {
    when: 'The storage backend does not answer.',
    recovery: 'Wait a moment and try again; if it stays so, tell the user that storage is down.',
    retryable: true,
  },
  internal_error: {
    when: 'The server has a defect.',
    recovery: 'Do not repeat the call; tell the user that the details are in the server log.',
    retryable: false,
  },
} as const satisfies Failures;

/** A failure on its way to the model. Thrown by tools through `context.fail`. */
export class ToolError extends Error {
  override readonly name = 'ToolError';

  constructor(
    readonly reason: string,
    readonly failure: Failure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const commonError = (reason: keyof typeof COMMON_FAILURES, message: string, cause?: unknown): ToolError =>
  new ToolError(reason, COMMON_FAILURES[reason], message, { cause });

/** What the store refuses to take. */
const REFUSED: readonly StoreErrorCode[] = ['invalid_key', 'invalid_value', 'too_large'];

/** Turns whatever was thrown into a failure. Messages of unknown errors stay in the log: they may hold secrets. */
export function toToolError(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  if (error instanceof StoreError && error.code === 'conflict')
    return commonError('store_conflict', error.message, error);
  if (error instanceof StoreError && error.code === 'unavailable') {
    return commonError('store_unavailable', 'The storage backend does not answer.', error);
  }
  if (error instanceof StoreError && REFUSED.includes(error.code)) {
    return commonError('invalid_arguments', error.message, error);
  }
  return commonError('internal_error', 'The tool failed unexpectedly.', error);
}

/** The wire form: the same content for models that read text and for clients that read structured content. */
export function errorResult({ reason, message, failure }: ToolError): CallToolResult {
  const retry = failure.retryable ? ' The same call may succeed later.' : '';
  return {
    isError: true,
    content: [{ type: 'text', text: `${message}\nReason: ${reason}\nRecovery: ${failure.recovery}${retry}` }],
    structuredContent: {
      error: { reason, message, recovery: failure.recovery, retryable: failure.retryable },
    },
  };
}
