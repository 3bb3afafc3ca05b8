/**
 * Makes the notes that hold the data, and prints what to set:
 *
 *     npx tsx scripts/storage-setup.ts                     your workspaces
 *     npx tsx scripts/storage-setup.ts --workspace <id>    the notes in it; those that are missing are made
 *             [--notes 8] [--name mcp-server]
 */
import { parseArgs } from 'node:util';

// What this script finds out need not be set yet.
process.env.FASTIO_WORKSPACE_ID ||= '0'.repeat(19);
process.env.FASTIO_NOTE_IDS ||= 'none';
const { config } = await import('../src/config.js');
const { callFastio } = await import('../src/storage/fastio-api.js');
const { fromText, toText } = await import('../src/storage/fastio-note.js');

interface Found {
  id: string;
  name: string;
}

const { values } = parseArgs({
  options: {
    workspace: { type: 'string' },
    notes: { type: 'string', default: '8' },
    name: { type: 'string', default: 'mcp-server' },
  },
});

try {
  if (values.workspace === undefined) await listWorkspaces();
  else await makeNotes(values.workspace, values.name, Number(values.notes));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function listWorkspaces(): Promise<void> {
  const organizations = [...(await ask('GET', '/orgs/list/')), ...(await ask('GET', '/orgs/list/external/'))];
  for (const organization of organizations) {
    const workspaces = await ask('GET', `/org/${organization.id}/list/workspaces/`);
    for (const { id, name } of workspaces) console.log(`${id}  ${organization.name} / ${name}`);
  }
  console.log('\nChoose one, or make one at https://go.fast.io, and run this again with --workspace <id>.');
}

async function makeNotes(workspace: string, name: string, count: number): Promise<void> {
  if (!/^\d{19}$/.test(workspace)) throw new Error('--workspace must be the 19 digits of a workspace.');
  if (!(Number.isInteger(count) && count > 0 && count <= 100))
    throw new Error('--notes must be a number from 1 to 100.');
  const storage = `/workspace/${workspace}/storage`;
  const folder = await make(`${storage}/root`, 'createfolder', { name: `${name}-state` });
  const inside = `${storage}/${encodeURIComponent(folder.id)}`;
  const present = await ask('GET', `${inside}/list/`);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const place = { index, count };
    const wanted = { name: `${name}-${index + 1}-of-${count}.md`, content: toText(place, new Map()) };
    const there = present.find((note) => note.name === wanted.name);
    const { id } = there ?? (await make(inside, 'createnote', wanted));
    // The text must have come through unchanged, and be of this server.
    const { content } = await call('GET', `${storage}/${encodeURIComponent(id)}/readnote/`);
    fromText(String(content), place);
    console.log(`${there === undefined ? 'made' : 'there'}  ${wanted.name}`);
    ids.push(id);
  }
  console.log(`\nSet these, beside FASTIO_API_KEY:\n\nFASTIO_WORKSPACE_ID=${workspace}\nFASTIO_NOTE_IDS=${ids.join()}`);
}

/** Makes a folder or a note; a folder that is there already is answered as if it had been made. */
async function make(parent: string, action: string, form: { name: string; content?: string }): Promise<Found> {
  // Where the answer's fields are is not documented, so the listing has the last word.
  const answers = [...(await ask('POST', `${parent}/${action}/`, form)), ...(await ask('GET', `${parent}/list/`))];
  const found = answers.find(({ name }) => name === form.name);
  if (found === undefined) throw new Error(`Fast.io: ${form.name} was made, but cannot be found.`);
  return found;
}

/** Everything in an answer that has an id and a name, wherever it is. */
async function ask(...request: Parameters<typeof call>): Promise<Found[]> {
  return identified(await call(...request));
}

function identified(value: unknown): Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const { id, name } = value as Partial<Found>;
  return typeof id === 'string' && typeof name === 'string' ? [{ id, name }] : Object.values(value).flatMap(identified);
}

function call(method: 'GET' | 'POST', path: string, form?: Record<string, string>) {
  const access = { url: config.FASTIO_API_URL, key: config.FASTIO_API_KEY };
  return callFastio(access, { method, path, form, deadline: performance.now() + 60_000 });
}
