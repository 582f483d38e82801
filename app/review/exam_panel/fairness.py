"""Fairness between groups: only who agreed is counted, and only groups of enough people."""

from __future__ import annotations

from typing import Any

from app.psychometrics.numerics import false_on_average
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask, Said, said
from app.review.exam_panel.dif import dif
from app.review.exam_panel.groups import consenting, groups_of
from app.review.exam_panel.impact import impact
from app.review.exam_panel.pace import Pace
from app.review.method.types import ReviewMethod
from app.review.shown import Lead, Strength


def fairness(
    data: ReviewData, method: ReviewMethod, window: Mask, pace: Pace
) -> tuple[dict[str, Any], list[Lead], dict[str, float]]:
    """Over the window, where there are more candidates."""
    attributes = groups_of(data, window)
    impacts, impact_leads, compared = impact(data, method, attributes, pace)
    contrasts, dif_leads, tested = dif(data, method, window, attributes, pace)
    block = {
        **_lead(consenting(data, window), int(window.sum()), len(attributes), tested),
        "verdict": _verdict(impacts, tested, len(impact_leads) + len(dif_leads)),
        "attributes": impacts,
        "dif": contrasts,
    }
    chance = {
        "impact": false_on_average(len(impact_leads), method.rate) if compared else 0.0,
        "dif": false_on_average(len(dif_leads), method.rate) if tested else 0.0,
    }
    return block, [*impact_leads, *dif_leads], chance


def _verdict(impacts: list[dict[str, Any]], tested: int, leads: int) -> str:
    """Nothing says that all is well as long as items cannot be compared."""
    if leads:
        return Strength.EXPERT
    return "none" if impacts and tested else "few"


def _lead(agreed: int, n: int, attributes: int, tested: int) -> Said:
    if not attributes:
        return said(
            "Tidak ada peserta yang menyetujui dihitung menurut kelompok. Keadilan diperiksa lewat telaah keberpihakan oleh ahli.",
            "No candidate agreed to be counted by group. Fairness is looked after by the experts' fairness review.",
        )
    rest_id, rest_en = (
        (f" {tested} perbandingan soal dihitung.", f" {tested} comparisons of items were computed.")
        if tested
        else (
            " Perbandingan per soal belum dapat dihitung; gantinya telaah keberpihakan oleh ahli.",
            " Items cannot be compared yet; in their place stands the experts' fairness review.",
        )
    )
    return said(
        f"{agreed} dari {n} peserta menyetujui dihitung menurut kelompok, hanya untuk memeriksa keadilan.{rest_id}",
        f"{agreed} of {n} candidates agreed to be counted by group, for the sake of fairness alone.{rest_en}",
    )
