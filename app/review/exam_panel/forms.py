"""The forms of the period side by side: were they as hard as planned, and whose result hangs on the form?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.review.data.types import ReviewData, ReviewItem
from app.review.equity import Cut, SatForm, equity
from app.review.equity_figures import planned_figures
from app.review.exam_panel.blocks import Said, both, said
from app.review.exam_panel.form_test import Departure, FormMean, departures
from app.review.exam_panel.means import mean_of
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, Kind, Lead, Strength, Subject, SubjectKind, counted, figure, missing


@dataclass(frozen=True, slots=True)
class _Rated:
    """An item as its form's plan took it."""

    code: str
    b: float
    se: float
    a: float = 1.0


@dataclass(frozen=True, slots=True)
class _Sat:
    """A planned form of the period, with what its candidates scored; `again`: those who had sat before."""

    form: int
    number: int
    label: tuple[str, str]
    ref: str
    first: tuple[int, ...]
    again: tuple[int, ...]


Sat = dict[int, list[_Sat]]  # by sitting
Found = dict[int, list[dict[str, Any]] | None]  # the rows of `equity`, by sitting


def forms(data: ReviewData, method: ReviewMethod) -> tuple[dict[str, Any], list[Lead]]:
    sat = _sat_forms(data)
    found = {sitting: _equity(data, planned) for sitting, planned in sat.items()}
    departed = dict(zip(sat, _departures(sat, found, method), strict=True))
    leads = [lead for sitting, planned in sat.items() for lead in _leads(planned, departed[sitting], method)]
    block = {
        **_lead(data, sat, leads, method),
        "verdict": _verdict(sat, leads, method),
        "points": method.form_points,
        "flips": _flips(data, sat, found) if any(found.values()) else None,
        "sittings": [
            {
                "code": data.sittings[sitting].code,
                "title": data.sittings[sitting].title,
                "forms": _rows(planned, departed[sitting], found[sitting], method),
            }
            for sitting, planned in sat.items()
        ],
    }
    return block, leads


def _sat_forms(data: ReviewData) -> Sat:
    """By sitting of the period. Forms that were drawn for one candidate each have no number, and nothing to compare."""
    scores: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for person in data.persons:
        scores[person.form, person.first].append(person.score)
    found: dict[int, list[_Sat]] = defaultdict(list)
    for at, form in enumerate(data.forms):
        sitting = data.sittings[form.sitting]
        if form.form_no is None or sitting.period != 0 or not (scores[at, True] or scores[at, False]):
            continue
        label = (f"Paket {form.form_no} · sesi {sitting.code}", f"Form {form.form_no} · sitting {sitting.code}")
        ref = f"{sitting.id}/{form.form_no}"
        found[form.sitting].append(
            _Sat(at, form.form_no, label, ref, tuple(scores[at, True]), tuple(scores[at, False]))
        )
    return dict(found)


def _equity(data: ReviewData, planned: list[_Sat]) -> list[dict[str, Any]] | None:
    """None where no reference standard or no plan says what forms should give."""
    items = [[_rated(data.items[item]) for item in data.forms[one.form].items] for one in planned]
    if data.theta_cut is None or any(item is None for form in items for item in form):
        return None
    sat = [
        SatForm(one.number, tuple(item for item in form if item), one.first, one.again)
        for one, form in zip(planned, items, strict=True)
    ]
    rows: list[dict[str, Any]] = equity(sat, Cut(data.pass_mark, data.theta_cut))["forms"]
    return rows


def _rated(item: ReviewItem) -> _Rated | None:
    return None if item.b is None else _Rated(item.code, item.b, item.se or 0.0)


def _departures(sat: Sat, found: Found, method: ReviewMethod) -> list[list[Departure]]:
    means = [_means(planned, found[sitting]) for sitting, planned in sat.items()]
    return departures(means, least_n=method.least_n_form, rate=method.rate, points=method.form_points)


def _means(planned: list[_Sat], found: list[dict[str, Any]] | None) -> list[FormMean]:
    """Without a plan all forms of a sitting are taken to be planned alike."""
    expected = [one["expected_mean"] or 0.0 for one in found] if found else [0.0] * len(planned)
    means = []
    for one, plan in zip(planned, expected, strict=True):
        values = np.array(one.first, dtype=np.float64)
        variance = float(values.var(ddof=1)) if len(values) > 1 else 0.0
        means.append(FormMean(len(values), float(values.mean()) if len(values) else plan, variance, plan))
    return means


def _rows(
    planned: list[_Sat], departed: list[Departure], found: list[dict[str, Any]] | None, method: ReviewMethod
) -> list[dict[str, Any]]:
    return [
        {
            "form_no": one.number,
            "label_id": f"Paket {one.number}",
            "label_en": f"Form {one.number}",
            "n": counted("form_n", len(one.first)),
            "repeaters": counted("form_repeaters", len(one.again)),
            "observed": figure("form_observed_mean", mean_of(np.array(one.first, dtype=np.float64))),
            "expected": figure("form_expected_mean", departed[at].expected, n=len(one.first)),
            "difference": _difference(departed[at], len(one.first), method),
            "verdict": "few" if departed[at].p is None else _strength(departed[at], method) or "none",
            **_planned_figures(found[at] if found else None, len(one.first)),
        }
        for at, one in enumerate(planned)
    ]


