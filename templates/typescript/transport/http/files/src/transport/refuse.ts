/** A JSON-RPC error that answers no request in particular. */
export const refusal = (code: number, message: string) => ({ jsonrpc: '2.0', error: { code, message }, id: null });

/** A refusal before any server saw the request: an HTTP status, and the same as a JSON-RPC error for MCP clients. */
export const refuse = (status: number, code: number, message: string): Response =>
  Response.json(refusal(code, message), { status });
