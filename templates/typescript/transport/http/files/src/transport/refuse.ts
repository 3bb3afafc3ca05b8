import type { ServerResponse } from 'node:http';

/** A JSON-RPC error that answers no request in particular. */
const refusal = (code: number, message: string) => ({ jsonrpc: '2.0', error: { code, message }, id: null });

/** A refusal before any server saw the request: an HTTP status, and the same as a JSON-RPC error for MCP clients. */
export const refuse = (status: number, code: number, message: string): Response =>
  Response.json(refusal(code, message), { status });

/** The same where Node's own response has to be answered. */
export function refuseNode(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(refusal(-32000, message)));
}
