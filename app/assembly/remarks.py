"""What a certificate tells the committee in words: faults, for which it cannot be accepted, and what it should know beside. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.assembly.comparability import NORMAL_95, AtTheCut
from app.assembly.tally import Tally, enemies_together, limit_counts, seen_before
from app.assembly.types import Blueprint, Dimension, PlanSettings, Source, Target

ROUNDING: Final = 1e-9  # a figure exactly on its limit keeps it

DIMENSIONS: Final = {
    Dimension.KUK: ("KUK {}", "criterion {}"),
    Dimension.UNIT: ("unit {}", "unit {}"),
    Dimension.LEVEL: ("tingkat kognitif {}", "cognitive level {}"),
    Dimension.PICTURE: ("soal bergambar", "items with a picture"),
    Dimension.CASE: ("soal berkasus", "items of a case"),
    Dimension.FIXED: ("soal berurutan pilihan tetap", "items with a fixed order of options"),
}
LEVELS: Final = {
    "remember": ("mengingat", "remember"),
    "apply": ("menerapkan", "apply"),
    "analyse": ("menganalisis", "analyse"),
}
GRADES: Final = {
    Source.CALIBRATED: ("kalibrasi", "calibrated"),
    Source.EMPIRICAL: ("p empiris", "empirical p"),
    Source.JUDGED: ("perkiraan ahli", "judged by experts"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence in both languages. A fault makes the certificate unacceptable."""

    text_id: str
    text_en: str
    fault: bool = False


def number(value: float, digits: int = 1) -> tuple[str, str]:
    """As Indonesians and as others write it."""
    plain = f"{value:.{digits}f}"
    return plain.replace(".", ","), plain


def limit_words(dimension: Dimension, value: str) -> tuple[str, str]:
    """What a limit of the blueprint counts."""
    indonesian, english = LEVELS.get(value, (value, value)) if dimension is Dimension.LEVEL else (value, value)
    return DIMENSIONS[dimension][0].format(indonesian), DIMENSIONS[dimension][1].format(english)


def faults(table: Tally, found: AtTheCut, blueprint: Blueprint, target: Target, settings: PlanSettings) -> list[Remark]:
    """Each rule that is broken, with its first case and how many more there are."""
    rules = (
        _number_of_forms(table, settings),
        _lengths(table, blueprint),
        _limits(table, blueprint),
        _enemies(table),
        _exposure(table, settings),
        _overlaps(table, settings),
        _neighbours(table, settings),
        _deviations(table, found, target),
    )
    return [_with_the_rest(broken) for broken in rules if broken]


def _with_the_rest(broken: Sequence[Remark]) -> Remark:
    first, more = broken[0], len(broken) - 1
    if not more:
        return first
    return Remark(f"{first.text_id} Ada {more} kasus lagi.", f"{first.text_en} There are {more} more.", fault=True)


def _number_of_forms(table: Tally, settings: PlanSettings) -> list[Remark]:
    made, asked = len(table.general), settings.forms
    if made == asked:
        return []
    return [
        Remark(f"Ada {made} paket, diminta {asked}.", f"There are {made} forms, {asked} were asked for.", fault=True)
    ]


def _lengths(table: Tally, blueprint: Blueprint) -> list[Remark]:
    return [
        Remark(
            f"Paket {form.form_no} berisi {len(set(form.codes))} soal berbeda, seharusnya {blueprint.items}.",
            f"Form {form.form_no} holds {len(set(form.codes))} different items instead of {blueprint.items}.",
            fault=True,
        )
        for form in table.forms
        if not len(form.codes) == len(set(form.codes)) == blueprint.items
    ]


def _limits(table: Tally, blueprint: Blueprint) -> list[Remark]:
    broken = []
    for limit in blueprint.limits:
        what_id, what_en = limit_words(limit.dimension, limit.value)
        asked = str(limit.least) if limit.least == limit.most else f"{limit.least}–{limit.most}"
        broken += [
            Remark(
                f"Paket {form.form_no} tidak memenuhi kisi-kisi: {what_id} ada {count}, seharusnya {asked}.",
                f"Form {form.form_no} misses the blueprint: {what_en}: {count} instead of {asked}.",
                fault=True,
            )
            for form, count in zip(table.forms, limit_counts(table, limit), strict=True)
            if not limit.least <= count <= limit.most
        ]
    return broken


def _enemies(table: Tally) -> list[Remark]:
    return [
        Remark(
            f"Paket {form_no} memuat {one} dan {other}, yang tidak boleh bersama.",
            f"Form {form_no} holds {one} and {other}, which must not stand together.",
            fault=True,
        )
        for form_no, one, other in enemies_together(table)
    ]


def _exposure(table: Tally, settings: PlanSettings) -> list[Remark]:
    general = len(table.general)
    most = settings.exposure_cap * general + ROUNDING
    return [
        Remark(
            f"Soal {item.code} ada di {times} dari {general} paket, lebih dari batas pemakaian.",
            f"Item {item.code} stands in {times} of {general} forms, more than its cap allows.",
            fault=True,
        )
        for item, times in zip(table.items, table.seen_in.tolist(), strict=True)
        if times > most
    ]


