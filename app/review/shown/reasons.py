"""Why data do not carry a statistic, in words that a committee reads."""

from __future__ import annotations

from typing import Final

from app.psychometrics import Reason

EXPLAINED: Final[dict[Reason, tuple[str, str]]] = {
    Reason.BOUNDARY: ("taksiran di tepi yang mungkin", "the estimate lies at the edge of what is possible"),
    Reason.CUT_UNREACHABLE: ("batas di atas banyaknya soal", "the pass mark lies above the number of items"),
    Reason.EXTREME_SCORE: ("semua jawaban benar atau semua salah", "all answers are right, or all are wrong"),
    Reason.FORMS_DIFFER: ("paket peserta berbeda-beda", "candidates had different forms"),
    Reason.FORM_LENGTHS_DIFFER: ("panjang paket berbeda-beda", "forms have different numbers of items"),
    Reason.NO_ITEM_VARIANCE: ("semua peserta menjawab sama", "every candidate has the same score on the item"),
    Reason.NO_MATCHED_CANDIDATES: (
        "tidak ada tingkat nilai yang memuat kedua kelompok",
        "no score level holds both groups",
    ),
    Reason.NO_TOTAL_VARIANCE: ("semua peserta bernilai sama", "every candidate has the same score"),
    Reason.NO_VALUE: ("ukuran ini tidak bernilai di sini", "the figure has no value here"),
    Reason.SINGLE_ITEM_STRATUM: ("satu unit hanya berisi satu soal", "a unit holds only one item"),
    Reason.TOO_FEW_IN_GROUP: ("peserta dalam satu kelompok terlalu sedikit", "too few candidates in a group"),
    Reason.TOO_FEW_ITEMS: ("soal terlalu sedikit", "too few items"),
    Reason.TOO_FEW_PERSONS: ("peserta terlalu sedikit", "too few candidates"),
}


def explained(reason: Reason | None) -> tuple[str, str]:
    """In Indonesian and in English; empty where there is none."""
    if reason is None:
        return "", ""
    return EXPLAINED.get(reason, ("tidak dapat dihitung dari data ini", str(reason)))
