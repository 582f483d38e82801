"""The comparison with other packages runs wherever it is asked to: without any of them it prints our own figures."""

import os
import subprocess
import sys

TASKS = ("alpha", "dif", "2pl", "rasch-sparse", "cml-sparse", "components-reml")


def test_prints_our_figures_where_no_rival_is_installed() -> None:
    alone = {**os.environ, "PATH": "", "SAHIH_RIVALS": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.rivalry", "--short", *TASKS],
        capture_output=True, text=True, check=True, env=alone,
    )  # fmt: skip
    lines = [line.split() for line in done.stdout.splitlines()[1:]]
    assert [line[0] for line in lines if line[1] == "ours"] == list(TASKS)
    assert all(float(line[2]) >= 0.0 for line in lines)
    assert all(float(line[4]) < 0.0 for line in lines if line[0] in ("2pl", "rasch-sparse"))
