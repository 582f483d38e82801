"""The panels as CSV."""

from __future__ import annotations

from typing import Any

from app.core.sheets import to_csv

ITEM_HEADER = (
    "soal", "kuk", "unit", "n", "benar", "kosong", "p", "p_bawah", "p_atas", "r_soal_sisa", "r_bawah", "r_atas", "d27",
    "A", "B", "C", "D", "kunci", "tanda", "putusan",
)  # fmt: skip


def items_csv(panels: dict[str, Any]) -> str:
    return to_csv(ITEM_HEADER, (_item_row(item) for item in panels["items"]))


def _item_row(item: dict[str, Any]) -> list[Any]:
    options = {option["letter"]: option["share"]["value"] for option in item["options"]}
    key = next((option["letter"] for option in item["options"] if option["key"]), None)
    p, rest = item["p"], item["item_rest"]
    return [
        item["code"], item["kuk"], item["unit"], item["n"], item["correct"], item["omitted"],
        p["value"], p["low"], p["high"], rest["value"], rest["low"], rest["high"], item["d27"]["value"],
        *(options.get(letter) for letter in "ABCD"), key, ",".join(item["flags"]), item["verdict"],
    ]  # fmt: skip


def exam_csv(panels: dict[str, Any]) -> str:
    exam = panels["exam"]
    rows: list[list[Any]] = [["n", exam["n"], None, None], ["lulus", exam["passed"], None, None]]
    for name in ("mean", "sd", "pass_rate", "reliability", "sem", "csem_at_cut"):
        figure = exam[name]
        label = f"{name} ({figure['kind']})" if "kind" in figure else name
        rows.append([label, figure["value"], figure["low"], figure["high"]])
    rows += [[f"nilai {bar['score']}", bar["count"], None, None] for bar in exam["histogram"]]
    return to_csv(("ukuran", "nilai", "bawah", "atas"), rows)
