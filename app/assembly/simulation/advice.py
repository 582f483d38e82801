"""Which size of pool to put into use, and why, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.assembly.simulation.pool_sizes import RASCH_N, PoolFigures
from app.itembank import LEAST_POOL

WINDOW_YEARS: Final = 3  # over so many years answers to an item are counted together


@dataclass(frozen=True, slots=True)
class Advice:
    size: int
    text_id: str
    text_en: str


def recommend(
    pools: Sequence[PoolFigures], form_items: int, candidates: int, exposure_cap: float | None = None
) -> Advice:
    """The largest pool whose items can be calibrated within the window; where that is too small, the least that is safe.

    `pools` rise in size; the last is the whole bank.
    """
    safe = [
        pool
        for pool in pools
        if pool.size >= LEAST_POOL * form_items and (exposure_cap is None or pool.exposure_most <= exposure_cap + 1e-9)
    ]
    if not safe:
        return _whole_bank(pools[-1], form_items, exposure_cap)
    learnt = [pool for pool in safe if pool.years_to_rasch <= WINDOW_YEARS]
    if learnt:
        return _calibrated(learnt[-1], candidates)
    first = next(pool for pool in pools if pool.size >= LEAST_POOL * form_items)
    return _least(safe[0], form_items, candidates, exposure_cap if safe[0] != first else None)


def _calibrated(pool: PoolFigures, candidates: int) -> Advice:
    n, years, shared = _numbers(pool)
    return Advice(
        pool.size,
        f"Aktifkan {pool.size} soal. Dengan {candidates} peserta setahun setiap soal dijawab sekitar {n} kali setahun, dan"
        f" {RASCH_N} jawaban untuk kalibrasi Rasch tercapai dalam {_comma(years)} tahun, di dalam jendela {WINDOW_YEARS} tahun."
        f" Pool yang lebih besar menunda itu; dua paket berbagi rata-rata {shared} soal.",
        f"Put {pool.size} items into use. With {candidates} candidates a year each is answered about {n} times a year, and the"
        f" {RASCH_N} answers of a Rasch calibration are there after {years} years, within the window of {WINDOW_YEARS}. A larger pool"
        f" puts that off; two forms share {shared} items on average.",
    )


def _least(pool: PoolFigures, form_items: int, candidates: int, exposure_cap: float | None) -> Advice:
    n, years, shared = _numbers(pool)
    smaller_id = (
        f"Di pool yang lebih kecil dua paket berbagi lebih dari {shared} dari {form_items} soal, terlalu banyak bagi"
    )
    smaller_id += " peserta yang mengulang."
    smaller_en = (
        f"In a smaller one two forms share more than {shared} of {form_items} items, too many for candidates who sit"
    )
    smaller_en += " again."
    if exposure_cap is not None:
        smaller_id = f"Pool yang lebih kecil melampaui batas pemakaian {exposure_cap:.0%} yang diminta."
        smaller_en = f"A smaller one exceeds the cap of {exposure_cap:.0%} on exposure that was asked for."
    return Advice(
        pool.size,
        f"Aktifkan {pool.size} soal untuk satu periode dan biarkan sisanya beristirahat. Dengan {candidates} peserta setahun setiap"
        f" soal dijawab sekitar {n} kali setahun; {RASCH_N} jawaban untuk kalibrasi Rasch baru tercapai setelah {_comma(years)}"
        f" tahun, jadi pool yang lebih besar hanya membuat bukti tiap soal makin tipis. {smaller_id} Ganti isi pool antarperiode.",
        f"Put {pool.size} items into use for a period and let the others rest. With {candidates} candidates a year each item is"
        f" answered about {n} times a year; the {RASCH_N} answers of a Rasch calibration are there only after {years} years, so that a"
        f" larger pool would make the evidence on each item thinner still. {smaller_en} Change the pool between periods.",
    )


def _whole_bank(pool: PoolFigures, form_items: int, exposure_cap: float | None) -> Advice:
    shared, least = f"{pool.overlap_mean:.0f}", round(LEAST_POOL * form_items)
    cap_id = cap_en = ""
    if exposure_cap is not None:
        cap_id, cap_en = ", dan batas pemakaian yang diminta", ", and the cap on exposure that was asked for"
    return Advice(
        pool.size,
        f"Pakai seluruh bank ({pool.size} soal) dan tulis soal baru: bank ini belum memuat pool yang aman (paling sedikit {least}"
        f" soal{cap_id}). Dua paket berbagi rata-rata {shared} dari {form_items} soal.",
        f"Use the whole bank ({pool.size} items) and write new ones: it holds no pool that is safe (at least {least} items"
        f"{cap_en}). Two forms share {shared} of {form_items} items on average.",
    )


def _numbers(pool: PoolFigures) -> tuple[str, str, str]:
    return f"{pool.n_per_item:.0f}", f"{pool.years_to_rasch:.1f}", f"{pool.overlap_mean:.0f}"


def _comma(number: str) -> str:
    return number.replace(".", ",")
