import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from './store.js';

export interface FastioAccess {
  url: string;
  key: string;
}

export interface FastioCall {
  method: 'GET' | 'POST';
  /** Below the API's address, with a slash at both ends. */
  path: string;
  form?: Record<string, string>;
  /** When to give up, in milliseconds of performance.now(). */
  deadline: number;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The note is not what it was when it was read: HTTP 409 with the code 1660. */
export class StaleNoteError extends Error {
  override readonly name = 'StaleNoteError';

  /** @param isRepeated whether it may be an earlier attempt of this very call that has changed the note */
  constructor(readonly isRepeated: boolean) {
    super('Fast.io: the note has changed');
  }
}

const ATTEMPT_MS = 4_000;
const ATTEMPTS = 5;
const STALE = 1660;

interface Answer {
  status: number;
  headers: Headers;
  body: Fields;
}

/**
 * One call of the REST API: form fields in, JSON out. Asks again, with the pauses that the service wants, when that
 * can help.
 *
 * @throws StaleNoteError, or StoreError `unavailable` that says what to do
 */
export async function callFastio(access: FastioAccess, call: FastioCall): Promise<Fields> {
  let isRepeated = false;
  for (let attempt = 1; ; attempt++) {
    const left = call.deadline - performance.now();
    if (left <= 0) throw new StoreError('unavailable', 'Fast.io: it takes too long');
    const answer = await ask(access, call, Math.min(left, ATTEMPT_MS)).catch((error: unknown) => error as Error);
    if (!(answer instanceof Error)) {
      if (isSuccess(answer)) return resultOf(answer);
      if (answer.status === 409 && failureOf(answer).code === STALE) throw new StaleNoteError(isRepeated);
    }
    const mayPass = answer instanceof Error || answer.status === 429 || answer.status >= 500;
    const pause = pauseBefore(attempt, answer);
    if (!mayPass || attempt === ATTEMPTS || performance.now() + pause >= call.deadline) throw refusal(answer);
    isRepeated ||= answer instanceof Error || answer.status >= 500;
    await sleep(pause);
  }
}

async function ask({ url, key }: FastioAccess, { method, path, form }: FastioCall, ms: number): Promise<Answer> {
  const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
    method,
    // The key goes to the API and nowhere else.
    redirect: 'manual',
    headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
    signal: AbortSignal.timeout(ms),
    ...(form && { body: new URLSearchParams(form) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

/** What is no JSON, such as a proxy's page, counts as an answer without fields. */
function parse(text: string): Fields {
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return {};
  }
}

const isSuccess = ({ status, body }: Answer): boolean =>
  status < 300 && (body.result === true || body.result === 'yes');

/** Fields stand at the top or below `response`. */
const resultOf = ({ body }: Answer): Fields => (body.response as Fields | undefined) ?? body;

function failureOf({ body }: Answer): { code: number; text: string } {
  const { code, text, message, params } = (body.error ?? {}) as Fields;
  const named = Array.isArray(params) ? (params as Fields[]).map(({ name, message: why }) => `${name}: ${why}`) : [];
  return { code: Number(code), text: [text ?? message ?? '', ...named].filter(Boolean).join('; ') };
}

/** The end of the limit if the service tells it, else longer each time and different for each caller. */
function pauseBefore(attempt: number, answer: Answer | Error): number {
  const random = 50 + Math.random() * 100 * 2 ** attempt;
  if (answer instanceof Error || answer.status !== 429) return random;
  const ends = answer.headers.get('x-ve-limit-expires') ?? answer.headers.get('x-rate-limit-expires');
  return ends === null ? random : Math.max(random, Number(ends) * 1000 - Date.now() || 0);
}

/** What the service says, and which setting that is about. Never the address or the key. */
function refusal(answer: Answer | Error): StoreError {
  if (answer instanceof Error) {
    // Messages of fetch hold the address at times; the code of the cause says what happened.
    const { code } = (answer.cause ?? {}) as { code?: string };
    return new StoreError('unavailable', `Fast.io: no answer (${code ?? answer.name}). ${UNREACHABLE}`, answer);
  }
  const { code, text } = failureOf(answer);
  const said = [answer.status, code || '', text && `(${text})`].filter(Boolean).join(' ');
  return new StoreError('unavailable', `Fast.io answered ${said}. ${adviceFor(answer.status, code)}`);
}

const UNREACHABLE = 'FASTIO_API_URL must be where the API is, https://api.fast.io/current for all but tests.';

function adviceFor(status: number, code: number): string {
  // A path that the API does not know answers 404 as well.
  if (code === 9992) return UNREACHABLE;
  return ADVICE[status] ?? UNREACHABLE;
}

const ADVICE: Readonly<Record<number, string>> = {
  400: 'FASTIO_WORKSPACE_ID and FASTIO_NOTE_IDS must be ids as the setup script prints them.',
  401: 'Set FASTIO_API_KEY to a key that is valid; make one at https://go.fast.io/settings/api-keys.',
  402: 'The organization has no plan, or its credits are used up; see to that at https://go.fast.io.',
  403: 'FASTIO_API_KEY may not do that: look at its scopes, and whether its user is a member of the workspace.',
  404: 'FASTIO_WORKSPACE_ID and FASTIO_NOTE_IDS must name what is there; the setup script lists it.',
  406: 'FASTIO_WORKSPACE_ID and FASTIO_NOTE_IDS must be ids as the setup script prints them.',
  409: 'Something else has changed the same at this moment; try again.',
  429: 'That is too much for the limits of the account; wait, or ask less often.',
};
