"""Adaptive integration to a stated tolerance, with extrapolation where an end is singular.

The algorithm QAGS: Gauss-Kronrod pairs of 10 and 21 points, halving of the interval with the largest
error, and Wynn's epsilon algorithm on the sums. Where the shape of the integrand is known, the rules of
`quadrature` and `beta_quadrature` are both faster and exact.

Sources: Piessens, de Doncker-Kapenga, Ueberhuber & Kahaner 1983, QUADPACK; Wynn 1956.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_EPS = sys.float_info.epsilon
_TINY = sys.float_info.min
_HALF_NODES = (
    0.995657163025808080735527280689003,
    0.973906528517171720077964012084452,
    0.930157491355708226001207180059508,
    0.865063366688984510732096688423493,
    0.780817726586416897063717578345042,
    0.679409568299024406234327365114874,
    0.562757134668604683339000099272694,
    0.433395394129247190799265943165784,
    0.294392862701460198131126603103866,
    0.148874338981631210884826001129720,
)
_HALF_KRONROD = (
    0.011694638867371874278064396062192,
    0.032558162307964727478818972459390,
    0.054755896574351996031381300244580,
    0.075039674810919952767043140916190,
    0.093125454583697605535065465083366,
    0.109387158802297641899210590325805,
    0.123491976262065851077958109585166,
    0.134709217311473325928054001771707,
    0.142775938577060080797094273138717,
    0.147739104901338491374841515972068,
)
_MIDDLE_KRONROD = 0.149445554002916905664936468389821
_NODES = np.array([-x for x in _HALF_NODES] + [0.0] + list(reversed(_HALF_NODES)))
_KRONROD = np.array([*_HALF_KRONROD, _MIDDLE_KRONROD, *reversed(_HALF_KRONROD)])
_GAUSS = np.zeros(21)
_GAUSS[1::2] = np.polynomial.legendre.leggauss(10)[1]


def integrate_adaptive(
    function: Callable[[Array], Array], low: float, high: float, *, tolerance: float = 1e-10, most_panels: int = 100
) -> float:
    """Integrate a function over [low, high], to `tolerance` absolute or relative, whichever is larger.

    function:  (21,) -> (21,), finite inside the interval; its ends are never asked for.
    tolerance: > 0, of the estimated error: the true one is mostly far smaller, and may be larger for a
               function with a peak that the first 21 points miss.

    >>> round(integrate_adaptive(lambda x: x**-0.5, 0.0, 1.0), 10)
    2.0
    """
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ValueError(f"low and high must be finite and in order, got {low!r} and {high!r}")
    if not tolerance > 0.0:
        raise ValueError(f"tolerance must be positive, got {tolerance!r}")
    first = _panel(function, low, high)
    good = first.error <= max(tolerance, tolerance * abs(first.area)) and not first.blind
    if good or first.error <= 100.0 * _EPS * first.size:
        return first.area
    return _Search(function, tolerance, [first], 0.375 * (high - low)).run(most_panels)


@dataclass(frozen=True, slots=True)
class _Panel:
    low: float
    high: float
    area: float
    error: float
    size: float  # integral of the absolute value
    blind: bool  # the error is all of the variation: the points saw nothing of the shape

    @property
    def width(self) -> float:
        return self.high - self.low


def _panel(function: Callable[[Array], Array], low: float, high: float) -> _Panel:
    half = 0.5 * (high - low)
    values = function(0.5 * (low + high) + half * _NODES)
    kronrod = float(_KRONROD @ values)
    size = float(_KRONROD @ np.abs(values)) * half
    spread = float(_KRONROD @ np.abs(values - 0.5 * kronrod)) * half
    error = abs(kronrod - float(_GAUSS @ values)) * half
    if spread > 0.0 and error > 0.0:
        error = spread * min(1.0, (200.0 * error / spread) ** 1.5)
    if size > _TINY / (50.0 * _EPS):
        error = max(50.0 * _EPS * size, error)
    return _Panel(low, high, kronrod * half, error, size, error == spread)


@dataclass(slots=True)
class _Search:
    """Halve the panel with the largest error; wide panels first, whenever the sums are extrapolated."""

    function: Callable[[Array], Array]
    tolerance: float
    panels: list[_Panel]  # in falling order of error
    small: float  # a panel is wide above this width
    table: list[float] = field(default_factory=list)  # last diagonal of the epsilon table
    recent: list[float] = field(default_factory=list)  # the last three extrapolations
    best: float = 0.0  # the extrapolation with the least error
    best_error: float = math.inf
    collapsed: bool = False  # the table holds nothing more
    noise: int = 0  # halvings that rounding made useless
    stale: int = 0  # extrapolations since the best one

    def run(self, most_panels: int) -> float:
        target, weeding, chosen = self._allowed(self.panels[0].area), False, self.panels[0]
        self.table.append(self.panels[0].area)
        while len(self.panels) < most_panels and self.noise < 10:
            self._halve(chosen)
            area = self._area()
            if self._error() <= self._allowed(area):
                return area
            chosen = self.panels[0]
            if len(self.panels) == 2:
                self.table.append(area)
                target = self._allowed(area)
                continue
            if self.collapsed or (not weeding and chosen.width > self.small):
                continue
            weeding = True
            wide = [panel for panel in self.panels if panel.width > self.small]
            if sum(panel.error for panel in wide) > target:
                chosen = wide[0]
                continue
            if self._extrapolate(area):
                target = self._allowed(self.best)
                if self.best_error <= target:
                    return self.best
            if self.stale > 5 and self.best_error < 1e-3 * self._error():
                break
            weeding, self.small = False, 0.5 * self.small
        area = self._area()
        better = self.best_error * abs(area) <= self._error() * abs(self.best)
        return self.best if self.best_error < math.inf and better else area

    def _allowed(self, area: float) -> float:
        return max(self.tolerance, self.tolerance * abs(area))

    def _area(self) -> float:
        return sum(panel.area for panel in self.panels)

    def _error(self) -> float:
        return sum(panel.error for panel in self.panels)

    def _halve(self, panel: _Panel) -> None:
        middle = 0.5 * (panel.low + panel.high)
        left, right = _panel(self.function, panel.low, middle), _panel(self.function, middle, panel.high)
        area, error = left.area + right.area, left.error + right.error
        no_gain = abs(panel.area - area) <= 1e-5 * abs(area) and error >= 0.99 * panel.error
        if no_gain and not (left.blind or right.blind):
            self.noise += 1
        self.panels.remove(panel)
        self.panels = sorted([*self.panels, left, right], key=lambda each: -each.error)

    def _extrapolate(self, area: float) -> bool:
        """Extrapolate the sums; is it better than before?"""
        self.table.append(area)
        self.table, result = _epsilon(self.table)
        changes = sum(abs(result - old) for old in self.recent) if len(self.recent) == 3 else math.inf
        error = max(changes, 5.0 * _EPS * abs(result))
        self.recent = [*self.recent[-2:], result]
        self.collapsed = len(self.table) == 1
        self.stale += 1
        if not error < self.best_error:
            return False
        self.best, self.best_error, self.stale = result, error, 0
        return True


def _epsilon(diagonal: list[float]) -> tuple[list[float], float]:
    """Carry the epsilon table on by its newest sum, last; return the new diagonal and the limit."""
    n = len(diagonal)
    result, error = diagonal[-1], math.inf
    if n < 3:  # nothing to extrapolate from
        return diagonal, result
    work = [*diagonal[:-1], sys.float_info.max, 0.0, diagonal[-1]]
    kept, at = n, n - 1
    for step in range((n - 1) // 2):
        e0, e1, e2, e3 = work[at - 2], work[at - 1], work[at + 2], work[at]
        up, down, across = e2 - e1, e1 - e0, e1 - e3
        same_up = abs(up) <= max(abs(e2), abs(e1)) * _EPS
        same_down = abs(down) <= max(abs(e1), abs(e0)) * _EPS
        if same_up and same_down:  # converged
            return diagonal, e2
        work[at] = e1
        same_across = abs(across) <= max(abs(e1), abs(e3)) * _EPS
        inverse = 0.0 if same_up or same_down or same_across else 1.0 / across + 1.0 / up - 1.0 / down
        if abs(inverse * e1) <= 1e-4:  # irregular: the rest of the table says nothing
            kept = 2 * step + 1
            break
        value = e1 + 1.0 / inverse
        work[at] = value
        at -= 2
        around = abs(up) + abs(value - e2) + abs(down)
        if around <= error:
            result, error = value, around
    first = 1 if n % 2 == 0 else 0
    for position in range(first, first + 2 * ((n - 1) // 2 + 1), 2):
        work[position] = work[position + 2]
    return work[n - kept : n], result