def _difference(departed: Departure, n: int, method: ReviewMethod) -> Figure:
    if departed.p is not None:
        return figure("form_difference", departed.difference)
    if n < method.least_n_form:
        return missing("form_difference", n, method.least_n_form)
    nothing = ("tidak ada paket pembanding yang cukup datanya", "no other form with enough data to compare with")
    return figure("form_difference", None, n=n, reason=nothing)


def _planned_figures(found: dict[str, Any] | None, n: int) -> dict[str, Figure]:
    """What only a plan can say."""
    if found is not None:
        return planned_figures(found, n)
    names = {"equivalent": "form_equivalent", "flips": "form_flips", "equated": "form_equated"}
    no_plan = ("tanpa rencana paket", "no plan of forms")
    return {key: figure(name, None, n=n, reason=no_plan) for key, name in names.items()}


def _strength(departed: Departure, method: ReviewMethod) -> Strength | None:
    """Strong where the whole interval lies beyond what a plan may miss by."""
    if not departed.off:
        return None
    low, high = departed.difference.low or 0.0, departed.difference.high or 0.0
    beyond = high < -method.form_points or low > method.form_points
    return Strength.STRONG if beyond else Strength.EXPERT


def _leads(planned: list[_Sat], departed: list[Departure], method: ReviewMethod) -> list[Lead]:
    """Of two forms nobody can tell which one is off its plan: the harder one is named, since its candidates lost by it."""
    pairs = [(one, found) for one, found in zip(planned, departed, strict=True) if found.off]
    if len(planned) == 2:
        pairs = [(one, found) for one, found in pairs if (found.difference.value or 0.0) < 0]
    return [_lead_of(one, found, method, alone=len(planned) > 2) for one, found in pairs]


def _lead_of(one: _Sat, departed: Departure, method: ReviewMethod, *, alone: bool) -> Lead:
    shown = figure("form_difference", departed.difference)
    value = departed.difference.value or 0.0
    size, size_en = both(abs(value), Kind.SCORE)
    (way_id, way_en) = ("lebih sulit", "harder") if value < 0 else ("lebih mudah", "easier")
    or_id, or_en = (
        ("", "")
        if alone
        else (" Atau paket lain sesi itu yang lebih mudah.", " Or the sitting's other form is easier.")
    )
    strength = _strength(departed, method)
    assert strength is not None, "only forms off their plan"
    return Lead(
        "harder-form",
        Subject(SubjectKind.FORM, one.ref, one.label[0]),
        strength,
        f"{one.label[0]}: {size} angka {way_id} dari rencana (selang {shown['range_id']}; n = {len(one.first)}).{or_id}",
        f"{one.label[1]}: {size_en} points {way_en} than planned (interval {shown['range_en']}; n = {len(one.first)}).{or_en}",
        [shown],
        departed.q,
    )


def _tested(sat: Sat, method: ReviewMethod) -> int:
    return sum(len(one.first) >= method.least_n_form for planned in sat.values() if len(planned) > 1 for one in planned)


def _verdict(sat: Sat, leads: list[Lead], method: ReviewMethod) -> str:
    if leads:
        return Strength.STRONG if any(lead.strength is Strength.STRONG for lead in leads) else Strength.EXPERT
    return "none" if _tested(sat, method) else "few"


def _lead(data: ReviewData, sat: Sat, leads: list[Lead], method: ReviewMethod) -> Said:
    count, tested = sum(len(planned) for planned in sat.values()), _tested(sat, method)
    (points, points_en), least = both(method.form_points, Kind.SCORE), method.least_n_form
    if not count:
        return said(
            "Periode ini tidak memakai paket yang direncanakan bersama: setiap peserta menerima paketnya sendiri. Kesetaraan bersandar"
            " pada kisi-kisi dan perakitan.",
            "No planned forms were used in this period: each candidate had a form of their own. Comparability rests on the blueprint"
            " and on assembly.",
        )
    if leads:
        return said(" ".join(lead.text_id for lead in leads), " ".join(lead.text_en for lead in leads))
    if not tested:
        return said(
            f"{count} paket, semuanya dengan kurang dari {least} peserta atau tanpa pembanding: tidak disetarakan; kesetaraannya"
            f" bersandar pada perakitan. Perbandingan baru dapat dihitung dari {least} peserta per paket, jadi paling sedikit"
            f" {2 * least} peserta dalam satu sesi dengan dua paket.",
            f"{count} forms, all with fewer than {least} candidates or nothing to compare with: not equated; their comparability"
            f" rests on assembly. A comparison needs {least} candidates on a form, so at least {2 * least} in one sitting of two"
            " forms.",
        )
    return said(
        f"Dari {tested} paket yang cukup datanya, tidak ada tanda paket yang lebih dari {points} angka lebih sulit atau lebih mudah"
        " dari rencana.",
        f"Of {tested} forms with enough data there is no sign of one more than {points_en} points harder or easier than planned.",
    )


def _flips(data: ReviewData, sat: Sat, found: Found) -> Said:
    """Where a plan says what forms give; the others have nothing to flip by."""
    flips = sum(form["flips"] for rows in found.values() for form in rows or [])
    n = sum(len(one.first) + len(one.again) for sitting, rows in found.items() if rows for one in sat[sitting])
    return said(
        f"Menurut rencana paket, {flips} dari {n} hasil akan berbalik bila batas {data.pass_mark} disetarakan per paket. Kajian ini"
        " tidak mengubah hasil siapa pun.",
        f"By the plan of forms, {flips} of {n} results would flip if the pass mark of {data.pass_mark} were equated form by form."
        " This review changes nobody's result.",
    )
