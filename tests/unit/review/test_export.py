"""The panels as CSV."""

from __future__ import annotations

from app.review.export import exam_csv


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
