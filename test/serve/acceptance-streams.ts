import { Child } from '../support/child.ts';
import { BARE_ENV } from '../support/server.ts';

const HANDSHAKE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'early', version: '1.0.0' },
};
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'streams', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** What becomes of subscriptions. */
export interface Subscribed {
  /** The address that was subscribed to. */
  readonly uri: string;
  /** Of what the client was told afterwards. */
  readonly heard: string;
  /** Whether it may subscribe to what is not there. */
  readonly toNothing: 'accepted' | 'refused';
  /** To how many resources it may subscribe. */
  readonly most: number;
}

/**
 * Subscribes over stdio as a client of 2025 that never sends `notifications/initialized`, until it is refused.
 *
 * @param start what starts the server, with its transport
 */
export async function subscribeEarly(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Subscribed> {
  const child = new Child(program, args, { cwd: '/', env: { ...BARE_ENV, ...env }, stdin: 'open' });
  let last = 0;
  const ask = async (method: string, params: object) => {
    const id = ++last;
    child.type(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const line = await child.until(({ stdout }) =>
      stdout.split('\n').find((one) => one.includes(`"id":${id}`) && one.endsWith('}')),
    );
    return JSON.parse(line);
  };
  const call = async (name: string, given: object) =>
    (await ask('tools/call', { name, arguments: given })).result.structuredContent;
  try {
    await ask('initialize', HANDSHAKE);
    const note = await call('create_note', { title: 'Watched' });
    const uri = `note://${note.id}`;
    await ask('resources/subscribe', { uri });
    const { error } = await ask('resources/subscribe', { uri: 'note://nothing' });
    await call('update_note', { id: note.id, version: note.version, body: 'changed' });
    const told = await child.until(({ stdout }) => /.*notifications\/resources\/updated.*/.exec(stdout)?.[0]);
    let most = error === undefined ? 2 : 1;
    for (; most < 2000; most++) {
      const { id } = await call('create_note', { title: 'One more' });
      if ((await ask('resources/subscribe', { uri: `note://${id}` })).error !== undefined) break;
    }
    return { uri, heard: JSON.parse(told).params.uri, toNothing: error === undefined ? 'accepted' : 'refused', most };
  } finally {
    await child.stop();
  }
}

/** What a client receives over HTTP, in the order in which it comes, while a call of either era takes twenty seconds. */
export async function listenLong(url: string): Promise<string[]> {
  const seen: string[] = [];
  const post = (method: string, params: object, headers: Readonly<Record<string, string>>) =>
    fetch(url, {
      method: 'POST',
      headers: { ...HEADERS, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
  /** Notes the first bytes, and whether they are a comment that keeps proxies waiting. */
  const follow = async (name: string, { body }: Response): Promise<void> => {
    let text = '';
    for await (const chunk of body ?? []) {
      const isFirst = text === '';
      text += Buffer.from(chunk).toString();
      if (isFirst) seen.push(`${name}: ${text.startsWith(':') ? 'a comment' : 'an event'}`);
    }
    seen.push(`${name}: ${text.includes('"done":2') ? 'the result' : text}`);
  };
  const job = { name: 'run_job', arguments: { steps: 2, delay: 10_000 } };
  const opened = await post('initialize', HANDSHAKE, {});
  const session = {
    'mcp-session-id': opened.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': '2025-11-25',
  };
  await opened.text();
  const hangUp = new AbortController();
  const stream = fetch(url, { headers: { ...HEADERS, ...session }, signal: hangUp.signal }).then(() => {
    seen.push('stream: headers');
  });
  const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'run_job' };
  await Promise.all([
    stream,
    post('tools/call', job, session).then((response) => follow('2025', response)),
    post('tools/call', { ...job, _meta: MODERN }, modern).then((response) => follow('2026', response)),
  ]);
  hangUp.abort();
  return seen;
}
