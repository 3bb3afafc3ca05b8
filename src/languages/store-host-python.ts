import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreHost } from './store-host.ts';

/** The counterpart of TypeScript's, line by line. */
const PROGRAM = `
import importlib, json, os, sys
from pathlib import Path

token = sys.argv[1]
out = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)  # whatever else is printed

import anyio, anyio.to_thread
from mcp.server import MCPServer


def send(answer):
    out.write(f"\\n{token}{json.dumps(answer)}\\n".encode())
    out.flush()


def fault_of(error):
    code = "range" if type(error) is ValueError else str(getattr(error, "code", ""))
    return {"code": code, "message": str(error)[:2000]}


def text_of(time):
    return time if time is None or isinstance(time, str) else time.isoformat()


def entry_of(entry, is_bare=False):
    if entry is None:
        return None
    told = {"key": entry.key, "version": entry.version, "updatedAt": text_of(entry.updated_at)}
    if not is_bare:
        told["value"] = entry.value
    if entry.expires_at is not None:
        told["expiresAt"] = text_of(entry.expires_at)
    return told


def options_of(request):
    names = {"ifVersion": "if_version", "ttlMs": "ttl_ms", "updatedAt": "updated_at"}
    return {names.get(name, name): value for name, value in request.get("options", {}).items()}


async def work(store, op, request):
    options = options_of(request)
    if op == "get":
        return entry_of(await store.get(request["key"]))
    if op == "put":
        return entry_of(await store.put(request["key"], request["value"], **options))
    if op == "delete":
        return await store.delete(request["key"], **options)
    if op == "list":
        page = await store.list(**options)
        told = {"entries": [entry_of(entry, request.get("isBare")) for entry in page.entries]}
        return told if page.next is None else {**told, "next": page.next}
    return await store.close()


async def answer(store, line):
    request = json.loads(line)
    try:
        result = await work(store, request["op"], request)
    except Exception as error:
        send({"id": request["id"], "error": fault_of(error)})
    else:
        send({"id": request["id"], "result": result})


def refuse(code):
    # A server whose store cannot be opened may end at once; here somebody wants to know why.
    raise sys.exc_info()[1] or SystemExit(code)


async def main():
    packages = sorted(path.parent.name for path in Path("src").glob("*/app.py"))
    if not packages:
        raise FileNotFoundError("There is no src/*/app.py.")
    lifespan = importlib.import_module(f"{packages[0]}.app").lifespan
    os._exit = refuse
    async with lifespan(MCPServer("store")) as app:
        send({"ready": {"maxValueBytes": getattr(app.store, "max_value_bytes", None)}})
        async with anyio.create_task_group() as tasks:
            while line := await anyio.to_thread.run_sync(sys.stdin.buffer.readline):
                tasks.start_soon(answer, app.store, line)


options = {}
if sys.platform == "win32":
    import asyncio

    options = {"loop_factory": asyncio.SelectorEventLoop}
try:
    anyio.run(main, backend_options=options)
except Exception as error:
    send({"fault": fault_of(error)})
    sys.exit(1)
`;

/** With the project's own Python; uv finds it where the environment is not in `.venv`. */
export const pythonStoreHost: StoreHost = {
  app: 'src/*/app.py',
  launch: (dir, { platform, uvPath }, token) => {
    const own = join(dir, ...(platform === 'win32' ? ['.venv', 'Scripts', 'python.exe'] : ['.venv', 'bin', 'python']));
    const command = existsSync(own) || uvPath === undefined ? [own] : [uvPath, 'run', '--no-sync', 'python'];
    const [program = own, ...args] = command;
    return { command: program, args: [...args, '-c', PROGRAM, token] };
  },
  // Of a text that we print: a line within a table never begins with a bracket that opens.
  manifestOf: (text) => text.replace(/^\[dependency-groups\]\n(?:(?!\[).*\n)*/m, ''),
};
