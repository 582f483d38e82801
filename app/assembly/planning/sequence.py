"""One form after the other: the integer programme of each, and what earlier forms leave to it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.assembly.planning.checking import broken_rules
from app.assembly.planning.constraints import UNIT, Constraints, Indices
from app.assembly.planning.exposure import AIM, budget_of
from app.assembly.randomness import Stream
from app.assembly.types import PlanSettings
from app.psychometrics.programme import Array, Programme

Free = NDArray[np.bool_]

NODES: Final = 60  # of one search: where there is a form, the first one or two find it
# Iterations of a whole plan with all its attempts: minutes of a processor core. 20 forms of 400 items at the least overlap that
# is ever found take 70,000, 200 forms of 2,000 items without trouble 30,000.
MOST_WORK: Final = 400_000
_GAP: Final = 0.05  # the cost is chance: the best choice is no better than a good one
_SEEDS: Final = 1 << 30
_NOISE: Final = 1 << 16
_EVENNESS: Final = 0.5  # what one use too many costs, where chance costs 0 to 1
_STEP: Final = 1.0  # logits above and below the cut, where forms shall give like scores, too
# Rows of earlier forms with whom a random form would share this part of the cap are there from the start; others when broken.
_NEAR: Final = 0.6
# Sums of floats differ in their last digits from processor to processor; rounded, they do not.
_DIGITS: Final = 6


class Stuck(Exception):
    """No next form was found."""


@dataclass(slots=True)
class Work:
    """What a plan may still take, attempt after attempt and form after form, in iterations of the simplex method."""

    left: int

    @property
    def over(self) -> bool:
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class _Band:
    """How near a form must come: to the score at the cut and, above and below it, to the scores of the rates, as shares of the
    tolerance; to the information and the variance of the rates, as shares of them."""

    score: float
    scores: float
    spread: float


# From the narrowest to the widest that is still right; once one is out of reach it is not tried again.
_BANDS: Final = (_Band(AIM, 0.5, 0.02), _Band(AIM, 1.5, 0.06), _Band(1.0, 3.0, 0.1), _Band(1.0, inf, inf))


@dataclass(frozen=True, slots=True)
class Made:
    """A form as places in the pool, and how its search ended."""

    places: Indices
    gap: float
    nodes: int


class Sequential:
    """The forms so far: first the general ones that the settings ask for, then extra ones, which share no block."""

    def __init__(
        self,
        constraints: Constraints,
        settings: PlanSettings,
        rates: Array,
        stream: Stream,
        work: Work,
        *,
        looking_ahead: bool,
    ) -> None:
        self.constraints = constraints
        self.settings = settings
        self.forms: list[Made] = []
        self.used = np.zeros(len(constraints.items), dtype=np.int64)
        self._rates = rates
        self._stream = stream
        self._looking_ahead = looking_ahead
        self._band = 0
        self.nodes = 0
        self._work = work
        theta = constraints.target.theta
        self._scores = [constraints.chance_at(theta + step) / UNIT for step in (-_STEP, _STEP)]
        self._spreads = [constraints.information / UNIT, constraints.variance / UNIT]

    def add_form(self) -> None:
        """The next general form. Raises Stuck where none is found within the widest band, or the work is used up."""
        surplus = self.used - len(self.forms) * self._rates
        while self._band < len(_BANDS) and not self._work.over:
            if self._add(self.noise() + _EVENNESS * surplus, self.left() > 0, _BANDS[self._band]):
                return
            self._band += 1
        raise Stuck

    def add_extra(self, cost: Array, *, barred: Indices, gap: float = _GAP) -> bool:
        """One more form than planned, without the `barred` items; whether one was found."""
        free = self.left() > 0
        free[barred] = False
        return any(self._add(cost, free, band, gap=gap) for band in _BANDS)

    def noise(self) -> Array:
        return np.array([self._stream.below(_NOISE) for _ in self.constraints.items]) / _NOISE

    def left(self) -> NDArray[np.int64]:
        """How often each item may still be used."""
        forms = max(self.settings.forms, len(self.forms) + 1)
        return np.maximum(0, budget_of(self.settings, forms) - self.used)

    def _add(self, cost: Array, free: Free, band: _Band, *, gap: float = _GAP) -> bool:
        """Adds the cheapest form of free items within a band, if one is found before the work is over."""
        programme, cap = self._programme(cost, free, band), self.settings.overlap_cap
        near = {no for no, form in enumerate(self.forms) if self._rates[form.places].sum() > _NEAR * cap}
        bounded: set[int] = set()
        while not self._work.over:
            for no in sorted(near - bounded):
                programme.row(self.forms[no].places, high=cap)
            bounded |= near
            found = programme.solve(gap=gap, nodes=NODES, seed=self._stream.below(_SEEDS))
            self.nodes += found.nodes
            self._work.left -= found.work
            if found.values is None:
                return False
            taken = found.values[: len(cost)] > 0.0
            near = {no for no, form in enumerate(self.forms) if np.count_nonzero(taken[form.places]) > cap}
            if near <= bounded:
                return self._keep(Made(np.flatnonzero(taken), round(found.gap, _DIGITS), found.nodes))
        return False

    def _keep(self, made: Made) -> bool:
        """The solver is not believed: a form counts if it keeps its rules by counting."""
        if broken_rules(self.constraints, self.settings, made.places, [form.places for form in self.forms]):
            return False
        self.forms.append(made)
        self.used[made.places] += 1
        return True

    def _programme(self, cost: Array, free: Free, band: _Band) -> Programme:
        n, to_come = len(cost), self.settings.forms - len(self.forms) - 1
        if self._looking_ahead and to_come > 0:
            upper = np.append(free, np.minimum(self.left(), to_come))
            programme = Programme(np.append(cost, np.zeros(n)), upper, whole=np.arange(2 * n) < n)
            self._add_shadow(programme, to_come)
        else:
            programme = Programme(cost, free)
        self.constraints.add_to(programme)
        self.constraints.add_score_to(programme, band.score * self.constraints.target.tolerance)
        if band.spread < inf:
            self._add_spread(programme, band)
        if self.forms and to_come >= 0:
            programme.row(self.forms[-1].places, low=self.settings.overlap_least)
        return programme

    def _add_shadow(self, programme: Programme, to_come: int) -> None:
        """All forms still to come, as one sum that keeps their rules on average, from what is left over."""
        n = len(self.constraints.items)
        self.constraints.add_to(programme, times=to_come, first=n)
        self.constraints.add_score_to(programme, self.constraints.target.tolerance, times=to_come, first=n)
        for place, left in enumerate(self.left().tolist()):
            programme.row([place, n + place], high=left)

    def _add_spread(self, programme: Programme, band: _Band) -> None:
        places = np.arange(len(self.constraints.items))
        points = band.scores * self.constraints.target.tolerance
        goals = [(weights, self._of_rates(weights), points) for weights in self._scores]
        goals += [(weights, told := self._of_rates(weights), band.spread * told) for weights in self._spreads]
        for weights, wanted, room in goals:
            programme.row(places, weights, low=wanted - room, high=wanted + room)

    def _of_rates(self, weights: Array) -> float:
        return round(float(self._rates @ weights), _DIGITS)
