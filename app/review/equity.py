"""After the sitting: was every form as hard as the next, and whose decision hangs on the form that they had? Pure.

What a form was expected to give comes from the parameters that its plan was made with; what it did give comes from the scores.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.assembly import COHORT_SD
from app.psychometrics.equating import LEAST_N, FormScores, bootstrap_errors, circle_arc_equating
from app.psychometrics.form_equity import FormAtCut, form_equity
from app.psychometrics.irt import ItemParameters
from app.psychometrics.numerics import normal_grid, root

Array = NDArray[np.float64]

WIDEST: Final = 6.0  # no cohort's mean ability lies further out
RESAMPLES: Final = 200


class Rated(Protocol):
    """What is known of an item's difficulty, on the standard's scale."""

    @property
    def code(self) -> str: ...
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...
    @property
    def se(self) -> float: ...


@dataclass(frozen=True, slots=True)
class SatForm:
    """One form of a plan and what those who had it scored. `repeaters`: who sat before and so was given a form that spares them;
    they are no random group."""

    form_no: int
    items: tuple[Rated, ...]
    scores: tuple[int, ...]
    repeaters: tuple[int, ...] = ()

    @property
    def all_scores(self) -> tuple[int, ...]:
        return self.scores + self.repeaters


@dataclass(frozen=True, slots=True)
class Cut:
    """The scheme's pass mark, and the ability that the reference standard says it asks for."""

    score: int
    theta: float


def equity(forms: Sequence[SatForm], cut: Cut) -> dict[str, Any]:
    """Every form side by side: expected and observed mean, its equivalent of the pass mark, decisions that would flip."""
    mean = cohort_mean(forms)
    rows = [_row(form, at_cut, forms, cut, mean) for form, at_cut in zip(forms, _at_cut(forms, cut), strict=True)]
    return {
        "forms": rows,
        "method": _method(sum(row["n"] for row in rows), cut, mean),
        "flips": sum(row["flips"] for row in rows),
        "n": sum(row["n"] for row in rows),
    }


def cohort_mean(forms: Sequence[SatForm]) -> float | None:
    """The mean ability at which all scores together are what the forms expect. None where nobody sat, or all or nothing was right."""
    taken = [form for form in forms if form.all_scores]
    scored = sum(sum(form.all_scores) for form in taken)

    def excess(mean: float) -> float:
        return sum(len(form.all_scores) * expected_mean(form.items, mean) for form in taken) - scored

    return root(excess, -WIDEST, WIDEST) if taken else None


def expected_mean(items: Sequence[Rated], mean: float) -> float:
    """The score that candidates whose abilities are N(mean, COHORT_SD) expect on these items."""
    nodes, weights = normal_grid()
    return float(weights @ _parameters(items).probability(mean + COHORT_SD * nodes).sum(axis=1))


def _row(form: SatForm, at_cut: FormAtCut, forms: Sequence[SatForm], cut: Cut, mean: float | None) -> dict[str, Any]:
    n = len(form.all_scores)
    scores = np.array(form.all_scores, dtype=np.float64)
    return {
        "form_no": form.form_no,
        "n": n,
        "repeaters": len(form.repeaters),
        "expected_mean": None if mean is None else expected_mean(form.items, mean),
        "observed_mean": float(scores.mean()) if n else None,
        "se": float(scores.std(ddof=1) / math.sqrt(n)) if n > 1 else None,
        "raw_equivalent": at_cut.expected,
        "raw_equivalent_se": at_cut.uncertainty,
        "equated_cut": at_cut.equated_cut,
        "flips": sum((score >= cut.score) != (score >= at_cut.equated_cut) for score in form.all_scores),
        "equating": _equating(form, forms, cut.score),
    }


def _at_cut(forms: Sequence[SatForm], cut: Cut) -> tuple[FormAtCut, ...]:
    items = list({item.code: item for form in forms for item in form.items}.values())
    place = {item.code: index for index, item in enumerate(items)}
    sets = [[place[item.code] for item in form.items] for form in forms]
    errors = [item.se for item in items]
    return form_equity(_parameters(items), sets, cut=cut.score, theta_cut=cut.theta, difficulty_sd=errors).forms


