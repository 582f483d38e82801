"""Tables as a spreadsheet set to Indonesian opens them, without running anything."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.sheets import cell, to_csv


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
