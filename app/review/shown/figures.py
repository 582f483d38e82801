"""A figure with its interval, its n and its printed digits, in Indonesian and in English form."""

from __future__ import annotations

from typing import TypedDict

from app.core.printed import Kind, printed
from app.psychometrics import Estimate
from app.review.shown.definitions import definition
from app.review.shown.reasons import explained


class Figure(TypedDict):
    """`text` is what people read; `range` the interval of 95 % where there is one; `reason` why there is no value."""

    definition: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    text_id: str
    text_en: str
    range_id: str
    range_en: str
    reason_id: str
    reason_en: str


def figure(
    name: str, found: Estimate | float | None, *, n: int | None = None, reason: tuple[str, str] | None = None
) -> Figure:
    """A figure of the definition `name`. `reason` (Indonesian, English) where there is none; else that of the estimate."""
    if isinstance(found, Estimate):
        value, low, high = found.value, found.low, found.high
        n = found.n_used if n is None else n
        why = reason or explained(found.reason)
    else:
        value, low, high, why = found, None, None, reason or ("", "")
    if value is None:
        return _without(name, n, why)
    kind = definition(name).kind
    return Figure(
        definition=name,
        value=value,
        low=low,
        high=high,
        n=n,
        text_id=printed(value, kind, "id"),
        text_en=printed(value, kind, "en"),
        range_id=_range(low, high, kind, "id", "sampai"),
        range_en=_range(low, high, kind, "en", "to"),
        reason_id="",
        reason_en="",
    )


def counted(name: str, count: int) -> Figure:
    return figure(name, float(count), n=count)


def missing(name: str, n: int, least: int) -> Figure:
    """Withheld under the stated n."""
    return _without(
        name, n, (f"belum cukup data (n = {n}, perlu {least})", f"not enough data yet (n = {n}, {least} needed)")
    )


def _range(low: float | None, high: float | None, kind: Kind, lang: str, to: str) -> str:
    if low is None or high is None:
        return ""
    return f"{printed(low, kind, lang)} {to} {printed(high, kind, lang)}"


def _without(name: str, n: int | None, why: tuple[str, str]) -> Figure:
    definition(name)  # also what is not there is something that was explained
    return Figure(
        definition=name,
        value=None,
        low=None,
        high=None,
        n=n,
        text_id="–",
        text_en="–",
        range_id="",
        range_en="",
        reason_id=why[0],
        reason_en=why[1],
    )
