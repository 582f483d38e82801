"""What a correction would do, as the committee looks at it: scores first, then the item under its key and under the other one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, itembank
from app.grading import CorrectionKind, Right, corrections, corrections_in_force
from app.grading.corrections import Affected, Effect, Fault, WhatIf
from app.itembank import LETTERS, KeyedItem
from app.psychometrics import correlation, proportion
from app.review.method.queries import method_in_force
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, counted, figure, missing


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person chose of the item (stored order), and how many of the other items they had right."""

    option: int | None
    rest: int


async def what_if(session: AsyncSession, fault: Fault) -> dict[str, Any]:
    """Nothing is stored. It reads keys, which the caller writes down."""
    found = await corrections.weigh(session, fault, uuid4())
    keyed = await itembank.peek_keys(session, fault.version_ids)
    item = max(keyed.values(), key=lambda one: (len(_chose(found.affected, one.version_id)), str(one.version_id)))
    in_force = await corrections_in_force(session, fault.version_ids)
    now = in_force.get(item.version_id, Right(frozenset({item.key})))
    answers = await _first_answers(session, found)
    method = await method_in_force(session, fault.scheme_code)
    return {
        "expected": await with_titles(session, found.expected),
        "sha256": found.sha256,
        "candidates": await _changed(session, found),
        "item": statistics(item, now, _after(now, fault), answers, method),
    }


def _chose(affected: Sequence[Affected], version: UUID) -> list[Affected]:
    return [one for one in affected if any(version == chosen for chosen, _ in one.chosen)]


def _after(now: Right, fault: Fault) -> Right:
    """Where no result was released before: the plain meaning of the correction."""
    if fault.kind is CorrectionKind.VOID or fault.option is None:
        return Right(now.options, void=True)
    return Right(frozenset({fault.option}) | (now.options if fault.kind is CorrectionKind.DOUBLE else frozenset()))


async def _first_answers(session: AsyncSession, found: WhatIf) -> list[Answer]:
    """Each person once: the first time that they met the item."""
    opened = {}
    people: dict[UUID, UUID] = {}
    for sitting_id in {one.sitting_id for one in found.affected}:
        opened[sitting_id] = (await delivery.get_sitting(session, sitting_id)).opens_at
        people |= await delivery.people_of(session, sitting_id)
    first: dict[UUID, Answer] = {}
    pairs = zip(found.affected, found.given, strict=True)
    for one, given in sorted(pairs, key=lambda pair: (opened[pair[0].sitting_id], pair[0].attempt_id)):
        _, option = one.chosen[0]  # a form holds one version of an item
        first.setdefault(people[one.attempt_id], Answer(option, one.score - given))
    return list(first.values())


def statistics(
    item: KeyedItem, now: Right, after: Right, answers: Sequence[Answer], method: ReviewMethod
) -> dict[str, Any]:
    """The item under its present key and under the proposed one, and who chose which option."""
    return {
        "code": item.code,
        "n": counted("n", len(answers)),
        "now": _under(now, answers, method.least_n_key),
        "after": _under(after, answers, method.least_n_key),
        "options": [_option(LETTERS[option], option, now, after, answers) for option in range(item.n_options)]
        + [_option(None, None, now, after, answers)],
    }


def _under(right: Right, answers: Sequence[Answer], least: int) -> dict[str, Any]:
    points = [int(right.takes(answer.option)) for answer in answers]
    return {
        "void": right.void,
        "right": figure("rescore_right", proportion(sum(points), len(points))),
        "item_rest": _item_rest(points, [answer.rest for answer in answers], least),
    }


def _item_rest(points: Sequence[int], rest: Sequence[int], least: int) -> Figure:
    name, n = "rescore_item_rest", len(points)
    if n < least:
        return missing(name, n, least)
    if len(set(points)) == 1:
        return figure(
            name, None, n=n, reason=("semua mendapat angka yang sama pada soal ini", "all score the same on it")
        )
    if len(set(rest)) == 1:
        return figure(
            name, None, n=n, reason=("semua sama nilainya pada soal lain", "all score the same on the others")
        )
    return figure(name, correlation(float(np.corrcoef(points, rest)[0, 1]), n))


def _option(
    letter: str | None, option: int | None, now: Right, after: Right, answers: Sequence[Answer]
) -> dict[str, Any]:
    rests = [answer.rest for answer in answers if answer.option == option]
    nobody = ("tidak ada yang memilih", "nobody chose it")
    return {
        "letter": letter,
        "now": now.takes(option),
        "after": after.takes(option),
        "chosen": counted("rescore_chosen", len(rests)),
        "rest": figure("rescore_rest", sum(rests) / len(rests) if rests else None, n=len(rests), reason=nobody),
    }


async def right_now(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[str, Any]:
    """The options that count as right today, by the corrections in force, where there are any."""
    in_force = await corrections_in_force(session, version_ids)
    options = {option for right in in_force.values() for option in right.options}
    return {
        "letters": [LETTERS[option] for option in sorted(options)],
        "void": any(right.void for right in in_force.values()),
    }


async def with_titles(session: AsyncSession, expected: dict[str, Any]) -> dict[str, Any]:
    sittings = []
    for counts in expected["sittings"]:
        sitting = await delivery.get_sitting(session, UUID(counts["sitting_id"]))
        sittings.append({**counts, "code": sitting.code, "title": sitting.title})
    return {**expected, "sittings": sittings}


async def _changed(session: AsyncSession, found: WhatIf) -> list[dict[str, Any]]:
    """Whose recommendation changes, by number alone: names are for letters."""
    changed = [one for one in found.effects if one.changes_recommendation]
    numbers = await numbers_of(session, changed)
    return sorted(
        ({"number": numbers[one.attempt_id], **scores(one)} for one in changed),
        key=lambda row: (not row["released"], str(row["number"])),
    )


async def numbers_of(session: AsyncSession, effects: Sequence[Effect]) -> dict[UUID, str]:
    numbers: dict[UUID, str] = {}
    for sitting_id in {one.sitting_id for one in effects}:
        attempts = [one.attempt_id for one in effects if one.sitting_id == sitting_id]
        candidates = await delivery.list_candidates(session, sitting_id, attempts)
        numbers |= {attempt_id: candidate.number for attempt_id, candidate in candidates.items()}
    return numbers


def scores(effect: Effect) -> dict[str, Any]:
    return {
        "sitting_id": str(effect.sitting_id),
        "before": effect.score_before,
        "after": effect.score_after,
        "recommendation_before": effect.recommendation_before,
        "recommendation_after": effect.recommendation_after,
        "released": effect.released,
    }
