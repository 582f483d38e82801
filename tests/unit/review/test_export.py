"""CSV as a spreadsheet set to Indonesian opens it, without running anything."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.sheets import cell, to_csv
from app.review.export import exam_csv


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (0.5, "0,5000"),
        (-0.25, "-0,2500"),
        (12, "12"),
        (-3, "-3"),
        ("MMU-1.1-01", "MMU-1.1-01"),
        ("=1+1", "'=1+1"),
        ("+62", "'+62"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
    ],
)
def test_a_cell(value: Any, shown: str) -> None:
    assert cell(value) == shown


def test_a_file_has_its_mark_semicolons_and_quotes() -> None:
    assert to_csv(("a", "b"), [(0.5, 'x;"y"')]) == '\ufeffa;b\r\n0,5000;"x;""y"""\r\n'


def test_the_exam_as_csv_carries_intervals_and_the_kind_of_reliability() -> None:
    figure = {"value": 0.5, "low": 0.25, "high": 0.75}
    exam = {"n": 4, "passed": 3, "histogram": [{"score": 70, "count": 4}]}
    exam |= dict.fromkeys(("mean", "sd", "pass_rate", "sem", "csem_at_cut"), figure)
    exam["reliability"] = {"kind": "kr20", **figure}
    lines = exam_csv({"exam": exam}).splitlines()
    assert lines[1:3] == ["n;4;;", "lulus;3;;"]
    assert "mean;0,5000;0,2500;0,7500" in lines
    assert "reliability (kr20);0,5000;0,2500;0,7500" in lines
    assert lines[-1] == "nilai 70;4;;"
