"""Why a plan of forms is not acceptable: the rules that it breaks, counted from the codes of its items. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final

from app.assembly.certificate.comparability import AtTheCut
from app.assembly.certificate.remarks import Remark
from app.assembly.certificate.tally import Tally, enemies_together, limit_counts
from app.assembly.types import Blueprint, PlanSettings, Target
from app.assembly.words import limit_words, number, score_words

ROUNDING: Final = 1e-9  # a figure exactly on its limit keeps it


def find_faults(
    table: Tally, found: AtTheCut, blueprint: Blueprint, target: Target, settings: PlanSettings
) -> list[Remark]:
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
    return Remark(f"{first.text_id} Dan {more} lagi.", f"{first.text_en} And {more} more.", fault=True)


def _number_of_forms(table: Tally, settings: PlanSettings) -> list[Remark]:
    made, asked = table.n_general, settings.forms
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
    most = settings.exposure_cap * table.n_general + ROUNDING
    return [
        Remark(
            f"Soal {item.code} ada di {times} dari {table.n_general} paket, lebih dari batas pemakaian.",
            f"Item {item.code} stands in {times} of {table.n_general} forms, more than its cap allows.",
            fault=True,
        )
        for item, times in zip(table.items, table.seen_in.tolist(), strict=True)
        if times > most
    ]


def _overlaps(table: Tally, settings: PlanSettings) -> list[Remark]:
    pairs = combinations(range(table.n_general), 2)
    return [
        _pair(table, one, other, f"melebihi batas {settings.overlap_cap}", f"above the cap of {settings.overlap_cap}")
        for one, other in pairs
        if table.common[one, other] > settings.overlap_cap
    ]


def _neighbours(table: Tally, settings: PlanSettings) -> list[Remark]:
    least = settings.overlap_least
    return [
        _pair(table, one, other, f"kurang dari {least} yang diminta", f"fewer than the {least} asked for")
        for one, other in pairwise(range(table.n_general))
        if table.common[one, other] < least
    ]


def _pair(table: Tally, one: int, other: int, why_id: str, why_en: str) -> Remark:
    first, second, common = table.forms[one].form_no, table.forms[other].form_no, table.common[one, other]
    return Remark(
        f"Paket {first} dan {second} berbagi {common} soal, {why_id}.",
        f"Items that forms {first} and {second} share: {common}, {why_en}.",
        fault=True,
    )


def _deviations(table: Tally, found: AtTheCut, target: Target) -> list[Remark]:
    broken = []
    for form, expected in zip(table.forms, found.expected.tolist(), strict=True):
        if abs(expected - target.score) > target.tolerance + ROUNDING:
            (told_id, told_en), (score_id, score_en) = number(expected), score_words(target.score)
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
