"""Run npm with the Node that the build uses: the system's, or the registry's Node wheel. `python frontend/npm.py run check`"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
sys.path.insert(0, str(FRONTEND.parent))

from hatch_build import npm  # noqa: E402  (after the path is set)

command, environment = npm()
sys.exit(subprocess.run([*command, *sys.argv[1:]], cwd=FRONTEND, env=environment, check=False).returncode)
