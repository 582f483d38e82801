"""Sittings that were copied out, as the one set of data of a review: items by lineage, forms by plan, answers scored. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import DTypeLike, NDArray

from app.assembly import ReferenceStandard
from app.grading import Right
from app.itembank import KeyedItem
from app.review.data.sittings import BELL, STOOD, Taken
from app.review.data.types import Remark, ReviewData, ReviewForm, ReviewItem, ReviewPerson, ReviewSitting
from app.schemes import SchemeVersion

FormName = tuple[int, int | None, tuple[UUID, ...]]  # sitting, number in the plan, versions


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan of forms: difficulty and error of its pool by version, and what each of its forms gives at the cut, with its error."""

    standard_id: UUID
    difficulties: Mapping[UUID, tuple[float, float]]
    expected: Mapping[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Known:
    """What was known beside the answers. `states`: of the newest version, by lineage."""

    plans: Mapping[UUID, Planned]  # by sitting
    standard: ReferenceStandard | None
    states: Mapping[UUID, str]


def pool(
    scheme: SchemeVersion,
    taken: Sequence[Taken],
    periods: Sequence[int],
    first_attempts: Collection[UUID],
    groups: Mapping[UUID, dict[str, str]],
    known: Known,
) -> ReviewData:
    """`taken`: the oldest sitting first. The same arguments give the same data."""
    assert scheme.exam is not None, "a sitting has an exam"
    right = _right(taken)
    items = _items(scheme, taken, known, right)
    place = {item.lineage_id: index for index, item in enumerate(items)}
    names = {name: index for index, name in enumerate(sorted(_form_names(taken), key=_order))}
    persons = tuple(
        _person(one, index, row, names, first_attempts, groups)
        for index, one in enumerate(taken)
        for row in range(len(one.heads.attempts))
    )
    columns = _columns(taken, place)
    forms = tuple(_form(name, taken, place, known) for name in names)
    return ReviewData(
        scheme_code=scheme.code,
        scheme_title=scheme.title,
        units=tuple((unit.code, unit.title) for unit in scheme.units),
        pass_mark=scheme.exam.pass_mark,
        max_score=scheme.exam.max_score,
        theta_cut=known.standard.target.theta if known.standard else None,
        sittings=tuple(_sitting(one, period) for one, period in zip(taken, periods, strict=True)),
        items=items,
        forms=forms,
        persons=persons,
        remarks=_remarks(taken, place),
        score=_score(items, right, columns["item"], columns["option"]),
        exposures=_exposures(items, forms, persons),
        **columns,
    )


def _right(taken: Sequence[Taken]) -> dict[UUID, Right]:
    """By lineage, what its newest version calls right: the key, or what corrections made of it."""
    newest: dict[UUID, tuple[int, Right]] = {}
    for one in taken:
        for version, (lineage, number) in one.editions.items():
            right = one.corrected.get(version) or Right(frozenset({one.keyed[version].key}))
            if number >= newest.get(lineage, (0, right))[0]:
                newest[lineage] = number, right
    return {lineage: right for lineage, (_, right) in newest.items()}


def _score(
    items: Sequence[ReviewItem], right: Mapping[UUID, Right], item: NDArray[np.int32], option: NDArray[np.int16]
) -> NDArray[np.int8]:
    """A second key earns the point too; that of a void item says nothing here."""
    takes = np.zeros((len(items), 1 + max((one.n_options for one in items), default=1)), dtype=np.int8)
    for index, one in enumerate(items):
        takes[index, sorted(right[one.lineage_id].options)] = 1
    scored: NDArray[np.int8] = takes[item, option]  # -1, omitted, is the last column, which nothing takes
    return scored


def _items(
    scheme: SchemeVersion, taken: Sequence[Taken], known: Known, right: Mapping[UUID, Right]
) -> tuple[ReviewItem, ...]:
    """By criterion and code; facts are those of the newest version that was seen."""
    editions: dict[UUID, dict[int, KeyedItem]] = {}
    for one in taken:
        for version, edition in one.editions.items():
            editions.setdefault(edition.lineage_id, {})[edition.version_no] = one.keyed[version]
    difficulties = _difficulties(taken, known)
    found = [
        _item(scheme, lineage, versions, known, right[lineage], difficulties.get(lineage, (None, None)))
        for lineage, versions in editions.items()
    ]
    return tuple(sorted(found, key=lambda item: (item.kuk, item.code, item.versions[-1][0])))


def _item(
    scheme: SchemeVersion,
    lineage: UUID,
    versions: Mapping[int, KeyedItem],
    known: Known,
    right: Right,
    difficulty: tuple[float | None, float | None],
) -> ReviewItem:
    keyed = versions[max(versions)]
    return ReviewItem(
        lineage_id=lineage,
        version_id=keyed.version_id,
        code=keyed.code,
        kuk=keyed.kuk,
        unit=scheme.unit_of[keyed.kuk].code,
        n_options=keyed.n_options,
        key=keyed.key if keyed.key in right.options else min(right.options),
        void=right.void,
        state=known.states[lineage],
        versions=tuple((number, versions[number].version_id) for number in sorted(versions)),
        expected_p=keyed.expected_p,
        b=difficulty[0],
        se=difficulty[1],
        in_standard=known.standard is not None and lineage in known.standard.items,
    )


def _difficulties(taken: Sequence[Taken], known: Known) -> dict[UUID, tuple[float, float]]:
    """By lineage, what the newest plan took the item for. A plan knows its whole pool, shown or not."""
    lineage_of = {version: edition.lineage_id for one in taken for version, edition in one.editions.items()}
    plans = [known.plans[one.sitting.id] for one in taken if one.sitting.id in known.plans]
    return {
        lineage_of[version]: figures
        for plan in plans
        for version, figures in plan.difficulties.items()
        if version in lineage_of
    }


def _form_names(taken: Sequence[Taken]) -> set[FormName]:
    return {(index, *name) for index, one in enumerate(taken) for name in one.form_of.values()}


def _order(name: FormName) -> tuple[int, int, tuple[UUID, ...]]:
    return name[0], name[1] or 0, name[2]


def _form(name: FormName, taken: Sequence[Taken], place: Mapping[UUID, int], known: Known) -> ReviewForm:
    sitting, form_no, versions = name
    one = taken[sitting]
    plan = known.plans.get(one.sitting.id)
    expected, error = plan.expected.get(form_no or 0, (None, None)) if plan else (None, None)
    items = tuple(sorted(place[one.editions[version].lineage_id] for version in versions))
    return ReviewForm(sitting, form_no, items, expected, error)


def _person(
    one: Taken,
    sitting: int,
    row: int,
    forms: Mapping[FormName, int],
    first_attempts: Collection[UUID],
    groups: Mapping[UUID, dict[str, str]],
) -> ReviewPerson:
    attempt = one.heads.attempts[row]
    entry = one.heads.roster[attempt.roster_id]
    person_id = one.heads.people[attempt.id]
    return ReviewPerson(
        attempt_id=attempt.id,
        person_id=person_id,
        sitting=sitting,
        form=forms[(sitting, *one.form_of[attempt.id])],
        first=attempt.id in first_attempts,
        score=one.heads.scores[attempt.id],
        minutes=_minutes(one, row),
        by_bell=attempt.submit_reason == BELL,
        room=one.heads.rooms[entry.room_id] if entry.room_id else None,
        seat=entry.seat,
        groups=groups.get(person_id),
    )


def _minutes(one: Taken, row: int) -> float | None:
    """From the start to the end, without what the clock stood."""
    attempt = one.heads.attempts[row]
    if attempt.started_at is None or attempt.submitted_at is None:
        return None
    stood = sum(grant.seconds for grant in one.heads.grants if grant.attempt_id == attempt.id and grant.kind in STOOD)
    used = (attempt.submitted_at - attempt.started_at).total_seconds() - stood
    return round(max(used, 0.0) / 60, 2)


def _sitting(one: Taken, period: int) -> ReviewSitting:
    sitting = one.sitting
    return ReviewSitting(
        id=sitting.id,
        code=sitting.code,
        title=sitting.title,
        held_on=sitting.opens_at.astimezone(ZoneInfo(sitting.zone)).date(),
        mode=sitting.mode,
        period=period,
        duration_seconds=sitting.duration_seconds,
        absent=one.heads.absent,
        sha256=one.sha256,
    )


def _columns(taken: Sequence[Taken], place: Mapping[UUID, int]) -> dict[str, Any]:
    before = np.cumsum([0, *(len(one.heads.attempts) for one in taken)])
    persons = [one.answers.person + first for one, first in zip(taken, before, strict=False)]
    items = [
        np.array([place[one.editions[version].lineage_id] for version in one.versions], dtype=np.int32)[
            one.answers.version
        ]
        for one in taken
    ]
    return {
        "person": _joined(persons, np.int32),
        "item": _joined(items, np.int32),
        "option": _joined([one.answers.option for one in taken], np.int16),
        "position": _joined([one.answers.position for one in taken], np.int16),
        "seconds": _joined([one.answers.seconds for one in taken], np.float32),
    }


def _joined(columns: Sequence[NDArray[Any]], dtype: DTypeLike) -> NDArray[Any]:
    """Also of no sittings at all."""
    return np.concatenate([np.zeros(0, dtype), *columns]).astype(dtype)


def _remarks(taken: Sequence[Taken], place: Mapping[UUID, int]) -> tuple[Remark, ...]:
    """The oldest first."""
    said = [
        (comment.written_at, str(comment.attempt_id), comment.position, index, comment.text)
        for index, one in enumerate(taken)
        for comment in one.heads.comments
        if (comment.attempt_id, comment.position) in one.shown_at
    ]
    return tuple(
        Remark(place[_lineage(taken[index], UUID(attempt), position)], index, words)
        for _, attempt, position, index, words in sorted(said)
    )


def _lineage(one: Taken, attempt_id: UUID, position: int) -> UUID:
    return one.editions[one.shown_at[attempt_id, position]].lineage_id


def _exposures(
    items: Sequence[ReviewItem], forms: Sequence[ReviewForm], persons: Sequence[ReviewPerson]
) -> dict[str, dict[str, int]]:
    """By lineage: in how many forms and sittings of the window the item stood, and how many candidates had it."""
    sat = np.bincount([person.form for person in persons], minlength=len(forms)).tolist()
    found = {str(item.lineage_id): {"forms": 0, "sittings": 0, "candidates": 0} for item in items}
    in_sittings: dict[int, set[int]] = {}
    for number, form in enumerate(forms):
        for item in form.items:
            counts = found[str(items[item].lineage_id)]
            counts["forms"] += 1
            counts["candidates"] += sat[number]
            in_sittings.setdefault(item, set()).add(form.sitting)
    for item, sittings in in_sittings.items():
        found[str(items[item].lineage_id)]["sittings"] = len(sittings)
    return found