def _overlaps(table: Tally, settings: PlanSettings) -> list[Remark]:
    pairs = [(one, other) for place, one in enumerate(table.general) for other in table.general[place + 1 :]]
    return [
        _pair(table, one, other, f"melebihi batas {settings.overlap_cap}", f"above the cap of {settings.overlap_cap}")
        for one, other in pairs
        if table.common[one, other] > settings.overlap_cap
    ]


def _neighbours(table: Tally, settings: PlanSettings) -> list[Remark]:
    least = settings.overlap_least
    return [
        _pair(table, one, other, f"kurang dari {least} yang diminta", f"fewer than the {least} asked for")
        for one, other in table.neighbours()
        if table.common[one, other] < least
    ]


def _pair(table: Tally, one: int, other: int, why_id: str, why_en: str) -> Remark:
    first, second, common = table.forms[one].form_no, table.forms[other].form_no, table.common[one, other]
    return Remark(
        f"Paket {first} dan {second} berbagi {common} soal, {why_id}.",
        f"Forms {first} and {second} share {common} items, {why_en}.",
        fault=True,
    )


def _deviations(table: Tally, found: AtTheCut, target: Target) -> list[Remark]:
    broken = []
    for form, expected in zip(table.forms, found.expected.tolist(), strict=True):
        if abs(expected - target.score) > target.tolerance + ROUNDING:
            (told_id, told_en), (score_id, score_en) = number(expected), number(target.score, 0)
            (bound_id, bound_en) = number(target.tolerance)
            broken.append(
                Remark(
                    f"Paket {form.form_no}: peserta tepat di batas diharapkan mendapat {told_id}, terpaut lebih dari"
                    f" {bound_id} dari {score_id}.",
                    f"Form {form.form_no}: a candidate at the cut is expected to score {told_en}, more than {bound_en}"
                    f" from {score_en}.",
                    fault=True,
                )
            )
    return broken


def notes(
    table: Tally,
    content: Mapping[str, Any],
    target: Target,
    earlier: Mapping[UUID, frozenset[str]],
) -> list[Remark]:
    """What the committee must know before it accepts, from the figures of the certificate."""
    told = [_evidence(content, target), _together(content)]
    if len(table.forms) == 1:
        told.append(
            Remark(
                "Hanya ada satu paket: semua peserta mendapat soal yang sama, dalam urutan masing-masing.",
                "There is one form: all candidates get the same items, each in an order of their own.",
            )
        )
    difference = float(content["drift"]["difference"])
    if abs(difference) > target.tolerance:
        told.append(_drift(difference))
    return told + _reserved(table, earlier) + _unspared(table, earlier)


def _evidence(content: Mapping[str, Any], target: Target) -> Remark:
    grade_id, grade_en = GRADES[Source(content["evidence"]["grade"])]
    worst_id, worst_en = number(content["spread"]["worst_deviation"], 2)
    pair_id, pair_en = number(content["uncertainty"]["pair_95_max"])
    score_id, score_en = number(target.score, 0)
    return Remark(
        f"Setara menurut data yang ada (tingkat bukti: {grade_id}). Menurut angka yang ada setiap paket terpaut paling jauh"
        f" {worst_id} dari {score_id}; karena angka itu sendiri dapat keliru, dua paket dapat berbeda sampai {pair_id} angka"
        " (95 %) bagi peserta tepat di batas.",
        f"Equal by the data at hand (evidence: {grade_en}). By the figures as they stand no form lies more than {worst_en}"
        f" from {score_en}; since these figures may be off themselves, two forms may differ by up to {pair_en} points (95 %)"
        " for a candidate at the cut.",
    )


def _together(content: Mapping[str, Any]) -> Remark:
    told_id, told_en = number(NORMAL_95 * content["uncertainty"]["se_common"])
    return Remark(
        f"Semua paket bersama-sama dapat lebih mudah atau lebih sulit dari standar acuan sampai {told_id} angka (95 %);"
        " ini mengenai semua peserta sesi sama.",
        f"All forms together may be easier or harder than the reference standard by up to {told_en} points (95 %); that"
        " concerns all candidates of the sitting alike.",
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


def _reserved(table: Tally, earlier: Mapping[UUID, frozenset[str]]) -> list[Remark]:
    told = []
    for form in table.forms:
        if form.reserved_for:
            people, seen = len(form.reserved_for), seen_before(form, earlier)
            told.append(
                Remark(
                    f"Paket {form.form_no} disediakan bagi {people} peserta yang pernah ujian dan tidak ikut batas pemakaian dan"
                    f" batas soal bersama; paling banyak {seen} soalnya pernah dilihat salah satu dari mereka.",
                    f"Form {form.form_no} is kept for {people} candidates who sat before, outside the caps on exposure and"
                    f" overlap; one of them has seen at most {seen} of its items.",
                )
            )
    return told


def _unspared(table: Tally, earlier: Mapping[UUID, frozenset[str]]) -> list[Remark]:
    """People who saw items of every general form, and for whom none is kept."""
    kept = {person for form in table.forms for person in form.reserved_for}
    general = [set(table.forms[row].codes) for row in table.general]
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
            f"{len(least)} candidates have seen items of every form before; up to {max(least)} items come again for them.",
        )
    ]
