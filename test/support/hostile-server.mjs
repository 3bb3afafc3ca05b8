/**
 * An MCP server over stdio that does one of the things that no server should, named by its first argument; with `http` as
 * the second one, over HTTP. It does not share code with the probe.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [deed, carrier] = process.argv.slice(2);
const META = 'io.modelcontextprotocol/';
/** Moves the cursor, sets a title, rings, is a C1 control, turns the direction of writing, and is not seen. */
const EVIL = 'a\u001b[2J\u001b]0;t\u0007\u009b1m\u202eb\u200b\u2028c\ud800';
const INFO = deed === 'escapes' ? { name: `x${EVIL}`, version: EVIL } : { name: 'hostile', version: '1' };

const tool = (name, more) => ({ name, inputSchema: { type: 'object' }, ...more });
let page = 0;

function toolsList() {
  page++;
  if (deed === 'pages') return { tools: [tool(`t${page}`)], nextCursor: String(page) };
  if (deed === 'fat-pages')
    return { tools: [tool(`t${page}`, { description: 'x'.repeat(200_000) })], nextCursor: String(page) };
  if (deed === 'items') return { tools: Array.from({ length: 300 }, (_, at) => tool(`t${at}`)) };
  if (deed === 'faults') {
    const properties = Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`p${at}`, { type: 'strnig' }]));
    return { tools: [tool('faulty', { inputSchema: { type: 'object', properties } })] };
  }
  if (deed === 'escapes') {
    const inputSchema = { type: 'object', properties: { [EVIL]: { type: EVIL } } };
    const annotations = { readOnlyHint: true, openWorldHint: false };
    return {
      tools: [tool(EVIL, { description: EVIL, inputSchema }), tool('calm', { description: EVIL, annotations })],
    };
  }
  return { tools: [tool('calm', { annotations: { readOnlyHint: true, openWorldHint: false } })] };
}

function resultOf({ method, params = {} }) {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {}, resources: {}, prompts: {} },
        serverInfo: INFO,
      };
    case 'server/discover':
      return {
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {}, resources: {}, prompts: {} },
        _meta: { [`${META}serverInfo`]: INFO },
      };
    case 'tools/list':
      return toolsList();
    case 'resources/list':
      return { resources: deed === 'escapes' ? [{ uri: `x://${EVIL}`, name: EVIL }] : [] };
    case 'resources/templates/list':
      return deed === 'template-pages'
        ? { resourceTemplates: [], nextCursor: String(page++) }
        : { resourceTemplates: [] };
    case 'prompts/list':
      return { prompts: deed === 'escapes' ? [{ name: EVIL, arguments: [{ name: EVIL }] }] : [] };
    case 'tools/call':
      return { content: [{ type: 'text', text: deed === 'escapes' ? EVIL : 'ok' }], isError: deed === 'escapes' };
    default:
      return undefined;
  }
}

function answerTo(message) {
  if (deed === 'deep' && message.method === 'tools/list') {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    return `{"jsonrpc":"2.0","id":${message.id},"result":{"tools":[{"name":"deep","inputSchema":{"type":"object","x":${deep}}}]}}`;
  }
  if (deed === 'long-error')
    return JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: 1, message: EVIL.repeat(100_000) } });
  const result = resultOf(message);
  const body = result === undefined ? { error: { code: -32601, message: 'Method not found' } } : { result };
  return JSON.stringify({ jsonrpc: '2.0', id: message.id, ...body });
}

/** Writes for ever, as fast as somebody reads. */
function pour(stream, text) {
  const more = () => {
    while (stream.write(text)) if (stream.destroyed) return;
    stream.once('drain', more);
  };
  more();
}

function serveStdio() {
  let buffer = '';
  process.stdin.setEncoding('utf8').on('data', (text) => {
    const lines = (buffer + text).split('\n');
    buffer = lines.pop();
    for (const line of lines) {
      const message = JSON.parse(line);
      if (message.id === undefined || message.method === undefined) continue;
      if (deed === 'silent') continue;
      if (deed === 'stderr' && message.method === 'tools/list') pour(process.stderr, `${EVIL}${'x'.repeat(65_536)}\n`);
      if (deed === 'drops' && message.method === 'tools/list') {
        setInterval(() => process.stdout.write('x'), 100);
        continue;
      }
      if (deed === 'line' && message.method === 'tools/list') return pour(process.stdout, 'x'.repeat(65_536));
      if (deed === 'lines' && message.method === 'tools/list') return pour(process.stdout, 'noise\n'.repeat(10_000));
      if (deed === 'questions' && message.method === 'tools/list')
        return pour(process.stdout, `${JSON.stringify({ jsonrpc: '2.0', id: 'q', method: 'ping' })}\n`.repeat(1000));
      process.stdout.write(`${answerTo(message)}\n`);
    }
  });
  if (deed === 'ignores-eof') process.stdin.on('end', () => setInterval(() => {}, 1000));
}

function serveHttp() {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const message = JSON.parse(body || '{}');
    if (message.id === undefined) return response.writeHead(202).end();
    if (deed === 'moved')
      return response.writeHead(307, { location: `http://elsewhere/${EVIL.replace(/[^ -~]/g, '')}` }).end();
    if (deed === 'closed') return response.writeHead(401, { 'www-authenticate': 'Bearer' }).end('who are you?');
    const type = ['event', 'comments'].includes(deed) ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type });
    if (deed === 'silent') return response.flushHeaders();
    if (deed === 'comments' && message.method === 'tools/list') return pour(response, `: ${'x'.repeat(1000)}\n\n`);
    if (deed === 'drops' && message.method === 'tools/list') return setInterval(() => response.write(' '), 100);
    if (deed === 'body' && message.method === 'tools/list') return pour(response, 'x'.repeat(65_536));
    if (deed === 'event' && message.method === 'tools/list') return pour(response, `data: ${'x'.repeat(65_536)}`);
    response.end(type === 'text/event-stream' ? `data: ${answerTo(message)}\n\n` : answerTo(message));
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
    process.stderr.write(`http://127.0.0.1:${server.address().port}/mcp\n`),
  );
  process.on('SIGTERM', () => process.exit(0));
}

if (deed === 'escapee') {
  // A session of its own: no longer in the group of the server.
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  child.unref();
  appendFileSync(process.env.PID_FILE, `${child.pid}\n`);
}
if (carrier === 'http') serveHttp();
else serveStdio();
