"""One form after the other: the integer programme of each, and what earlier forms leave to it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from app.assembly.checking import broken_rules
from app.assembly.constraints import UNIT, Constraints, Indices
from app.assembly.exposure import AIM, as_places, budget_of
from app.assembly.randomness import Stream
from app.assembly.types import PlanSettings
from app.psychometrics.programme import Array, Programme

NODES = 400
GAP = 0.05
_SEEDS = 1 << 30
_NOISE = 1 << 16
_EVENNESS = 0.5
# Rows of earlier forms with whom a random form would share this part of the cap are there from the start; others when broken.
_NEAR = 0.6


class Stuck(Exception):
    """No next form was found."""


@dataclass(frozen=True, slots=True)
class _Band:
    """How near a form must come: to the score (share of the tolerance), and to the spread of the rates."""

    score: float
    points: float  # of the expected score one logit above and below the cut, as a share of the tolerance
    information: float  # at the cut, as a share of it


# From the narrowest to the widest that is still right; once one is out of reach it is not tried again.
_BANDS = (_Band(AIM, 0.5, 0.02), _Band(AIM, 1.5, 0.06), _Band(1.0, 3.0, 0.1), _Band(1.0, inf, inf))


@dataclass(frozen=True, slots=True)
class Made:
    """A form as places in the pool, and how its search ended."""

    places: Indices
    gap: float
    nodes: int


class Sequential:
    """The forms so far."""

    def __init__(
        self, constraints: Constraints, settings: PlanSettings, rates: Array, stream: Stream, *, looking_ahead: bool
    ) -> None:
        self.constraints = constraints
        self.settings = settings
        self.forms: list[Made] = []
        self.used = np.zeros(len(constraints.items), dtype=np.int64)
        self._rates = rates
        self._stream = stream
        self._looking_ahead = looking_ahead
        self._band = 0
        self._spread = [
            (weights, float(rates @ weights), relative)
            for weights, relative in (
                (constraints.chance_at(constraints.target.theta - 1.0) / UNIT, False),
                (constraints.chance_at(constraints.target.theta + 1.0) / UNIT, False),
                (constraints.information / UNIT, True),
                (constraints.variance / UNIT, True),
            )
        ]

    def add_form(self) -> None:
        """The next general form. Raises Stuck where none is found within the widest band."""
        surplus = self.used - len(self.forms) * self._rates
        while self._band < len(_BANDS):
            made = self._search(self.noise() + _EVENNESS * surplus, _BANDS[self._band])
            if made is not None:
                self._keep(made)
                return
            self._band += 1
        raise Stuck

    def add_form_with(self, cost: Array, *, gap: float, barred: Indices) -> bool:
        """One more form than planned, without the `barred` items; whether one was found."""
        for band in _BANDS:
            made = self._search(cost, band, gap=gap, barred=barred, extra=True)
            if made is not None:
                self._keep(made)
                return True
        return False

    def noise(self) -> Array:
        return np.array([self._stream.below(_NOISE) for _ in self.constraints.items]) / _NOISE

    def left(self, *, extra: bool = False) -> NDArray[np.int64]:
        """How often each item may still be used."""
        forms = len(self.forms) + 1 if extra else self.settings.forms
        return np.maximum(0, budget_of(self.settings, forms) - self.used)

    def _keep(self, made: Made) -> None:
        self.forms.append(made)
        self.used[made.places] += 1

    def _search(
        self, cost: Array, band: _Band, *, gap: float = GAP, barred: Indices | None = None, extra: bool = False
    ) -> Made | None:
        """Adds the rows of forms with which too much is shared until none is."""
        programme = self._programme(cost, band, barred, extra=extra)
        share = self._rates_of_earlier()
        near = {no for no, expected in enumerate(share) if expected > _NEAR * self.settings.overlap_cap}
        for no in sorted(near):
            programme.row(self.forms[no].places, high=self.settings.overlap_cap)
        while True:
            found = programme.solve(gap=gap, nodes=NODES, seed=self._stream.below(_SEEDS))
            if found.values is None:
                return None
            made = Made(as_places(found.values[: len(self.constraints.items)]), found.gap, found.nodes)
            shared = [len(np.intersect1d(made.places, form.places, assume_unique=True)) for form in self.forms]
            above = {no for no, count in enumerate(shared) if count > self.settings.overlap_cap} - near
            if not above:
                return made if not broken_rules(self.constraints, made.places.tolist()) else None
            near |= above
            for no in sorted(above):
                programme.row(self.forms[no].places, high=self.settings.overlap_cap)

    def _rates_of_earlier(self) -> list[float]:
        """How many items of each earlier form a form with these rates would hold."""
        return [float(self._rates[form.places].sum()) for form in self.forms]

    def _programme(self, cost: Array, band: _Band, barred: Indices | None, *, extra: bool) -> Programme:
        n, left = len(self.constraints.items), self.left(extra=extra)
        free = (left > 0).astype(np.float64)
        if barred is not None:
            free[barred] = 0.0
        to_come = self.settings.forms - len(self.forms) - 1
        ahead = self._looking_ahead and to_come > 0 and not extra
        if ahead:
            programme = Programme(
                np.append(cost, np.zeros(n)),
                np.append(free, np.minimum(left, to_come)),
                whole=np.arange(2 * n) < n,
            )
            self._add_shadow(programme, to_come, left)
        else:
            programme = Programme(cost, free)
        self.constraints.add_to(programme)
        self.constraints.add_score_to(programme, band.score * self.constraints.target.tolerance)
        self._add_spread(programme, band)
        if self.forms and self.settings.overlap_least and not extra:
            programme.row(self.forms[-1].places, low=self.settings.overlap_least)
        return programme

    def _add_shadow(self, programme: Programme, to_come: int, left: NDArray[np.int64]) -> None:
        """All forms still to come, as one sum that keeps their rules on average, from what is left over."""
        n = len(self.constraints.items)
        self.constraints.add_to(programme, times=to_come, first=n)
        self.constraints.add_score_to(programme, self.constraints.target.tolerance, times=to_come, first=n)
        for place in range(n):
            programme.row([place, n + place], high=float(left[place]))

    def _add_spread(self, programme: Programme, band: _Band) -> None:
        if band.points == inf:
            return
        places = np.arange(len(self.constraints.items))
        for weights, wanted, relative in self._spread:
            room = band.information * wanted if relative else band.points * self.constraints.target.tolerance
            programme.row(places, weights, low=wanted - room, high=wanted + room)
