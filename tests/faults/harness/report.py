"""The results for people, as JSON lines, and as the table of docs/reliability.md."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.page import put_between
from tests.faults.harness.registry import Fault, Outcome

HEADINGS = "| id | fault | bound | seen | acknowledged | lost | bound and invariants | measured |"
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    bound: str
    seen: str
    acknowledged: int
    lost: int
    complaints: list[str]

    @property
    def passed(self) -> bool:
        return not self.lost and not self.complaints

    def cells(self) -> list[str]:
        passed = "held" if self.passed else "**broken**"
        return [self.id, self.title, self.bound, self.seen, f"{self.acknowledged:,}", str(self.lost), passed]


def judged(fault: Fault, outcome: Outcome) -> Row:
    seen, words = outcome.seen, outcome.seen.words
    complaints = [*outcome.lost[:MOST_SHOWN], *seen.complaints]
    if fault.bound is not None and (seen.seconds is None or seen.seconds > fault.bound):
        crowded = f"on a machine {seen.crowded:.1f} times as slow as an empty one"
        if seen.seconds is None or seen.seconds > fault.bound * seen.crowded:
            complaints.append(f"took {seen.seconds} s, the bound is {fault.bound:g} s, {crowded}")
        words += f" ({crowded})"
    return Row(fault.id, fault.title, fault.bound_words, words, outcome.acknowledged, len(outcome.lost), complaints)


def say(row: Row) -> None:
    """One fault as soon as it is over: a line for people on standard error, a line of JSON on standard output."""
    verdict = "ok  " if row.passed else "FAIL"
    print(
        f"{verdict} {row.id:8}{row.title:60}{row.acknowledged:>9} saved {row.lost:>4} lost  {row.seen}", file=sys.stderr
    )
    for complaint in row.complaints[: 2 * MOST_SHOWN]:
        print(f"         {complaint}", file=sys.stderr)
    line: dict[str, Any] = {
        "id": row.id,
        "title": row.title,
        "bound": row.bound,
        "seen": row.seen,
        "acknowledged": row.acknowledged,
        "lost": row.lost,
        "passed": row.passed,
        "complaints": row.complaints,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def write_page(path: Path, rows: Sequence[Row], seed: int) -> None:
    """Put the rows of this run into the table between the page's marks; the rows of other faults stay as they were."""
    known = {
        line.split(" | ")[0].removeprefix("| "): line
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("| F-", "| nemesis"))
    }
    measured = f"{date.today().isoformat()}, seed {seed}"
    known |= {row.id: f"| {' | '.join([*row.cells(), measured])} |" for row in rows}
    lines = [HEADINGS, "|---" * HEADINGS.count(" | ") + "|---|", *(known[name] for name in sorted(known))]
    put_between(path, "figures", lines)
