"""What is said of an item, in Indonesian and in English. No sentence names an option or quotes the item: findings keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.psychometrics import Estimate
from app.review.item_panel.evidence import Clocks, ItemEvidence
from app.review.item_panel.signs import MOVES, Sign
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, Kind, figure, printed

Said = tuple[str, str]

# Arikunto 2012: they belong to D alone. Ends are where the next one begins.
D_LABELS: Final = (
    (0.20, ("jelek", "poor")),
    (0.40, ("cukup", "satisfactory")),
    (0.70, ("baik", "good")),
    (2.00, ("baik sekali", "excellent")),
)


def counted(right: int, n: int) -> Said:
    return f"{right} dari {n} menjawab benar", f"{right} of {n} right"


def judged_against(expected: float, right: int, n: int) -> Said:
    """What experts expected of 100, and what was seen."""
    of_hundred = round(100 * expected)
    return (
        f"Ahli memperkirakan {of_hundred} dari 100 menjawab benar; teramati {right} dari {n}.",
        f"Experts expected {of_hundred} of 100 right; {right} of {n} were.",
    )


def not_enough(one: ItemEvidence, method: ReviewMethod) -> Said:
    """Since when, at this rate; a smaller pool is what helps where it is never."""
    least = method.least_n_item
    known = f"n = {one.n}, perlu {least}", f"n = {one.n}, {least} needed"
    if one.year is None:
        return (
            f"belum cukup data ({known[0]}; dengan laju sekarang tidak tercapai: perkecil kumpulan soal aktif)",
            f"not enough data yet ({known[1]}; never at the present rate: make the active pool smaller)",
        )
    return (
        f"belum cukup data ({known[0]}; dengan laju sekarang tercapai tahun {one.year})",
        f"not enough data yet ({known[1]}; at the present rate in {one.year})",
    )


def label_of_d(found: Estimate) -> Said | None:
    """From the label of the lower end of the interval to that of the upper: where they differ, more cannot be said."""
    if found.low is None or found.high is None:
        return None
    low, high = _label(found.low), _label(found.high)
    if low == high:
        return low
    return f"{low[0]} sampai {high[0]}", f"{low[1]} to {high[1]}"


def _label(value: float) -> Said:
    return next(label for end, label in D_LABELS if value < end)


def said_of(sign: Sign, one: ItemEvidence, clocks: Clocks, method: ReviewMethod) -> Said:
    return SENTENCES[sign.rule](one, clocks, method)


def figures_of(sign: Sign, one: ItemEvidence, method: ReviewMethod) -> tuple[Figure, ...]:
    """What the sign was taken from."""
    if sign.rule in MOVES and one.change is not None:
        return figure("item-change", one.change.p_dif), figure("item-change-q", sign.q, n=one.change.p_dif.n_used)
    share = figure("item-p", one.window.difficulty)
    if sign.rule in ("mis-key", "negative-discrimination") and one.n >= method.least_n_item:
        return share, figure("item-rest", one.window.item_rest)
    return (share,)


def _mis_key(one: ItemEvidence, clocks: Clocks, method: ReviewMethod) -> Said:
    few = one.n < method.least_n_item
    share = _both(one.window.difficulty.value or 0.0)
    return (
        f"Kunci dipilih {share[0]} dari {one.n} peserta, dan yang banyak tahu lebih condong ke opsi lain."
        + (" Dengan peserta sesedikit ini soal yang baik pun kadang terangkat." if few else ""),
        f"{share[1]} of {one.n} candidates chose the key, and those who know more lean to another option."
        + (" With so few candidates a sound item is named now and then." if few else ""),
    )


def _negative(one: ItemEvidence, clocks: Clocks, method: ReviewMethod) -> Said:
    return (
        f"Dari {one.n} peserta, yang bernilai tinggi lebih sering salah daripada yang bernilai rendah.",
        f"Of {one.n} candidates those who score high are wrong more often than those who score low.",
    )


def _below_guessing(one: ItemEvidence, clocks: Clocks, method: ReviewMethod) -> Said:
    share, guess = _both(one.window.difficulty.value or 0.0), _both(method.below_guessing)
    return (
        f"Hanya {share[0]} dari {one.n} peserta benar, kurang dari hasil menebak ({guess[0]}).",
        f"Only {share[1]} of {one.n} candidates are right, fewer than guessing gives ({guess[1]}).",
    )


def _nearly_all(one: ItemEvidence, clocks: Clocks, method: ReviewMethod) -> Said:
    share = _both(one.window.difficulty.value or 0.0)
    return (
        f"{share[0]} dari {one.n} peserta benar; soal ini hampir tidak membedakan siapa pun.",
        f"{share[1]} of {one.n} candidates are right; the item tells hardly anybody apart.",
    )


def _leak(one: ItemEvidence, clocks: Clocks, method: ReviewMethod) -> Said:
    more, halved = round(100 * _size(one)), clocks.halved(one.index)
    faster = "", ""
    if halved is not None:
        before, now = (printed(seconds, Kind.SECONDS, "id") for seconds in halved)
        faster = (
            f" Waktu menjawab turun dari {before} menjadi {now} detik.",
            f" The time for it fell from {before} to {now} seconds.",
        )
    return (
        f"Dari setiap 100 peserta, {more} lebih banyak yang benar daripada peserta periode sebelumnya yang sama mampunya."
        + faster[0],
        f"Of every 100 candidates {more} more are right than of equally able ones in earlier periods." + faster[1],
    )


def _drift(one: ItemEvidence, clocks: Clocks, method: ReviewMethod) -> Said:
    size = _size(one)
    by = round(100 * abs(size))
    way = ("lebih banyak", "more") if size > 0 else ("lebih sedikit", "fewer")
    return (
        f"Dari setiap 100 peserta, {by} {way[0]} yang benar daripada peserta periode sebelumnya yang sama mampunya.",
        f"Of every 100 candidates {by} {way[1]} are right than of equally able ones in earlier periods.",
    )


SENTENCES: Final[dict[str, Callable[[ItemEvidence, Clocks, ReviewMethod], Said]]] = {
    "mis-key": _mis_key,
    "negative-discrimination": _negative,
    "below-guessing": _below_guessing,
    "nearly-all-right": _nearly_all,
    "leak": _leak,
    "drift": _drift,
}


def _size(one: ItemEvidence) -> float:
    return 0.0 if one.change is None else one.change.p_dif.value or 0.0


def _both(share: float) -> Said:
    return printed(share, Kind.PERCENT, "id"), printed(share, Kind.PERCENT, "en")
