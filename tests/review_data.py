"""Synthetic data of a review: candidates who answer by the two-parameter model, with plants that a review must find.

`plant(...)` returns the data and where the plants lie; `make_review_data(...)` the data alone. The same arguments make the same data.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.review.data.types import Remark, ReviewData, ReviewForm, ReviewItem, ReviewPerson, ReviewSitting
from tests.factories import KUKS_PER_UNIT, kuks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
OPTIONS = 4
DURATION = 7200
ROOM_SEATS = 20
MEAN_SECONDS = 38.0  # per item: few candidates are still at work when the bell rings
HARDER = 0.35  # logits that everybody on the harder form loses
DIF_LOGITS = 1.0
LEAKED = 0.25
COPIED_ITEMS, COPIED_SHARE = 40, 0.9
FIRST_DAY = date(2026, 3, 14)
ATTRIBUTE, FOCAL, REFERENCE = "jenis kelamin", "perempuan", "laki-laki"


@dataclass(frozen=True, slots=True)
class Planted:
    """Where the plants lie: indices of items, of the form (in `data.forms`) and of two persons (source, copier)."""

    data: ReviewData
    mis_key: int | None = None
    leak: int | None = None
    dif: int | None = None
    form: int | None = None
    pair: tuple[int, int] | None = None


@dataclass(slots=True)
class _Columns:
    person: list[NDArray[Any]] = field(default_factory=list)
    item: list[NDArray[Any]] = field(default_factory=list)
    option: list[NDArray[Any]] = field(default_factory=list)
    position: list[NDArray[Any]] = field(default_factory=list)
    seconds: list[NDArray[Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Bank:
    """What is true of the items; the review sees `items` alone."""

    a: Floats
    b: Floats
    key: Ints
    wrong: Floats  # (items, 3) how the wrong options attract, in the order after the key
    pace: Floats  # mean seconds
    items: tuple[ReviewItem, ...]
    by_kuk: Ints  # (kuks, items of each)


def make_review_data(candidates: int = 600, **arguments: Any) -> ReviewData:
    """See `plant`."""
    return plant(candidates, **arguments).data


def plant(
    candidates: int = 600,
    *,
    forms: int = 2,
    bank: int = 200,
    items: int = 100,
    periods: tuple[int, ...] = (0, -1, -2),
    seed: int = 1,
    retakes: float = 0.05,
    consent: float = 0.9,
    mis_key: bool = False,
    leak: bool = False,
    dif: bool = False,
    form: bool = False,
    copy: bool = False,
    times: bool = True,
    standard: bool = True,
) -> Planted:
    """`candidates` in each period, one sitting each, on `forms` forms of `items` items (both multiples of 20) from a bank of `bank`.

    `retakes`: the share of a period's candidates who sat in the period before. `consent`: the share with a group. `times`: seconds
    per item are known. `standard`: the bank stands in a reference standard, and plans know difficulties.
    """
    return _Making(
        np.random.default_rng(seed), candidates, forms, bank, items, periods, retakes, consent, times, standard
    ).made(mis_key=mis_key, leak=leak, dif=dif, form=form, copy=copy)


class _Making:
    def __init__(
        self,
        rng: np.random.Generator,
        candidates: int,
        forms: int,
        bank: int,
        items: int,
        periods: tuple[int, ...],
        retakes: float,
        consent: float,
        times: bool,
        standard: bool,
    ) -> None:
        self.rng, self.candidates, self.times = rng, candidates, times
        self.retakes, self.consent, self.standard = retakes, consent, standard
        self.periods = sorted(periods)  # the oldest first, so that retakes know who sat before
        self.bank = _bank(rng, bank, standard)
        self.plans = [
            [_draw(rng, self.bank, items // len(self.bank.by_kuk)) for _ in range(forms)] for _ in self.periods
        ]
        self.theta_cut = _theta_at(self.bank, 0.68)
        self.columns = _Columns()
        self.people: list[ReviewPerson] = []
        self.before: list[tuple[UUID, float, dict[str, str] | None]] = []

    def made(self, *, mis_key: bool, leak: bool, dif: bool, form: bool, copy: bool) -> Planted:
        chosen = iter(self._often_seen())
        self.leaked = next(chosen) if leak else None
        self.differs = next(chosen) if dif else None
        miskeyed = next(chosen) if mis_key else None
        pair: tuple[int, int] | None = None
        for at, period in enumerate(self.periods):
            found = self._sit(at, period, harder=form and period == 0, copy=copy and period == 0)
            pair = found or pair
        data = self._data(miskeyed)
        harder = len(data.forms) - 1 if form else None
        return Planted(data, miskeyed, self.leaked, self.differs, harder, pair)

    def _often_seen(self) -> list[int]:
        """Items of middling difficulty in forms of the newest period and of earlier ones, those in most forms first."""
        seen = np.zeros(len(self.bank.items), dtype=int)
        for forms in self.plans:
            for members in forms:
                seen[members] += 1
        now = np.isin(np.arange(len(seen)), np.concatenate(self.plans[-1]))
        middling = np.abs(self.bank.b - self.theta_cut + 0.3) < 0.8
        return [int(one) for one in np.argsort(-seen - 0.5 * middling, kind="stable") if now[one] and middling[one]]

    def _sit(self, at: int, period: int, *, harder: bool, copy: bool) -> tuple[int, int] | None:
        n, first = self.candidates, len(self.people)
        known = [one for one in self.before if self.rng.random() < self.retakes][: n // 2]
        theta = self.rng.normal(0.15, 1.0, n)
        theta[: len(known)] = [ability + 0.2 for _, ability, _ in known]
        persons = [one for one, _, _ in known] + _uuids(self.rng, n - len(known))
        groups = [one for _, _, one in known] + self._groups(n - len(known))
        focal = np.array([one is not None and one[ATTRIBUTE] == FOCAL for one in groups])
        form_of = np.arange(n) % len(self.plans[at])
        pair = self._neighbours(theta, len(known)) if copy else None
        totals, by_bell, minutes = np.zeros(n, int), np.zeros(n, bool), np.zeros(n)
        for number, members in enumerate(self.plans[at]):
            who = np.flatnonzero(form_of == number)
            lost = HARDER if harder and number == len(self.plans[at]) - 1 else 0.0
            option, spent = self._answers(theta[who] - lost, focal[who], members, leak=period == 0)
            self._write(first + who, members, option, spent)
            totals[who] = (option == self.bank.key[members]).sum(axis=1)
            minutes[who] = np.nansum(spent, axis=1) / 60
            by_bell[who] = minutes[who] >= DURATION / 60 - 0.01
        attempts = _uuids(self.rng, n)
        self.people += [
            ReviewPerson(
                attempt_id=attempts[i],
                person_id=persons[i],
                sitting=at,
                form=at * len(self.plans[at]) + int(form_of[i]),
                first=i >= len(known),
                score=int(totals[i]),
                minutes=round(float(minutes[i]), 2),
                by_bell=bool(by_bell[i]),
                room=f"Ruang {i // ROOM_SEATS + 1}",
                seat=f"{i % ROOM_SEATS + 1}",
                groups=groups[i],
            )
            for i in range(n)
        ]
        self.before = list(zip(persons[len(known) :], theta[len(known) :].tolist(), groups[len(known) :], strict=True))
        if pair is None:
            return None
        self._copy(first + pair[0], first + pair[1])
        return first + pair[0], first + pair[1]

    def _groups(self, n: int) -> list[dict[str, str] | None]:
        agreed = self.rng.random(n) < self.consent
        value = np.where(self.rng.random(n) < 0.45, FOCAL, REFERENCE)
        return [{ATTRIBUTE: str(v)} if yes else None for yes, v in zip(agreed, value, strict=True)]

    def _answers(self, theta: Floats, focal: NDArray[np.bool_], members: Ints, *, leak: bool) -> tuple[Ints, Floats]:
        """(persons, items) options and seconds; what was not reached before the bell is omitted, in zero seconds."""
        bank, rng, shape = self.bank, self.rng, (len(theta), len(members))
        logit = bank.a[members] * (theta[:, None] - bank.b[members])
        if self.differs is not None:
            logit -= DIF_LOGITS * np.outer(focal, members == self.differs)
        right = rng.random(shape, dtype=np.float32) < 1 / (1 + np.exp(-logit))
        if leak and self.leaked in members:
            place = int(np.flatnonzero(members == self.leaked)[0])
            wrong = ~right[:, place]
            right[:, place] |= wrong & (rng.random(len(theta)) < LEAKED / max(wrong.mean(), LEAKED))
        drawn = rng.random(shape, dtype=np.float32)
        edges = bank.wrong.cumsum(axis=1)[members]
        beyond = 1 + (drawn > edges[:, 0]) + (drawn > edges[:, 1])
        option = np.where(right, bank.key[members], (bank.key[members] + beyond) % OPTIONS)
        option[rng.random(shape, dtype=np.float32) < 0.003] = -1
        spent = bank.pace[members] * np.exp(rng.normal(0, 0.25, len(theta))[:, None] + rng.normal(0, 0.45, shape))
        return self._until_the_bell(option, spent)

    def _until_the_bell(self, option: Ints, spent: Floats) -> tuple[Ints, Floats]:
        """Everybody goes through the items in an order of their own; the bell cuts off what is left."""
        self.order = np.argsort(self.rng.random(spent.shape, dtype=np.float32), axis=1)
        used = np.take_along_axis(spent, self.order, axis=1).cumsum(axis=1)
        late = np.zeros_like(used, dtype=bool)
        np.put_along_axis(late, self.order, used > DURATION, axis=1)
        left = np.zeros_like(spent)
        np.put_along_axis(left, self.order, np.clip(DURATION - np.roll(used, 1, axis=1), 0, None), axis=1)
        return np.where(late, -1, option), np.where(late, np.where(left < spent, left, 0.0), spent)

    def _write(self, who: Ints, members: Ints, option: Ints, spent: Floats) -> None:
        position = np.empty_like(self.order)
        np.put_along_axis(position, self.order, np.arange(1, len(members) + 1)[None, :], axis=1)
        self.columns.person.append(np.repeat(who, len(members)).astype(np.int32))
        self.columns.item.append(np.tile(members, len(who)).astype(np.int32))
        self.columns.option.append(option.ravel().astype(np.int16))
        self.columns.position.append(position.ravel().astype(np.int16))
        self.columns.seconds.append(spent.ravel().astype(np.float32))

    def _neighbours(self, theta: Floats, retaking: int) -> tuple[int, int]:
        """Two who sit side by side and do not know much: they have wrong answers to share."""
        away = np.abs(theta + 0.8)
        one = retaking + 1 + int(np.argmin(away[retaking + 1 : -1] + away[retaking + 2 :]))
        one -= one % ROOM_SEATS == ROOM_SEATS - 1
        theta[[one, one + 1]] = -0.8
        return one, one + 1

    def _copy(self, source: int, copier: int) -> None:
        """Ninety of a hundred answers to forty shared items are the neighbour's."""
        person, item = (np.concatenate(one) for one in (self.columns.person, self.columns.item))
        option = np.concatenate(self.columns.option)
        theirs, own = np.flatnonzero(person == source), np.flatnonzero(person == copier)
        shared, at, to = np.intersect1d(item[theirs], item[own], return_indices=True)
        some = self.rng.permutation(len(shared))[:COPIED_ITEMS]
        some = some[: round(COPIED_SHARE * len(some))]
        option[own[to[some]]] = option[theirs[at[some]]]
        self.columns.option = [option]
        right = int((option[own] == self.bank.key[item[own]]).sum())
        self.people[copier] = replace(self.people[copier], score=right)

    def _data(self, miskeyed: int | None) -> ReviewData:
        items, person, item, option, position, seconds = (
            list(self.bank.items),
            *(np.concatenate(getattr(self.columns, one)) for one in _Columns.__slots__),
        )
        if miskeyed is not None:  # the bank says that the most attractive wrong option is the right one
            items[miskeyed] = replace(items[miskeyed], key=(items[miskeyed].key + 1) % OPTIONS)
        score = (option == np.array([one.key for one in items])[item]).astype(np.int8)
        totals = np.bincount(person, weights=score, minlength=len(self.people)).astype(int).tolist()
        people = [replace(one, score=total) for one, total in zip(self.people, totals, strict=True)]
        order = np.lexsort((item, person))
        return ReviewData(
            scheme_code="MMu",
            scheme_title="Manajer Mutu",
            units=tuple((f"MM {unit}", f"Unit {unit}") for unit in range(1, len(KUKS_PER_UNIT) + 1)),
            pass_mark=68,
            max_score=100,
            theta_cut=self.theta_cut if self.standard else None,
            sittings=tuple(self._sitting(at, period) for at, period in enumerate(self.periods)),
            items=tuple(items),
            forms=tuple(self._form(at, no, m) for at, plan in enumerate(self.plans) for no, m in enumerate(plan)),
            persons=tuple(people),
            remarks=tuple(Remark(i, len(self.periods) - 1, "dua jawaban benar") for i in [miskeyed] if i is not None),
            person=person[order],
            item=item[order],
            option=option[order],
            score=score[order],
            position=position[order],
            seconds=(seconds if self.times else np.full_like(seconds, np.nan))[order],
        )

    def _sitting(self, at: int, period: int) -> ReviewSitting:
        return ReviewSitting(
            id=_uuids(self.rng, 1)[0],
            code=f"SIM-{at + 1}",
            title=f"Sesi {at + 1}",
            held_on=FIRST_DAY + timedelta(days=182 * period),
            mode="offline",
            period=period,
            duration_seconds=DURATION,
            absent=self.candidates // 50,
            sha256=f"{at:064x}",
        )

    def _form(self, at: int, number: int, members: Ints) -> ReviewForm:
        expected = float((1 / (1 + np.exp(self.bank.b[members] - self.theta_cut))).sum())
        known = self.standard
        return ReviewForm(
            at, number + 1, tuple(sorted(members.tolist())), expected if known else None, 0.9 if known else None
        )


