/**
 * Starts the server, and again whenever a file of `src` changes, behind a connection that stays: the client loses no line
 * and need not connect again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { createInterface } from 'node:readline';

let server: ChildProcess | undefined;
/** Lines that come while no server runs. */
const waiting: string[] = [];
/** How a 2025 client has opened the connection: told again to every new server, whose answer nobody waits for. */
let opening: { readonly id: unknown; readonly line: string } | undefined;
let unasked: unknown;
let ended = false;

function start(): void {
  const command = ['--import', 'tsx', 'src/main.ts', ...process.argv.slice(2)];
  const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] });
  server = child;
  child.stdin.on('error', () => {});
  if (opening !== undefined) {
    unasked = opening.id;
    child.stdin.write(`${opening.line}\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n`);
  }
  for (const line of waiting.splice(0)) child.stdin.write(`${line}\n`);
  if (ended) child.stdin.end();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (unasked !== undefined && parse(line).id === unasked) return greetAgain();
    process.stdout.write(`${line}\n`);
  });
  child.on('exit', (code) => {
    server = undefined;
    if (child.killed) return start();
    if (ended) process.exit(code ?? 1);
    console.error('The server has stopped. It starts again when a file changes.');
  });
}

/** The client looks again at what the server offers. */
function greetAgain(): void {
  unasked = undefined;
  for (const list of ['tools', 'prompts', 'resources']) {
    process.stdout.write(`{"jsonrpc":"2.0","method":"notifications/${list}/list_changed"}\n`);
  }
}

function parse(line: string): { id?: unknown; method?: unknown } {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (server === undefined || server.killed) waiting.push(line);
    else server.stdin?.write(`${line}\n`);
    const { id, method } = parse(line);
    if (method === 'initialize') opening = { id, line };
  })
  .on('close', () => {
    ended = true;
    if (server === undefined) process.exit();
    server.stdin?.end();
  });

let timer: NodeJS.Timeout | undefined;
watch('src', { recursive: true }, () => {
  clearTimeout(timer);
  // Editors save in several steps.
  timer = setTimeout(() => (server === undefined ? start() : server.kill()), 100);
});

if (process.stdin.isTTY && process.argv[2] === undefined) {
  console.error('Waiting for an MCP client. To try it: npx @modelcontextprotocol/inspector npx tsx scripts/dev.ts');
}
start();
