import type { CallToolResult } from '@modelcontextprotocol/server';
import { secrets } from '../config.js';
import { log } from '../log.js';
import { ToolError } from '../result.js';
import { settingsOf } from './auth.js';
import { type Arguments, requestOf } from './request.js';
import { type Answer, send, waitOf } from './send.js';
import type { Operation } from './table.js';

/** Most characters of a failure that a model is shown. */
const MOST_REASON = 2000;

/** Calls an operation of the API. What fails is told, so that a model can correct itself. */
export async function callOperation(
  operation: Operation,
  args: Arguments,
  signal: AbortSignal,
): Promise<CallToolResult> {
  try {
    const answer = await send(operation, await requestOf(operation, args), signal);
    return answer.status < 400 ? resultOf(answer) : failure(`${hide(reasonIn(answer))} ${adviceFor(answer, operation)}`);
  } catch (error) {
    if (error instanceof ToolError) return failure(error.message);
    if (!signal.aborted) log.error('operation failed', { error });
    return failure('The tool failed unexpectedly; the log of the server says why.');
  }
}

const failure = (text: string): CallToolResult => ({
  content: [{ type: 'text', text: text.toWellFormed() }],
  isError: true,
});

/** What an API repeats of our credentials is not for models. */
const hide = (text: string): string =>
  secrets.filter((secret) => secret.length > 3).reduce((shown, secret) => shown.replaceAll(secret, '***'), text);

/** Text, an image or a file; an object of JSON also as structured content. */
function resultOf({ status, reason, headers, body, isCut, place }: Answer): CallToolResult {
  const type = typeOf(headers);
  const more = ['link', 'location'].flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
  );
  if (isCut) more.push('(The answer is longer than API_MAX_BYTES, and cut here. Ask for less.)');
  const notes = more.map((text) => ({ type: 'text' as const, text: hide(text).toWellFormed() }));
  if (body.length === 0) return { content: [{ type: 'text', text: `${status} ${reason}`.trim() }, ...notes] };
  if (!isText(type, body)) {
    const data = body.toString('base64');
    if (isCut) return failure(`The answer is ${type} of more than API_MAX_BYTES. Ask for another one.`);
    if (/^image\//.test(type)) return { content: [{ type: 'image', data, mimeType: type }, ...notes] };
    if (/^audio\//.test(type)) return { content: [{ type: 'audio', data, mimeType: type }, ...notes] };
    return { content: [{ type: 'resource', resource: { uri: place, mimeType: type, blob: data } }, ...notes] };
  }
  const text = decode(body, headers).toWellFormed();
  const value = isJson(type) ? parse(text) : undefined;
  const content = [{ type: 'text' as const, text: value === undefined ? text : JSON.stringify(value) }, ...notes];
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { content, structuredContent: value as Record<string, unknown> } : { content };
}

const typeOf = (headers: Answer['headers']): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() || 'application/octet-stream';
const isJson = (type: string): boolean => /[/+]json$/.test(type);

/** By its type; where that says nothing, by what is in it. */
function isText(type: string, body: Buffer): boolean {
  if (/^text\/|[/+](json|xml|yaml|x-yaml|javascript|x-ndjson|x-www-form-urlencoded)$/.test(type)) return true;
  return type === 'application/octet-stream' && !body.subarray(0, 1000).includes(0) && decode(body, {}).isWellFormed();
}

/** A charset that nobody knows is taken for UTF-8. */
function decode(body: Buffer, headers: Answer['headers']): string {
  const charset = /charset="?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** A body that is not what it says is shown as it is. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
  } catch {
    return undefined;
  }
}

/** The status, and what the API says about it. */
function reasonIn({ status, reason, headers, body }: Answer): string {
  const type = typeOf(headers);
  const text = isText(type, body) ? decode(body, headers).trim() : '';
  const shown = /html/.test(type) ? (/<title[^>]{0,200}>([^<]{0,200})/i.exec(text)?.[1] ?? '').trim() : text;
  return `The API answers ${status} ${reason}${shown ? `: ${shown.slice(0, MOST_REASON)}` : ''}.`.replace(/\.\.$/, '.');
}

/** What a model can do about a status. */
function adviceFor({ status, headers }: Answer, operation: Operation): string {
  const settings = settingsOf(operation);
  if (status === 401)
    return settings
      ? `Tell the user to check ${settings}.`
      : 'It wants credentials that its description does not name.';
  if (status === 429)
    return `Too many requests: wait ${Math.ceil(waitOf(headers['retry-after'], 3) / 1000)} seconds, then try again.`;
  if (status >= 500) return 'The API has failed: try again in a minute, or tell the user.';
  return ADVICE[status] ?? 'Correct the arguments.';
}

const ADVICE: Record<number, string> = {
  403: 'These credentials may not do this: do not repeat it, tell the user.',
  404: 'Check the ids in the arguments; look them up first.',
  405: 'The API does not offer this; tell the user.',
  409: 'It conflicts with what is there: read that again, then decide.',
  410: 'It is gone for good.',
  412: 'It has changed meanwhile: read it again.',
  413: 'Send less.',
};
