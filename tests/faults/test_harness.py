"""What breaks most often, on each merge; `make faults` breaks everything else, longer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.faults.harness.play import play
from tests.faults.harness.registry import Run

ON_EACH_MERGE = ("F-01", "F-03", "F-04", "F-21")
SEED = 20261121


@pytest.mark.timeout(240)
@pytest.mark.invariant("I-01", "I-03", "I-04")
async def test_nothing_acknowledged_is_lost_and_the_server_comes_back() -> None:
    with tempfile.TemporaryDirectory(prefix="sahih-faults-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        rows = await play(Run(Path(folder), SEED, short=True), ON_EACH_MERGE)
    assert [row.id for row in rows] == list(ON_EACH_MERGE)
    for row in rows:
        assert row.acknowledged > 200, row
        assert row.lost == 0, row
        assert row.complaints == [], row
