"""One set of reference data: its files, read by the names of their columns."""

import csv
import gzip
import json
from functools import cached_property
from pathlib import Path
from typing import Any

from app import psychometrics as ps

LETTERS = "ABCDEFGH"
PASS_MARK = 68  # percent, of every set
NOT_ITEMS = ("person", "candidate", "group", "gender", "judge")

Row = dict[str, str]


class DataSet:
    """The files named by an ``*_expected.json``, and what lies in them."""

    def __init__(self, expected: Path) -> None:
        content = json.loads(expected.read_text())
        self.folder = expected.parent
        named = content["data_files"]
        self.files = [named] if isinstance(named, str) else list(named)
        self.order = {entry["id"]: entry.get("by") for entry in content["values"]}
        self.source = {entry["id"]: entry.get("source", "") for entry in content["values"]}
        self.description = content.get("description", "")

    @property
    def ids(self) -> list[str]:
        """The ids asked for; their values are never read."""
        return list(self.order)

    def file(self, ending: str) -> str | None:
        """The name of the data file that ends so, without its ``.gz``."""
        return next((name for name in self.files if name.endswith(ending)), None)

    def rows(self, ending: str) -> list[Row]:
        """The rows of the CSV whose name ends so."""
        name = self.file(ending)
        if name is None:
            raise KeyError(f"no file of this set ends with {ending}")
        return list(csv.DictReader(self._text(name).splitlines()))

    def column(self, ending: str, name: str) -> list[float]:
        """One column of numbers."""
        return [float(row[name]) for row in self.rows(ending)]

    @cached_property
    def truth(self) -> Any:
        """The parameters that a simulated set was made from."""
        return json.loads(self._text(self.file("_truth.json") or ""))

    @cached_property
    def responses(self) -> ps.Responses:
        """The responses of the set, in the order of its files."""
        if self.file("_long.csv"):
            return self._random_forms()
        if self.file("_responses.csv"):
            return self._choices()
        return self._scores()

    @cached_property
    def group(self) -> list[int]:
        """0 reference, 1 focal, one entry per candidate."""
        ending = next(e for e in ("_candidates.csv", "_responses.csv", "_scored.csv") if self.file(e))
        return [int(row["group"]) for row in self.rows(ending)]

    @cached_property
    def cut(self) -> int:
        """The raw score that passes, on the forms of this set."""
        return ps.classification.raw_cut(PASS_MARK, n_items=self.form_length)

    @cached_property
    def form_length(self) -> int:
        """Items of each form."""
        return int(self.responses.form_length[0])

    @cached_property
    def fixed_form(self) -> bool:
        """Did everybody answer the same items?"""
        return self.responses.is_fixed_form

    @cached_property
    def rasch(self) -> Any:
        """The Rasch calibration of the responses."""
        return ps.irt.mml_rasch(self.responses)

    @cached_property
    def two_pl(self) -> Any:
        """The 2PL calibration of the responses."""
        return ps.irt.mml_2pl(self.responses)

    def _text(self, name: str) -> str:
        path = self.folder.joinpath(name)
        if path.exists():
            return path.read_text()
        return gzip.decompress(path.with_name(f"{name}.gz").read_bytes()).decode()

    def _bank(self) -> list[Row]:
        ending = next((e for e in ("_items.csv", "_bank.csv", "_key.csv") if self.file(e)), None)
        return [] if ending is None else self.rows(ending)

    def _strata(self) -> list[str] | None:
        bank = self._bank()
        return [row["unit"] for row in bank] if bank and "unit" in bank[0] else None

    def _choices(self) -> ps.Responses:
        rows = self.rows("_responses.csv")
        items = [name for name in rows[0] if name not in NOT_ITEMS]
        return ps.Responses.from_choices(
            [[LETTERS.find(row[item] or "?") for item in items] for row in rows],
            key=[LETTERS.index(row["key"]) for row in self._bank()],
            items=items,
            strata=self._strata(),
        )

    def _scores(self) -> ps.Responses:
        rows = self.rows("_scored.csv")
        items = [name for name in rows[0] if name not in NOT_ITEMS]
        matrix = [[float(row[item] or "nan") for item in items] for row in rows]
        return ps.Responses.from_dense(matrix, items=items, strata=self._strata())

    def _random_forms(self) -> ps.Responses:
        bank = self._bank()
        return ps.Responses.from_rows(
            (
                (
                    row["candidate"],
                    row["item"],
                    LETTERS.find(row["option"] or "?"),
                    int(row["score"]),
                    float(row["rt_s"]),
                )
                for row in self.rows("_long.csv")
            ),
            persons=[row["candidate"] for row in self.rows("_candidates.csv")],
            items=[row["item"] for row in bank],
            strata={row["item"]: row["unit"] for row in bank},
            key={row["item"]: LETTERS.index(row["key"]) for row in bank},
        )
