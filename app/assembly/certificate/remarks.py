"""What a certificate tells the committee in words before it accepts. Pure; what would forbid to accept is in `faults`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.assembly.certificate.comparability import NORMAL_95
from app.assembly.certificate.tally import Tally, seen_before
from app.assembly.types import Source, Target
from app.assembly.words import grade_words, number, score_words


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence in both languages. A fault makes the certificate unacceptable."""

    text_id: str
    text_en: str
    fault: bool = False


ONE_FORM: Final = Remark(
    "Hanya ada satu paket: semua peserta mendapat soal yang sama, dalam urutan masing-masing.",
    "There is one form: all candidates get the same items, each in an order of their own.",
)


def notes(
    table: Tally,
    content: Mapping[str, Any],
    target: Target,
    earlier: Mapping[UUID, frozenset[str]],
) -> list[Remark]:
    """What the committee must know before it accepts, from the figures of the certificate."""
    told = [_evidence(content, target), _between(content) if len(table.forms) > 1 else ONE_FORM, _together(content)]
    difference = float(content["drift"]["difference"])
    if abs(difference) > target.tolerance:
        told.append(_drift(difference))
    return told + _kept(table, earlier) + _unspared(table, earlier)


def _evidence(content: Mapping[str, Any], target: Target) -> Remark:
    grade_id, grade_en = grade_words(Source(content["evidence"]["grade"]))
    worst_id, worst_en = number(content["spread"]["worst_deviation"], 2)
    score_id, score_en = score_words(target.score)
    return Remark(
        f"Tingkat bukti: {grade_id}. Menurut angka yang ada setiap paket terpaut paling jauh {worst_id} dari {score_id}.",
        f"Evidence: {grade_en}. By the figures as they stand no form lies more than {worst_en} from {score_en}.",
    )


def _between(content: Mapping[str, Any]) -> Remark:
    told_id, told_en = number(content["uncertainty"]["pair_95_max"])
    return Remark(
        f"Karena angka itu sendiri dapat keliru, dua paket dapat berbeda sampai {told_id} angka (95 %) bagi peserta tepat di"
        " batas.",
        f"Since these figures may be off themselves, two forms may differ by up to {told_en} points (95 %) for a candidate at"
        " the cut.",
    )


def _together(content: Mapping[str, Any]) -> Remark:
    told_id, told_en = number(NORMAL_95 * content["uncertainty"]["se_common"])
    return Remark(
        f"Karena galat tiap soal, semua paket bersama-sama dapat lebih mudah atau lebih sulit dari standar acuan sampai {told_id}"
        " angka (95 %); galat skala penilaian ahli tidak termasuk. Hal itu berlaku sama bagi semua peserta sesi.",
        f"By the errors of single items all forms together may be easier or harder than the reference standard by up to {told_en}"
        " points (95 %), the error of the judges' scale left out; that concerns all candidates of the sitting alike.",
    )


def _drift(difference: float) -> Remark:
    told_id, told_en = number(abs(difference))
    harder = difference < 0
    return Remark(
        f"Bank aktif kini {told_id} angka lebih {'sulit' if harder else 'mudah'} dari standar acuan. Paket tetap disetarakan"
        " dengan standar acuan, bukan dengan bank.",
        f"The active bank is {told_en} points {'harder' if harder else 'easier'} than the reference standard by now. The forms"
        " are held to the standard, not to the bank.",
    )


def _kept(table: Tally, earlier: Mapping[UUID, frozenset[str]]) -> list[Remark]:
    """Forms that are given to named people, who saw items of every general form before."""
    told = []
    for row, form in enumerate(table.forms):
        if form.reserved_for:
            people, (seen_id, seen_en) = len(form.reserved_for), _seen_words(seen_before(form, earlier))
            general = row < table.n_general
            told.append(
                Remark(
                    f"Paket {'umum' if general else 'khusus'} {form.form_no} diberikan kepada {people} peserta yang pernah ujian"
                    f" dan melihat soal dari setiap paket umum; {seen_id}.",
                    f"{'General' if general else 'Reserved'} form {form.form_no} is given to candidates who sat before and saw"
                    f" items of every general form ({people}); {seen_en}.",
                )
            )
    if len(table.forms) > table.n_general:
        told.append(
            Remark(
                "Batas pemakaian dan batas soal bersama dihitung atas paket umum saja.",
                "The caps on exposure and overlap are counted over the general forms only.",
            )
        )
    return told


def _seen_words(most: int) -> tuple[str, str]:
    if most == 0:
        return "tidak satu pun soalnya pernah mereka lihat", "none of its items was seen by any of them"
    return f"tiap orang pernah melihat paling banyak {most} soalnya", f"each of them saw at most {most} of its items"


def _unspared(table: Tally, earlier: Mapping[UUID, frozenset[str]]) -> list[Remark]:
    """People who saw items of every general form, and for whom none is kept."""
    kept = {person for form in table.forms for person in form.reserved_for}
    general = [set(form.codes) for form in table.general]
    least = [
        min(len(codes & seen) for codes in general)
        for person, seen in earlier.items()
        if person not in kept and not any(codes.isdisjoint(seen) for codes in general)
    ]
    if not least:
        return []
    return [
        Remark(
            f"{len(least)} peserta pernah melihat soal dari setiap paket; paling sedikit {max(least)} soal dilihat lagi.",
            f"Candidates who saw items of every form before: {len(least)}; up to {max(least)} items come again for them.",
        )
    ]
