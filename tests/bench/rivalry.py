"""`make bench-stats`: our statistics beside the packages that people use, on the same data, as ratios of CPU seconds.

    python -m tests.bench.rivalry [--short] [TASK ...]

A rival that is not installed is passed over; without any, our own figures stand alone. For calibrations the marginal
log-likelihood of both answers is printed, both computed by us at their parameters: a quick answer that is worse is no
better. A rival runs in a process of its own, its start and its reading of the data are not counted, and neither are ours.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # CPU seconds, not luck with idle cores

import numpy as np  # noqa: E402

from app import psychometrics as ps  # noqa: E402

HERE = Path(__file__).parent / "rivals"
RIVALS_PYTHON = Path(os.environ.get("SAHIH_RIVALS", Path(sys.prefix) / "rivals")) / "bin" / "python"
SEED = 20261122
LONGEST = 600
RUNS = 3
FLAT = (300, 20)  # --short


@dataclass(frozen=True)
class Data:
    responses: ps.Responses
    group: np.ndarray
    folder: Path


@dataclass(frozen=True)
class Task:
    """What we do, who else does it, and the shape of the data: persons, items, items of each form."""

    ours: Callable[[Data], Any]
    rivals: tuple[str, ...]
    shape: tuple[int, int, int]
    compared: bool = False  # by log-likelihood


TASKS = {
    "alpha": Task(lambda d: ps.reliability.alpha(d.responses), ("R:psych", "py:pingouin"), (5000, 100, 100)),
    "items": Task(lambda d: ps.item_analysis(d.responses), ("R:CTT", "R:psych", "py:girth"), (5000, 100, 100)),
    "dif": Task(lambda d: ps.dif.mantel_haenszel(d.responses, d.group), ("R:difR",), (5000, 100, 100)),
    "2pl": Task(lambda d: calibrated(d, "2pl"), ("R:mirt", "py:mirt", "py:girth"), (5000, 100, 100), compared=True),
    "2pl-sparse": Task(lambda d: calibrated(d, "2pl"), ("R:mirt", "py:mirt"), (2000, 400, 100), compared=True),
    "rasch-sparse": Task(
        lambda d: calibrated(d, "rasch"), ("R:mirt", "R:TAM", "py:mirt"), (2000, 400, 100), compared=True
    ),
    "cml": Task(lambda d: ps.irt.cml_rasch(d.responses), ("R:eRm", "py:girth"), (5000, 100, 100)),
    "cml-sparse": Task(lambda d: ps.irt.cml_rasch(d.responses), (), (2000, 400, 100)),
    "components": Task(lambda d: ps.reliability.components_henderson(d.responses), ("R:lme4",), (2000, 400, 100)),
    "components-reml": Task(lambda d: ps.reliability.components_reml(d.responses), ("R:lme4",), (2000, 400, 100)),
}


def calibrated(data: Data, model: str) -> dict[str, Any]:
    fit = ps.irt.mml_2pl if model == "2pl" else ps.irt.mml_rasch
    found = fit(data.responses, standard_errors=False)
    return {
        "slope": found.parameters.slope,
        "intercept": found.parameters.intercept,
        "variance": [found.variance],
    }


def simulated(shape: tuple[int, int, int], folder: Path) -> Data:
    """2PL responses to random forms, written for the rivals, too."""
    persons, items, length = shape
    rng = np.random.default_rng(SEED)
    ability, slope = rng.normal(size=(persons, 1)), rng.lognormal(0.0, 0.3, items)
    right = rng.random((persons, items)) < 1 / (1 + np.exp(-slope * (ability - rng.normal(-0.5, 1.0, items))))
    scores = right.astype(float)
    if length < items:
        unused = np.argsort(rng.random((persons, items)), axis=1)[:, length:]
        scores[np.arange(persons)[:, None], unused] = np.nan
    group = np.arange(persons) % 2
    lines = [",".join("" if np.isnan(cell) else str(int(cell)) for cell in row) for row in scores]
    (folder / "scores.csv").write_text("\n".join([",".join(f"i{j}" for j in range(items)), *lines]) + "\n")
    (folder / "group.csv").write_text("\n".join(map(str, group)))
    return Data(ps.Responses.from_dense(scores), group, folder)


def ours(task: Task, data: Data) -> tuple[float, Any]:
    """The least CPU of three runs, each on responses that have cached nothing."""
    costs, found = [], None
    for _ in range(RUNS):
        fresh = Data(data.responses.with_persons(range(data.responses.n_persons)), data.group, data.folder)
        began = time.process_time()
        found = task.ours(fresh)
        costs.append(time.process_time() - began)
    return min(costs), found


def rival(name: str, task: str, folder: Path) -> dict[str, Any] | None:
    """The answer of one rival, or None where it is not installed."""
    language, package = name.split(":")
    work = task.removesuffix("-reml")
    if language == "R":
        command = [shutil.which("Rscript") or "", str(HERE / "rival.R")]
    else:
        command = [str(RIVALS_PYTHON if RIVALS_PYTHON.exists() else sys.executable), str(HERE / "rival.py")]
    if not command[0]:
        return None
    try:
        done = subprocess.run(
            [*command, package, work, str(folder)], capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return {"cpu": None}
    if done.returncode != 0:
        return None if done.returncode in (3, 4) else {"cpu": None, "said": done.stderr[-300:]}
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def likelihood(data: Data, answer: dict[str, Any]) -> float | None:
    if "slope" not in answer:
        return None
    parameters = ps.irt.ItemParameters(
        np.asarray(answer["slope"], dtype=float),
        np.asarray(answer["intercept"], dtype=float),
        np.zeros(data.responses.n_items),
    )
    return ps.irt.marginal_log_likelihood(data.responses, parameters, variance=answer["variance"][0]).value


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rivalry")
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=", ".join(TASKS))
    parser.add_argument("--short", action="store_true", help="small data: shows that it runs, says nothing of speed")
    asked = parser.parse_args()
    unknown = set(asked.tasks) - set(TASKS)
    if unknown:
        parser.error(f"unknown task {', '.join(sorted(unknown))}; choose from {', '.join(TASKS)}")
    print(f"{'task':<16} {'who':<12} {'CPU s':>9} {'ratio':>7}  log-likelihood")
    for name in asked.tasks or TASKS:
        compare(name, TASKS[name], short=asked.short)
    return 0


def compare(name: str, task: Task, *, short: bool) -> None:
    persons, items, length = task.shape
    shape = (FLAT[0], FLAT[1], FLAT[1] * length // items) if short else (persons, items, length)
    with tempfile.TemporaryDirectory(prefix="sahih-rivals-") as folder:
        data = simulated(shape, Path(folder))
        cpu, found = ours(task, data)
        show(name, "ours", cpu, 1.0, likelihood(data, found) if task.compared else None)
        for rival_name in task.rivals:
            answer = rival(rival_name, name, data.folder)
            if answer is None:
                continue
            if answer["cpu"] is None:
                print(f"{name:<16} {rival_name:<12} {'no result':>9}  {answer.get('said', f'in {LONGEST} s')}")
                continue
            show(name, rival_name, answer["cpu"], answer["cpu"] / cpu, likelihood(data, answer))


def show(task: str, who: str, cpu: float, ratio: float, log_likelihood: float | None) -> None:
    at = "" if log_likelihood is None else f"{log_likelihood:.2f}"
    print(f"{task:<16} {who:<12} {cpu:9.3f} {ratio:7.1f}  {at}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
