/** A refusal before any server saw the request: an HTTP status, and the same as a JSON-RPC error for MCP clients. */
export const refuse = (status: number, code: number, message: string): Response =>
  Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status });