def _parameters(items: Sequence[Rated]) -> ItemParameters:
    return ItemParameters.from_difficulty([item.b for item in items], slope=[item.a for item in items])


def _equating(form: SatForm, forms: Sequence[SatForm], cut: int) -> dict[str, Any]:
    """What the pass mark on the other forms would have been on this one, by the scores alone: forms went round at random."""
    rest = [score for other in forms if other is not form for score in other.scores]
    n = len(form.scores)
    if min(n, len(rest)) < LEAST_N:
        why_id = f"n = {n} di paket ini dan {len(rest)} di paket lain, diperlukan {LEAST_N}"
        why_en = f"n = {n} on this form and {len(rest)} on the others, {LEAST_N} are needed"
        return _not_equated(n, len(rest), why_id, why_en)
    others, this = (FormScores.from_scores(scores, max_score=len(form.items)) for scores in (rest, form.scores))
    found = bootstrap_errors(circle_arc_equating, others, this, draws=RESAMPLES, seed=form.form_no)
    if found.reason is not None:
        return _not_equated(n, len(rest), "rata-rata di ujung skala", "a mean at the end of the scale")
    return {
        "method": found.variant,
        "n": n,
        "n_others": len(rest),
        "value": found.equivalents[cut],
        "se": found.se[cut] if found.se else None,
        "text_id": "busur lingkaran (kelompok acak)",
        "text_en": "circle-arc (random groups)",
    }


def _not_equated(n: int, n_others: int, why_id: str, why_en: str) -> dict[str, Any]:
    return {
        "method": None,
        "n": n,
        "n_others": n_others,
        "value": None,
        "se": None,
        "text_id": f"tidak disetarakan: {why_id}",
        "text_en": f"not equated: {why_en}",
    }


def _method(n: int, cut: Cut, mean: float | None) -> dict[str, Any]:
    return {
        "cut": cut.score,
        "theta_cut": cut.theta,
        "ability_mean": mean,
        "ability_sd": COHORT_SD,
        "n": n,
        "least_n": LEAST_N,
        "text_id": METHOD_ID.format(n=n, sd=f"{COHORT_SD:.2f}".replace(".", ","), least=LEAST_N, cut=cut.score),
        "text_en": METHOD_EN.format(n=n, sd=COHORT_SD, least=LEAST_N, cut=cut.score),
    }


METHOD_ID: Final = (
    "Rata-rata harapan: dari parameter soal dalam usulan paket dan kemampuan rata-rata semua peserta (n = {n}), dengan simpangan"
    " baku kemampuan {sd} yang ditetapkan. Nilai mentah setara standar: nilai harapan paket itu bagi peserta tepat di batas lulus"
    " menurut standar acuan. Keputusan berbalik: peserta yang lulus pada {cut} tetapi tidak pada batas setara paketnya (dibulatkan"
    " ke angka utuh terdekat), atau sebaliknya. Pemeriksaan penyetaraan: busur lingkaran antara paket ini dan semua paket lain,"
    " tanpa peserta ulang, sebab paket dibagikan bergilir secara acak; di bawah {least} peserta tidak disetarakan, dan kesetaraan"
    " bersandar pada perakitan. Beda yang kurang dari dua galat baku tidak dapat dibedakan dari kebetulan. Kajian ini tidak"
    " mengubah keputusan."
)
METHOD_EN: Final = (
    "Expected mean: from the parameters of the items in the plan and the mean ability of all candidates (n = {n}), with an SD of"
    " ability of {sd} that is laid down. Raw equivalent of the standard: what a candidate exactly at the cut of the reference"
    " standard expects on that form. Flipped decisions: candidates who pass at {cut} but not at the equated cut of their form (the"
    " nearest whole score), or the reverse. Equating check: circle-arc between this form and all the others, without those who sat"
    " before, since forms are given out in turn at random; below {least} candidates nothing is equated, and comparability rests on"
    " assembly. A difference of less than two standard errors cannot be told from chance. This review changes no decision."
)
