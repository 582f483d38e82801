"""The periods of an exam, one after another, with what is planted in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from app.review.data.types import Remark, ReviewData, ReviewForm, ReviewPerson, ReviewSitting
from tests.factories import KUKS_PER_UNIT
from tests.review_data.answers import DURATION, Columns, Special, answer
from tests.review_data.bank import OPTIONS, Floats, Ints, make_bank, uuids
from tests.review_data.crowd import ROOM_SEATS, Crowd, Known, gathered
from tests.review_data.design import Design, Planted

PASS_MARK, MAX_SCORE = 68, 100
FIRST_DAY = date(2026, 3, 14)
HARDER = 0.35  # logits that everybody on the harder form loses
COPIED_ITEMS, COPIED_SHARE = 40, 0.9


def make_review_data(candidates: int = 600, **arguments: Any) -> ReviewData:
    """See `plant`."""
    return plant(candidates, **arguments).data


def plant(
    candidates: int = 600,
    *,
    mis_key: bool = False,
    leak: bool = False,
    dif: bool = False,
    form: bool = False,
    copy: bool = False,
    **design: Any,
) -> Planted:
    """An exam as `Design` says. In its newest period an item is leaked, the last form is harder, and somebody copies; an item
    has the wrong key, and one is harder for a group, in all periods."""
    making = _Making(Design(candidates, **design))
    chosen = iter(making.often_seen())
    leaked = next(chosen) if leak else None
    differs = next(chosen) if dif else None
    miskeyed = next(chosen) if mis_key else None
    pair = making.sit_all(Special(leaked, differs), harder=form, copy=copy)
    harder = len(making.design.periods) * making.design.forms - 1 if form else None
    return Planted(making.data(miskeyed), miskeyed, leaked, differs, harder, pair)


class _Making:
    def __init__(self, design: Design) -> None:
        self.design = design
        self.rng = np.random.default_rng(design.seed)
        self.periods = sorted(design.periods)  # the oldest first, so that retakes know who sat before
        self.bank = make_bank(self.rng, design.bank, design.standard)
        self.plans = [[self.bank.drawn(self.rng, design.items) for _ in range(design.forms)] for _ in self.periods]
        self.theta_cut = self.bank.theta_at(PASS_MARK / MAX_SCORE)
        self.columns = Columns()
        self.people: list[ReviewPerson] = []

    def often_seen(self) -> list[int]:
        """Items of middling difficulty in forms of the newest period and of earlier ones, those in most forms first."""
        seen = np.zeros(len(self.bank.items), dtype=int)
        for forms in self.plans:
            for members in forms:
                seen[members] += 1
        now = np.isin(np.arange(len(seen)), np.concatenate(self.plans[-1]))
        middling = np.abs(self.bank.b - self.theta_cut + 0.3) < 0.8
        return [int(one) for one in np.argsort(-seen - 0.5 * middling, kind="stable") if now[one] and middling[one]]

    def sit_all(self, special: Special, *, harder: bool, copy: bool) -> tuple[int, int] | None:
        """All sittings; who copied from whom, where somebody did."""
        pair: tuple[int, int] | None = None
        before: list[Known] = []
        for at, period in enumerate(self.periods):
            crowd = gathered(self.rng, self.design, before)
            now, first = period == 0, len(self.people)
            if now and copy:
                source, copier = crowd.neighbours()
                pair = first + source, first + copier
            lost = HARDER if now and harder else 0.0
            self._sit(at, crowd, special if now else replace(special, leaked=None), lost)
            if now and pair:
                self._copy(*pair)
            before = crowd.newcomers
        return pair

    def _sit(self, at: int, crowd: Crowd, special: Special, lost: float) -> None:
        """One sitting; `lost` by everybody on its last form."""
        n, plan, first = len(crowd.persons), self.plans[at], len(self.people)
        form_of = np.arange(n) % len(plan)
        seconds = np.zeros(n)
        for number, members in enumerate(plan):
            who = np.flatnonzero(form_of == number)
            theta = crowd.theta[who] - (lost if number == len(plan) - 1 else 0.0)
            answers = answer(self.rng, self.bank, members, theta, crowd.focal[who], special)
            self.columns.write(first + who, members, answers)
            seconds[who] = np.nansum(answers.seconds, axis=1)
        self.people += self._people(at, crowd, at * len(plan) + form_of, seconds / 60)

    def _people(self, at: int, crowd: Crowd, form: Ints, minutes: Floats) -> list[ReviewPerson]:
        attempts = uuids(self.rng, len(crowd.persons))
        return [
            ReviewPerson(
                attempt_id=attempts[i],
                person_id=person,
                sitting=at,
                form=int(form[i]),
                first=i >= crowd.retaking,
                score=0,  # by the key that the bank will have: see `data`
                minutes=round(float(minutes[i]), 2),
                by_bell=bool(minutes[i] >= DURATION / 60 - 0.01),
                room=f"Ruang {i // ROOM_SEATS + 1}",
                seat=f"{i % ROOM_SEATS + 1}",
                groups=crowd.groups[i],
            )
            for i, person in enumerate(crowd.persons)
        ]

    def _copy(self, source: int, copier: int) -> None:
        """Ninety of a hundred answers to forty shared items are the neighbour's."""
        rows = self.columns.joined()
        person, item, option = rows["person"], rows["item"], rows["option"]
        theirs, own = np.flatnonzero(person == source), np.flatnonzero(person == copier)
        shared, at, to = np.intersect1d(item[theirs], item[own], return_indices=True)
        some = self.rng.permutation(len(shared))[:COPIED_ITEMS]
        some = some[: round(COPIED_SHARE * len(some))]
        option[own[to[some]]] = option[theirs[at[some]]]
        self.columns.option = [option]

    def data(self, miskeyed: int | None) -> ReviewData:
        items = list(self.bank.items)
        if miskeyed is not None:  # the bank says that the most attractive wrong option is the right one
            items[miskeyed] = replace(items[miskeyed], key=(items[miskeyed].key + 1) % OPTIONS)
        rows = self.columns.joined()
        rows["score"] = (rows["option"] == np.array([one.key for one in items])[rows["item"]]).astype(np.int8)
        if not self.design.times:
            rows["seconds"] = np.full_like(rows["seconds"], np.nan)
        totals = np.bincount(rows["person"], weights=rows["score"], minlength=len(self.people)).astype(int).tolist()
        order = np.lexsort((rows["item"], rows["person"]))
        return ReviewData(
            scheme_code="MMu",
            scheme_title="Manajer Mutu",
            units=tuple((f"MM {unit}", f"Unit {unit}") for unit in range(1, len(KUKS_PER_UNIT) + 1)),
            pass_mark=PASS_MARK,
            max_score=MAX_SCORE,
            theta_cut=self.theta_cut if self.design.standard else None,
            sittings=tuple(self._sitting(at, period) for at, period in enumerate(self.periods)),
            items=tuple(items),
            forms=tuple(self._form(at, no, m) for at, plan in enumerate(self.plans) for no, m in enumerate(plan, 1)),
            persons=tuple(replace(one, score=total) for one, total in zip(self.people, totals, strict=True)),
            remarks=tuple(Remark(i, len(self.periods) - 1, "dua jawaban benar") for i in [miskeyed] if i is not None),
            **{name: column[order] for name, column in rows.items()},
        )

    def _sitting(self, at: int, period: int) -> ReviewSitting:
        return ReviewSitting(
            id=uuids(self.rng, 1)[0],
            code=f"SIM-{at + 1}",
            title=f"Sesi {at + 1}",
            held_on=FIRST_DAY + timedelta(days=182 * period),
            mode="offline",
            period=period,
            duration_seconds=DURATION,
            absent=self.design.candidates // 50,
            sha256=f"{at:064x}",
        )

    def _form(self, at: int, number: int, members: Ints) -> ReviewForm:
        holds = tuple(sorted(members.tolist()))
        if not self.design.standard:
            return ReviewForm(at, number, holds, None, None)
        expected = float((1 / (1 + np.exp(self.bank.b[members] - self.theta_cut))).sum())
        return ReviewForm(at, number, holds, expected, 0.9)
