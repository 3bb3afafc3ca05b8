export interface CallResult {
  readonly isError?: boolean;
  readonly structuredContent?: {
    readonly id?: string;
    readonly title?: string;
    readonly version?: string;
    readonly deleted?: boolean;
  };
  readonly requestState?: string;
  readonly inputRequests?: Readonly<Record<string, unknown>>;
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'e2e', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
};

/** Calls a tool as a 2026-07-28 client that can ask its user, by hand: for what no client would send. */
export async function rawCall(url: string, name: string, args: object, more: object = {}): Promise<CallResult> {
  const response = await postCall(url, name, args, more);
  const text = await response.text();
  const message = JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text);
  return message.result ?? {};
}

/** The same, for what HTTP says about it. */
export function postCall(
  url: string,
  name: string,
  args: object,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: args, _meta: META, ...more },
    }),
  });
}
