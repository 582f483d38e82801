"""The item analysis as a table for a spreadsheet."""

from __future__ import annotations

from app.cli.stats.figures import Figures
from app.cli.stats.words import Words
from app.core.sheets import to_csv

HEADER = (
    "soal", "unit", "n", "kosong", "p", "p_bawah", "p_atas", "r_soal_sisa", "r_bawah", "r_atas", "d27", "tanda", "putusan",
)  # fmt: skip


def items_csv(figures: Figures, say: Words) -> str:
    """One row an item, then the share of each option; flags and verdicts in the words of the report."""
    rows = []
    for item, flags, verdict in zip(figures.items, figures.flags, figures.verdicts, strict=True):
        p, rest = item.difficulty, item.item_rest
        shares = {option.option: option.proportion.value for option in item.options}
        rows.append(
            [
                str(item.item), item.stratum, item.n, item.n_omitted, p.value, p.low, p.high,
                rest.value, rest.low, rest.high, item.d27.value if item.n_suffices else None,
                ", ".join(map(say, flags)), say(verdict),
                *(shares.get(place) for place in range(len(figures.marks))),
            ]
        )  # fmt: skip
    return to_csv((*HEADER, *figures.marks), rows)
