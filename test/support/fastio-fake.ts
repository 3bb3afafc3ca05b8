import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the service does with the next request instead of what it should. */
export type Fault =
  | { readonly status: number; readonly code?: number; readonly headers?: Readonly<Record<string, string>> }
  | 'none'
  | 'cut before'
  | 'cut after';

export interface FakeFastio {
  readonly url: string;
  /** Taken from the front, one a request. */
  readonly faults: Fault[];
  /** `GET /workspace/…/readnote/`, … as they came. */
  readonly requests: string[];
  /** The notes of a workspace by their id; a workspace that nobody has asked for yet comes with four. */
  notesOf(workspace: string): Map<string, Note>;
  close(): Promise<void>;
}

export interface Note {
  readonly name: string;
  /** The folder that it is in. */
  readonly parent: string;
  content: string;
  version: string;
}

export const FAKE_KEY = 'fastio-fake-key';
export const FAKE_NOTES = ['note-1', 'note-2', 'note-3', 'note-4'] as const;

const MAX_BYTES = 100_000;

/**
 * Workspaces and notes of the Fast.io API, as its command-line client and its guides describe them: form fields, slashes
 * at the end, the envelope, the error codes, `if_version_id`. Everything else is refused.
 */
export async function startFakeFastio(): Promise<FakeFastio> {
  const workspaces = new Map<string, Map<string, Note>>();
  const faults: Fault[] = [];
  const requests: string[] = [];
  const notesOf = (workspace: string): Map<string, Note> => {
    const present = workspaces.get(workspace);
    if (present !== undefined) return present;
    const notes = new Map(
      FAKE_NOTES.map((id) => [id, { name: `${id}.md`, parent: 'root', content: '', version: randomUUID() }]),
    );
    workspaces.set(workspace, notes);
    return notes;
  };
  const server = createServer(async (request, response) => {
    const body = await readAll(request).catch(() => undefined);
    // Whoever sent it was killed meanwhile.
    if (body === undefined) return;
    const form = new URLSearchParams(body);
    requests.push(`${request.method} ${request.url}`);
    const fault = faults.shift();
    if (fault === 'cut before') return request.socket.destroy();
    const isError = typeof fault === 'object';
    const { status, fields } = isError ? failure(fault.status, fault.code ?? 0) : answer(request, form, notesOf);
    if (fault === 'cut after') return request.socket.destroy();
    const headers = { 'content-type': 'application/json', ...(isError && fault.headers) };
    return response.writeHead(status, headers).end(JSON.stringify(fields));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/current`,
    faults,
    requests,
    notesOf,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

const ok = (fields: Readonly<Record<string, unknown>>): Answer => ({
  status: 200,
  fields: { result: true, ...fields },
});

const failure = (status: number, code: number, more: Readonly<Record<string, unknown>> = {}): Answer => ({
  status,
  fields: { result: false, error: { code, text: `failure ${code}`, ...more } },
});

function answer(request: IncomingMessage, form: URLSearchParams, notesOf: FakeFastio['notesOf']): Answer {
  const { method = '', headers } = request;
  const { pathname } = new URL(request.url ?? '', 'http://localhost');
  if (headers.authorization !== `Bearer ${FAKE_KEY}`) return failure(401, 10011);
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  if (method === 'POST' && !isForm) return failure(406, 1605, { params: [{ name: 'body', message: 'not a form' }] });

  const route = `${method} ${pathname.startsWith('/current/') ? pathname.slice('/current'.length) : ''}`;
  if (/^GET \/orgs\/list\/(external\/)?$/.test(route)) {
    return ok({ orgs: route.includes('external') ? [] : [{ id: '2'.repeat(19), name: 'Acme' }] });
  }
  if (route === `GET /org/${'2'.repeat(19)}/list/workspaces/`) {
    const workspaces = [{ id: '3'.repeat(19), name: 'Servers', folder_name: 'servers' }];
    return ok({ workspaces, pagination: { total: 1, limit: 100, offset: 0, has_more: false } });
  }
  const [, workspace = '', node = '', action = ''] =
    /^(?:GET|POST) \/workspace\/(\d{19})\/storage\/([^/]+)\/(\w+)\/$/.exec(route) ?? [];
  if (action === '') return failure(404, 9992);
  const notes = notesOf(workspace);
  if (method === 'GET' && action === 'list') {
    const nodes = [...notes].filter(([, { parent }]) => parent === node).map(([id, note]) => nodeOf(id, note));
    return ok({ nodes, pagination: { has_more: false } });
  }
  if (method === 'POST' && action === 'createfolder') {
    const name = form.get('name') ?? '';
    // The same name is the same folder.
    return ok({ node: { id: `folder-${name}`, type: 'folder', name, parent: node } });
  }
  if (method === 'POST' && action === 'createnote') return create(form, notes, node);
  const note = notes.get(decodeURIComponent(node));
  if (note === undefined) return failure(404, 1609);
  if (method === 'GET' && action === 'readnote') return ok({ content: note.content, note: nodeOf(node, note) });
  return method === 'POST' && action === 'updatenote' ? update(node, form, note) : failure(404, 9992);
}

function create(form: URLSearchParams, notes: Map<string, Note>, parent: string): Answer {
  const name = form.get('name') ?? '';
  const content = form.get('content') ?? '';
  const isTaken = [...notes.values()].some((note) => note.name === name && note.parent === parent);
  if (!name.endsWith('.md') || name.length > 100 || isTaken) return failure(406, 1605, { params: [{ name: 'name' }] });
  if (Buffer.byteLength(content) > MAX_BYTES) return failure(406, 1605, { params: [{ name: 'content' }] });
  const id = randomUUID();
  const note = { name, parent, content: sanitized(content), version: randomUUID() };
  notes.set(id, note);
  return ok({ node: nodeOf(id, note) });
}

function update(id: string, form: URLSearchParams, note: Note): Answer {
  const content = form.get('content');
  const condition = form.get('if_version_id');
  if (content === null || Buffer.byteLength(content) > MAX_BYTES) {
    return failure(406, 1605, { params: [{ name: 'content', message: 'at most 100 KB' }] });
  }
  if (condition !== null && condition !== note.version) {
    return failure(409, 1660, { params: { current: nodeOf(id, note) } });
  }
  note.content = sanitized(content);
  note.version = randomUUID();
  return ok({ node: nodeOf(id, note) });
}

const nodeOf = (id: string, { name, parent, version }: Note) => ({ id, type: 'note', name, parent, version });

/** Control and format characters are stripped, and to be on the safe side markup and all beyond ASCII as well. */
const sanitized = (text: string): string => text.replace(/[^\P{C}\t\n\r]/gu, '').replace(/[<>&]|[^\t\n\r -~]/g, '');

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
