"""From which release on the code works on the schema of a migration."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.core.migrate import alembic_config, compatible_since


def history(folder: Path, *said: str | None) -> ScriptDirectory:
    """Migrations 1, 2, 3 … of which each says this of the releases before it."""
    (folder / "versions").mkdir()
    for number, since in enumerate(said, 1):
        down = repr(str(number - 1)) if number > 1 else None
        word = f"compatible_since = {since!r}\n" if since else ""
        (folder / "versions" / f"{number}_x.py").write_text(f"revision = '{number}'\ndown_revision = {down}\n{word}")
    config = Config()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config)


@pytest.mark.parametrize(
    ("said", "since"),
    [
        (["1"], "1"),
        (["1", "1", "1"], "1"),  # two that only expand
        (["1", "1", "3"], "3"),  # the last one contracts
        (["1", "2", "1"], "2"),  # what one broke, a later one does not mend by saying so
        (["1", None], "2"),  # who says nothing is for itself alone
        (["1", None, "1"], "2"),
    ],
)
def test_the_strictest_word_counts(tmp_path: Path, said: list[str | None], since: str) -> None:
    assert compatible_since(history(tmp_path, *said), str(len(said))) == since


def test_each_migration_names_one_that_is_not_after_it() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    order = [script.revision for script in scripts.walk_revisions()][::-1]
    for script in scripts.walk_revisions():
        since = getattr(script.module, "compatible_since", script.revision)
        assert order.index(since) <= order.index(script.revision)
