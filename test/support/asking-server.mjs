/**
 * A small MCP server in plain Node whose definitions are as they should be, and that asks its user: over stdio, or with
 * `http` as an argument over HTTP, in both eras. Other arguments change what it offers.
 */
import { createServer } from 'node:http';

const words = new Set(process.argv.slice(2));
const META = 'io.modelcontextprotocol/';
const INFO = { name: 'asking', version: '1.0.0' };

const hints = (readOnlyHint, destructiveHint, idempotentHint) => ({
  readOnlyHint,
  destructiveHint,
  idempotentHint,
  openWorldHint: false,
});
const text = (description, more) => ({ type: 'string', description, ...more });
const object = (properties, required) => ({ type: 'object', properties, required, additionalProperties: false });

const TOOLS = [
  {
    name: 'delete_note',
    title: 'Delete a note',
    description: 'Delete a note for good. The user is asked first.',
    inputSchema: object({ id: text('Id of the note') }, ['id']),
    annotations: { title: 'Delete a note', ...hints(false, true, true) },
  },
  {
    name: 'search_notes',
    title: 'Search notes',
    description: 'Find the notes that hold all the given words.',
    inputSchema: object({
      query: text('Words to look for', { maxLength: 200, default: '' }),
      limit: { type: 'integer', minimum: 1, maximum: 50, default: 10, description: 'How many at most' },
      tags: { type: 'array', items: { type: 'string' }, description: 'Only notes with all of these' },
    }),
    outputSchema: object(
      { query: text('As it was given'), limit: { type: 'integer', description: 'As it was given' } },
      ['query', 'limit'],
    ),
    annotations: { title: 'Search notes', ...hints(true, false, true) },
  },
];

const RESOURCES = [
  { uri: 'config://app', name: 'settings', description: 'The settings of the server.', mimeType: 'application/json' },
];
const TEMPLATES = [
  { uriTemplate: 'note://{id}', name: 'note', description: 'One note by its id.', mimeType: 'text/markdown' },
];
const PROMPTS = [
  {
    name: 'summarize',
    description: 'Summarize the notes that match.',
    arguments: [{ name: 'query', description: 'Words to look for', required: words.has('strict-prompt') }],
  },
];

const offered = () => {
  const more = {
    name: 'count_notes',
    inputSchema: object({}),
    annotations: { title: 'Count', ...hints(true, false, true) },
  };
  if (words.has('more')) return [...TOOLS, { ...more, title: 'Count', description: 'Count the notes in the store.' }];
  return words.has('less') ? TOOLS.slice(0, 1) : TOOLS;
};

const FORM = {
  type: 'object',
  properties: {
    confirm: { type: 'boolean', title: 'Really delete it?' },
    ...(words.has('long-form') && {
      reason: { type: 'string', title: 'Why', minLength: 2 },
      where: { type: 'string', enum: ['here', 'everywhere'], title: 'Where' },
      times: { type: 'integer', minimum: 1, maximum: 3 },
    }),
  },
  required: words.has('long-form') ? ['confirm', 'reason'] : ['confirm'],
};

const answer = (value, more) => ({
  content: [{ type: 'text', text: JSON.stringify(value) }],
  structuredContent: value,
  ...more,
});
const failure = (message) => ({ content: [{ type: 'text', text: message }], isError: true });

/** @param ask asks the user in the older era; undefined in the newer one */
async function call({ name, arguments: given = {}, inputResponses, requestState, _meta }, ask, notify) {
  if (name === 'search_notes') {
    if (_meta?.progressToken !== undefined)
      await notify('notifications/progress', {
        progressToken: _meta.progressToken,
        progress: 1,
        total: 2,
        message: 'half',
      });
    return answer({ query: given.query ?? '', limit: given.limit ?? 10, given });
  }
  const params = {
    mode: words.has('url') ? 'url' : 'form',
    message: `Delete ${given.id}?`,
    requestedSchema: FORM,
    url: 'https://example.com',
  };
  let reply = inputResponses?.consent;
  if (ask !== undefined) reply = await ask('elicitation/create', params);
  else if (reply === undefined || (requestState !== 'r1' && !words.has('endless')) || words.has('endless'))
    return {
      resultType: 'input_required',
      inputRequests: { consent: { method: 'elicitation/create', params } },
      requestState: 'r1',
    };
  if (reply.action !== 'accept' || reply.content?.confirm !== true) return failure(`Not deleted: ${reply.action}.`);
  return answer({ deleted: true, ...reply.content });
}

