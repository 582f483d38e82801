"""The committee's first two panels: the exam and its items, in words that a screen can print. Pure over a snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.itembank import LETTERS
from app.psychometrics import (
    OMITTED,
    Estimate,
    ExamAnalysis,
    ItemAnalysis,
    Responses,
    exam_analysis,
    item_analysis,
)
from app.review.item_panel.chance import mis_key_by_chance
from app.review.item_panel.printing import with_interval
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, figure, missing
from app.review.snapshot import Snapshot

# One sitting goes by what the review of a period goes by where no committee said otherwise.
PROPOSED: Final = ReviewMethod()
LEAST_N_ITEM: Final = PROPOSED.least_n_item
LEAST_N_EXAM: Final = PROPOSED.least_n_exam
LEAST_N_KEY: Final = PROPOSED.least_n_key
LEAST_N_SD: Final = 2  # of one score there is no spread
RELIABILITY: Final = {"kr20": "exam_reliability_fixed", "stratified-binomial": "exam_reliability_random"}


def panels(snapshot: Snapshot) -> dict[str, Any]:
    """Both panels of a sitting. Every number carries its interval or n; what cannot be said carries the reason."""
    if snapshot.scheme.exam is None:
        raise ValueError("snapshot: the scheme gives no exam")
    items = item_analysis(snapshot.responses, verdict_n=LEAST_N_ITEM)
    return {
        "snapshot_sha256": snapshot.sha256,
        "least_n_item": LEAST_N_ITEM,
        "least_n_key": LEAST_N_KEY,
        "least_n_exam": LEAST_N_EXAM,
        "exam": _exam(exam_analysis(snapshot.responses, cut=snapshot.scheme.exam.pass_mark), snapshot),
        "items": [_item(item, snapshot, index) for index, item in enumerate(items)],
        "expected_chance_flags": figure("sitting-by-chance", sum(mis_key_by_chance(item.n) for item in items)),
    }


def key_signals(responses: Responses, impossible: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """What somebody should look at before the release: impossible answers, wrong key suspected, all right, nobody right."""
    signals: list[dict[str, Any]] = [
        {"code": code, "kind": "impossible-answer", "n": count, "detail": ""}
        for code, count in sorted((impossible or {}).items())
        if count
    ]
    for item in item_analysis(responses, verdict_n=LEAST_N_KEY):
        kind = _signal(item)
        if kind:
            signals.append({"code": item.item, "kind": kind, "n": item.n, "detail": _signal_detail(item, kind)})
    return signals


def _signal(item: ItemAnalysis) -> str | None:
    if not item.n_suffices:
        return None
    if _mis_keyed(item):
        return "mis-key"
    return {0.0: "all-wrong", 1.0: "all-right"}.get(_or(item.difficulty.value, -1.0))


def _mis_keyed(item: ItemAnalysis) -> bool:
    """The one rule for "the key may be wrong", in the key check and in the table of items."""
    return item.n >= LEAST_N_KEY and bool(item.miskey.suspected)


def _signal_detail(item: ItemAnalysis, kind: str) -> str:
    if kind == "mis-key" and item.miskey.option is not None:
        return LETTERS[item.miskey.option]
    return ""


def _exam(exam: ExamAnalysis, snapshot: Snapshot) -> dict[str, Any]:
    scores = exam.scores
    rules = snapshot.scheme.exam
    assert rules is not None, "checked by the caller"
    # On one fixed form the relative coefficient is KR-20 with Feldt's interval; on random forms only the absolute one is right.
    kind, reliability, sem = (
        ("kr20", exam.alpha, exam.sem)
        if exam.is_fixed_form
        else ("stratified-binomial", exam.stratified_binomial, exam.sem_absolute)
    )
    passed = sum(count for score, count in enumerate(scores.histogram) if score >= rules.pass_mark)
    sd = missing("exam_sd", scores.n, LEAST_N_SD) if scores.sd is None else figure("exam_sd", scores.sd, n=scores.n)
    return {
        "n": scores.n,
        "max_score": rules.max_score,
        "pass_mark": rules.pass_mark,
        "mean": figure("exam_mean", scores.mean),
        "sd": sd,
        "passed": passed,
        "pass_rate": figure("exam_pass_rate", scores.pass_rate),
        "histogram": [{"score": score, "count": count} for score, count in enumerate(scores.histogram) if count],
        "reliability": {"kind": kind, **_from(LEAST_N_EXAM, RELIABILITY[kind], reliability, scores.n)},
        "sem": _from(LEAST_N_EXAM, "exam_sem", sem, scores.n),
        "csem_at_cut": figure("exam_csem", exam.csem_at_cut),
        "grey_zone": _grey_zone(exam.csem_at_cut, rules.pass_mark),
    }


def _grey_zone(csem: Estimate, pass_mark: int) -> list[int] | None:
    """Scores within one standard error of measurement of the pass mark: where luck and knowledge cannot be told apart."""
    if csem.value is None:
        return None
    return [round(pass_mark - csem.value), round(pass_mark + csem.value)]


def _item(item: ItemAnalysis, snapshot: Snapshot, index: int) -> dict[str, Any]:
    keyed = snapshot.items[index]
    correct = round(_or(item.difficulty.value, 0.0) * item.n)
    raised = flags(item)
    return {
        "code": keyed.code,
        "kuk": keyed.kuk,
        "unit": item.stratum,
        "n": item.n,
        "correct": correct,
        "omitted": item.n_omitted,
        "p": figure("item-p", item.difficulty),
        "item_rest": _from(LEAST_N_ITEM, "item-rest", item.item_rest, item.n),
        "d27": _from(LEAST_N_ITEM, "item-d27", with_interval(item.d27), item.n),
        "options": [_option(option, shown=item.n_suffices) for option in item.options if option.option != OMITTED],
        "flags": raised,
        "verdict": verdict(item, raised),
    }


def _option(option: Any, *, shown: bool) -> dict[str, Any]:
    return {
        "letter": LETTERS[option.option],
        "count": option.n,
        "share": figure("option-share", option.proportion),
        "key": bool(option.is_key),
        "item_rest": option.option_rest.value if shown else None,
        "upper": option.n_upper,
        "lower": option.n_lower,
    }


def flags(item: ItemAnalysis) -> list[str]:
    """Reasons to look at an item. All but a suspected key need the n of a verdict."""
    mis_key = ["mis-key"] if _mis_keyed(item) else []
    if not item.n_suffices:
        return mis_key
    difficulty = _or(item.difficulty.value, 0.5)
    found = {
        "below-guessing": difficulty < PROPOSED.below_guessing,
        "nearly-all-right": difficulty > PROPOSED.nearly_all,
        "negative-discrimination": item.item_rest.high is not None and item.item_rest.high < 0,
    }
    return mis_key + [flag for flag, holds in found.items() if holds]


def verdict(item: ItemAnalysis, raised: Sequence[str]) -> str:
    if not item.n_suffices:
        return "not-enough"
    if "mis-key" in raised or "negative-discrimination" in raised:
        return "strong-problem"
    return "needs-expert" if raised else "no-sign"


def _from(least: int, name: str, found: Estimate, n: int) -> Figure:
    """Withheld under the stated n."""
    return missing(name, n, least) if n < least else figure(name, found)


def _or(value: float | None, default: float) -> float:
    return default if value is None else value
