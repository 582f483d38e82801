"""One item in full: what the committee's card of it shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.itembank import LETTERS
from app.psychometrics import OMITTED, ItemAnalysis
from app.psychometrics.ctt import OptionStatistics
from app.review.data.types import ReviewData
from app.review.item_panel import wording
from app.review.item_panel.evidence import CURRENT, Evidence, ItemEvidence, right_of
from app.review.item_panel.leads import lead_of
from app.review.item_panel.printing import change_of, d27_of, rest_of, seconds_of, with_interval, withheld
from app.review.item_panel.signs import Sign, Verdict
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, figure

NO_ANSWER: Final = "–"


def card_of(
    one: ItemEvidence,
    evidence: Evidence,
    data: ReviewData,
    signs: Sequence[Sign],
    verdict: Verdict,
    method: ReviewMethod,
) -> dict[str, Any]:
    item = one.item
    return {
        "id": str(item.lineage_id),
        "version_id": str(item.version_id),
        "versions": [{"version_no": number, "version_id": str(version)} for number, version in item.versions],
        "code": item.code,
        "kuk": item.kuk,
        "unit": item.unit,
        "state": item.state,
        "void": item.void,
        "standard": item.in_standard,
        "verdict": verdict,
        "n": one.n,
        "right": one.right,
        **_said("counted", wording.counted(one.right, one.n)),
        **_said("judged", wording.judged_against(item.expected_p, one.right, one.n)),
        **_said("until", wording.not_enough(one, method) if verdict is Verdict.NOT_ENOUGH else ("", "")),
        **_said("d27_label", _label_of_d(one, method)),
        "signs": [lead_of(sign, one, evidence, method).as_json() for sign in signs],
        "figures": _figures(one, evidence, method),
        "options": [_option(option, one, method) for option in one.window.options],
        "groups": evidence.groups.of_item(str(item.lineage_id)),
        "periods": [_period(one, found, period, evidence, data, method) for period, found in one.by_period],
        "forms": one.seen.forms,
        "sittings": one.seen.sittings,
        "shown_in": str(data.sittings[one.seen.last].id),
        "remarks": list(one.remarks),
    }


def _figures(one: ItemEvidence, evidence: Evidence, method: ReviewMethod) -> dict[str, Figure]:
    window, clocks = one.window, evidence.clocks
    return {
        "p": figure("item-p", window.difficulty),
        "shrunken": figure("item-p-shrunken", one.shrunken),
        "expected": figure("item-p-expected", one.item.expected_p),
        "rest": rest_of(window, method),
        "d27": d27_of(one, method),
        "omitted": figure("item-omitted", window.omitted),
        "not_reached": figure("item-not-reached", window.not_reached),
        "seconds": seconds_of("item-seconds", clocks.window, one.index),
        "seconds_right": seconds_of("item-seconds-right", clocks.right, one.index),
        "seconds_wrong": seconds_of("item-seconds-wrong", clocks.wrong, one.index),
        "change": change_of(one, method),
        "seen": figure("item-seen", one.seen.share, n=one.n),
        "seen_now": figure("item-seen", one.seen.share_now, n=one.current.n if one.current else 0),
    }


def _option(option: OptionStatistics, one: ItemEvidence, method: ReviewMethod) -> dict[str, Any]:
    """`curve`: the share that chose it in each fifth of the candidates, the lowest first; with few candidates only how many of the
    upper and of the lower half did."""
    enough = one.n >= method.least_n_item
    return {
        "letter": NO_ANSWER if option.option == OMITTED else LETTERS[option.option],
        "key": bool(option.is_key),
        "count": option.n,
        "upper": option.n_upper,
        "lower": option.n_lower,
        "share": figure("option-share", option.proportion),
        "rest": withheld("option-rest", option.option_rest, one.n, method),
        "curve": [figure("option-curve", share, n=one.n) for share in option.curve] if enough else [],
    }


def _period(
    one: ItemEvidence, found: ItemAnalysis, period: int, evidence: Evidence, data: ReviewData, method: ReviewMethod
) -> dict[str, Any]:
    sittings = [sitting for sitting in data.sittings if sitting.period == period]
    return {
        "period": period,
        "current": period == CURRENT,
        "from": min(sitting.held_on for sitting in sittings).isoformat(),
        "to": max(sitting.held_on for sitting in sittings).isoformat(),
        "sittings": [sitting.code for sitting in sittings],
        "n": found.n,
        "right": right_of(found),
        "p": figure("item-p", found.difficulty),
        "rest": rest_of(found, method),
        "seconds": seconds_of("item-seconds", evidence.clocks.by_period[period], one.index),
    }


def _label_of_d(one: ItemEvidence, method: ReviewMethod) -> wording.Said:
    if one.n < method.least_n_item:
        return "", ""
    return wording.label_of_d(with_interval(one.window.d27)) or ("", "")


def _said(name: str, texts: wording.Said) -> dict[str, str]:
    return {f"{name}_id": texts[0], f"{name}_en": texts[1]}