async function handle({ method, params = {} }, ask, notify) {
  const modern = params._meta?.[`${META}protocolVersion`] === '2026-07-28';
  if (words.has('only-2025') && method === 'server/discover') throw new Error('Method not found');
  const capabilities = { tools: {}, resources: {}, prompts: {} };
  const client = modern ? params._meta[`${META}clientCapabilities`] : undefined;
  switch (method) {
    case 'initialize':
      return { protocolVersion: params.protocolVersion, capabilities, serverInfo: INFO };
    case 'server/discover':
      return { supportedVersions: ['2026-07-28'], capabilities, _meta: { [`${META}serverInfo`]: INFO } };
    case 'tools/list':
      return { tools: offered() };
    case 'resources/list':
      return { resources: RESOURCES };
    case 'resources/templates/list':
      return { resourceTemplates: TEMPLATES };
    case 'prompts/list':
      return { prompts: PROMPTS };
    case 'resources/read':
      if (params.uri !== 'config://app') throw new Error(`There is no resource ${params.uri}`);
      return { contents: [{ uri: params.uri, mimeType: 'application/json', text: '{"level":"info"}' }] };
    case 'prompts/get':
      return {
        messages: [{ role: 'user', content: { type: 'text', text: `Summarize ${params.arguments?.query ?? 'all'}` } }],
      };
    case 'tools/call':
      if (modern && client?.elicitation?.form === undefined && params.name === 'delete_note')
        return failure('Nobody can be asked.');
      return call(params, modern ? undefined : ask, notify);
    default:
      throw new Error('Method not found');
  }
}

async function respond(message, ask, notify) {
  try {
    return { jsonrpc: '2.0', id: message.id, result: await handle(message, ask, notify) };
  } catch (error) {
    return { jsonrpc: '2.0', id: message.id, error: { code: -32602, message: error.message } };
  }
}

const waiting = new Map();

/** A question of the server over whatever carries it. */
function asker(send) {
  return (method, params) =>
    new Promise((resolve) => {
      const id = `q${waiting.size + 1}`;
      waiting.set(id, resolve);
      send({ jsonrpc: '2.0', id, method, params });
    });
}

function serveStdio() {
  const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  let buffer = '';
  process.stdin.setEncoding('utf8').on('data', (data) => {
    const lines = (buffer + data).split('\n');
    buffer = lines.pop();
    for (const line of lines) {
      const message = JSON.parse(line);
      if (message.method === undefined) waiting.get(message.id)?.(message.result ?? { action: 'cancel' });
      else if (message.id !== undefined) {
        const notify = async (method, params) => send({ jsonrpc: '2.0', method, params });
        respond(message, asker(send), notify).then(send);
      }
    }
  });
}

function serveHttp() {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    if (process.env.TOKEN && request.headers.authorization !== `Bearer ${process.env.TOKEN}`)
      return response.writeHead(401).end();
    const message = JSON.parse(body || '{}');
    if (message.method === undefined) waiting.get(message.id)?.(message.result ?? { action: 'cancel' });
    if (message.method === undefined || message.id === undefined) return response.writeHead(202).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (one) => response.write(`data: ${JSON.stringify(one)}\n\n`);
    const notify = async (method, params) => send({ jsonrpc: '2.0', method, params });
    send(await respond(message, asker(send), notify));
    response.end();
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
    process.stderr.write(`http://127.0.0.1:${server.address().port}/mcp\n`),
  );
  process.on('SIGTERM', () => process.exit(0));
}

if (words.has('http')) serveHttp();
else serveStdio();
