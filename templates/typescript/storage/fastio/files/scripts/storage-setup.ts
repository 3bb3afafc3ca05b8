/**
 * Makes the notes that hold the data, and prints what to set:
 *
 *     storage:setup                                    your workspaces
 *     storage:setup --workspace <id>                   the notes in it; those that are missing are made
 *                   [--notes 8] [--name mcp-server]
 *
 * The notes are in a folder of their own. Those that are there already are left as they are. The key is never printed.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ROOT } from '../src/config.js';
import { callFastio, type Fields } from '../src/storage/fastio-api.js';
import { fromText, toText } from '../src/storage/fastio-note.js';

const MAX_NOTES = 100;

interface Found {
  readonly id: string;
  readonly name: string;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      workspace: { type: 'string' },
      notes: { type: 'string', default: '8' },
      name: { type: 'string', default: 'mcp-server' },
    },
  });
  if (existsSync(`${ROOT}/.env`)) process.loadEnvFile(`${ROOT}/.env`);
  const workspace = values.workspace ?? process.env.FASTIO_WORKSPACE_ID;
  if (!workspace) return listWorkspaces();
  const count = Number(values.notes);
  if (!/^\d{19}$/.test(workspace)) throw new Error('--workspace must be the 19 digits of a workspace.');
  if (!Number.isInteger(count) || count < 1 || count > MAX_NOTES) {
    throw new Error(`--notes must be a number from 1 to ${MAX_NOTES}.`);
  }
  await setUp(workspace, values.name, count);
}

async function listWorkspaces(): Promise<void> {
  const organizations = [
    ...identified(await call('GET', '/orgs/list/')),
    ...identified(await call('GET', '/orgs/list/external/')),
  ];
  print('Your workspaces:');
  for (const organization of organizations) {
    const workspaces = identified(await call('GET', `/org/${organization.id}/list/workspaces/`));
    for (const { id, name } of workspaces) print(`  ${id}  ${organization.name} / ${name}`);
  }
  print('\nChoose one, or make one at https://go.fast.io, and run this again with --workspace <id>.');
}

async function setUp(workspace: string, name: string, count: number): Promise<void> {
  const storage = `/workspace/${workspace}/storage`;
  const folder = await create(storage, 'root', 'createfolder', { name: `${name}-state` });
  const present = identified(await call('GET', `${storage}/${encodeURIComponent(folder.id)}/list/`));
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const place = { index, count };
    const wanted = `${name}-${index + 1}-of-${count}.md`;
    const there = present.find((note) => note.name === wanted);
    const form = { name: wanted, content: toText(place, new Map()) };
    const note = there ?? (await create(storage, folder.id, 'createnote', form));
    await verify(storage, note, place);
    print(`${there === undefined ? 'made' : 'there'}  ${wanted}`);
    ids.push(note.id);
  }
  print(`\nSet these, beside FASTIO_API_KEY:\n\nFASTIO_WORKSPACE_ID=${workspace}\nFASTIO_NOTE_IDS=${ids.join(',')}`);
}

/** A folder that is there already is answered as if it had been made. */
async function create(
  storage: string,
  parent: string,
  action: 'createfolder' | 'createnote',
  form: Readonly<Record<'name', string>>,
): Promise<Found> {
  const path = `${storage}/${encodeURIComponent(parent)}`;
  const isWanted = ({ name }: Found): boolean => name === form.name;
  const answer = await call('POST', `${path}/${action}/`, form);
  // Where the answer's fields are is not documented, so the listing has the last word.
  const found = identified(answer).find(isWanted) ?? identified(await call('GET', `${path}/list/`)).find(isWanted);
  if (found === undefined) throw new Error(`Fast.io: ${form.name} was made, but cannot be found.`);
  return found;
}

/** The text must have come through unchanged, and be of this server. */
async function verify(storage: string, { id, name }: Found, place: { index: number; count: number }): Promise<void> {
  const { content } = await call('GET', `${storage}/${encodeURIComponent(id)}/readnote/`);
  try {
    fromText(String(content), place);
  } catch {
    throw new Error(`Fast.io: ${name} holds something that is not the server's. Choose another --name.`);
  }
}

/** Everything in an answer that has an id and a name, wherever it stands. */
function identified(value: unknown): Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const { id, name } = value as Fields;
  if (typeof id === 'string' && typeof name === 'string') return [{ id, name }];
  return Object.values(value).flatMap(identified);
}

function call(method: 'GET' | 'POST', path: string, form?: Readonly<Record<string, string>>): Promise<Fields> {
  const key = process.env.FASTIO_API_KEY;
  if (!key) throw new Error('Set FASTIO_API_KEY to an API key; make one at https://go.fast.io/settings/api-keys.');
  const url = process.env.FASTIO_API_URL || 'https://api.fast.io/current';
  return callFastio({ url, key }, { method, path, deadline: Date.now() + 60_000, ...(form && { form }) });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