def _bank(rng: np.random.Generator, size: int, standard: bool) -> _Bank:
    all_kuks = kuks()
    each = size // len(all_kuks)
    a = np.exp(rng.normal(0.0, 0.2, size))
    b = np.clip(
        rng.normal(-0.95, 0.75, size), -2.6, 0.6
    )  # no sound item is answered by nearly all, or by hardly anybody
    key = rng.integers(0, OPTIONS, size)
    wrong = np.sort(rng.dirichlet([4.0, 4.0, 4.0], size), axis=1)[:, ::-1]
    judged = np.clip(1 / (1 + np.exp(0.85 * b)) + rng.normal(0, 0.08, size), 0.2, 0.97)
    planned = b + rng.normal(0, 0.15, size)
    items = tuple(
        ReviewItem(
            lineage_id=lineage,
            version_id=version,
            code=f"MMU-{all_kuks[i // each]}-{i % each + 1:02d}",
            kuk=all_kuks[i // each],
            unit=f"MM {all_kuks[i // each].split('.')[0]}",
            n_options=OPTIONS,
            key=int(key[i]),
            void=False,
            state="active",
            versions=((1, version),),
            expected_p=round(float(judged[i]), 2),
            b=round(float(planned[i]), 4) if standard else None,
            se=0.15 if standard else None,
            in_standard=standard,
        )
        for i, (lineage, version) in enumerate(zip(_uuids(rng, size), _uuids(rng, size), strict=True))
    )
    pace = MEAN_SECONDS * np.exp(rng.normal(0, 0.25, size))
    return _Bank(a, b, key, wrong, pace, items, np.arange(size).reshape(len(all_kuks), each))


def _draw(rng: np.random.Generator, bank: _Bank, per_kuk: int) -> Ints:
    return np.concatenate([rng.permutation(members)[:per_kuk] for members in bank.by_kuk])


def _theta_at(bank: _Bank, share: float) -> float:
    """The ability at which the bank as a whole gives this share of its points."""
    grid = np.linspace(-3, 3, 1201)
    curve = (1 / (1 + np.exp(-bank.a * (grid[:, None] - bank.b)))).mean(axis=1)
    return float(grid[np.searchsorted(curve, share)])


def _uuids(rng: np.random.Generator, n: int) -> list[UUID]:
    raw = rng.bytes(16 * n)
    return [UUID(bytes=raw[16 * i : 16 * i + 16], version=4) for i in range(n)]
