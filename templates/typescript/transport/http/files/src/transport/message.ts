import { isJsonContentType, readRequestBody } from '@modelcontextprotocol/server';
import type { Config } from '../config.js';
import { refuse } from './refuse.js';

/** What stands in a request's body as JSON, or the refusal of a body that is too large or no JSON. */
export async function readMessage(request: Request, config: Config): Promise<{ message: unknown } | Response> {
  if (!isJsonContentType(request.headers.get('content-type'))) {
    return refuse(415, -32000, 'Content-Type must be application/json');
  }
  const body = await readRequestBody(request, config.MAX_BODY_BYTES);
  if (body.tooLarge) return refuse(413, -32000, `The body is larger than ${config.MAX_BODY_BYTES} bytes`);
  try {
    return { message: JSON.parse(body.text) };
  } catch {
    return refuse(400, -32700, 'The body is not valid JSON');
  }
}
