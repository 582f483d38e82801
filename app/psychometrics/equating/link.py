"""Linking two calibrations through their common items: one scale of ability from two."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.irt.blocks import Curves
from app.psychometrics.irt.model import ItemParameters
from app.psychometrics.numerics import minimise, normal_grid
from app.psychometrics.numerics.quadrature import Quadrature, normalised

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScaleLink:
    """The line ``theta_Y = slope theta_X + intercept`` between two scales of ability.

    slope, intercept: A and B; ``None`` when `reason` says why there is none.
    n_used:    common items.
    criterion: what was minimised, at the minimum; ``None`` where nothing is.
    """

    slope: float | None
    intercept: float | None
    n_used: int
    variant: str
    criterion: float | None = None
    converged: bool = True
    reason: Reason | None = None

    def ability(self, theta: ArrayLike) -> Array:
        """Abilities of the X scale on the Y scale.

        >>> ScaleLink(2.0, 1.0, n_used=5, variant="").ability([0.0, 1.0]).tolist()
        [1.0, 3.0]
        """
        slope, intercept = self._line()
        return slope * np.asarray(theta, dtype=np.float64) + intercept

    def parameters(self, x: ItemParameters) -> ItemParameters:
        """Parameters of the X scale on the Y scale: ``a / A`` and ``A b + B``.

        >>> x = ItemParameters.from_difficulty([0.5], slope=[1.0])
        >>> ScaleLink(2.0, 1.0, n_used=5, variant="").parameters(x).difficulty.tolist()
        [2.0]
        """
        slope, intercept = self._line()
        steep = x.slope / slope
        return ItemParameters(steep, x.intercept - steep * intercept, x.guess)

    def inverse(self) -> "ScaleLink":
        """Return the same line read from Y to X.

        >>> ScaleLink(2.0, 1.0, n_used=5, variant="").inverse().intercept
        -0.5
        """
        slope, intercept = self._line()
        return ScaleLink(1.0 / slope, -intercept / slope, self.n_used, self.variant, self.criterion)

    def _line(self) -> tuple[float, float]:
        if self.slope is None or self.intercept is None:
            raise ValueError(f"the scales are not linked: {self.reason}")
        return self.slope, self.intercept


def link_mean_mean(x: ItemParameters, y: ItemParameters) -> ScaleLink:
    """Mean-mean linking: ``A = mean(a_X) / mean(a_Y)``, ``B = mean(b_Y) - A mean(b_X)``.

    x, y: parameters of the *common* items, in one order, slopes positive.
    Least: 1 item; 10 or a fifth of the form is the usual rule.
    Source: Loyd & Hoover 1980, J. Educ. Meas. 17:179-193; Kolen & Brennan 2014, ch. 6.

    >>> x = ItemParameters.from_difficulty([0.0, 1.0], slope=2.0)
    >>> y = ItemParameters.from_difficulty([1.0, 3.0], slope=1.0)
    >>> link = link_mean_mean(x, y)
    >>> link.slope, link.intercept
    (2.0, 1.0)
    """
    _check(x, y)
    return _through_means(x, y, "mean-mean", lambda: float(x.slope.mean() / y.slope.mean()), least=1)


def link_mean_gmean(x: ItemParameters, y: ItemParameters) -> ScaleLink:
    """Mean-geometric-mean linking: A is the geometric mean of ``a_X / a_Y``; B as in `link_mean_mean`.

    Parameters as in `link_mean_mean`. Source: Mislevy & Bock 1990.

    >>> x = ItemParameters.from_difficulty([0.0, 1.0], slope=2.0)
    >>> y = ItemParameters.from_difficulty([1.0, 3.0], slope=1.0)
    >>> round(link_mean_gmean(x, y).slope, 12)
    2.0
    """
    _check(x, y)
    return _through_means(x, y, "mean-geometric mean", lambda: float(np.exp(np.mean(np.log(x.slope / y.slope)))), 1)


def link_mean_sigma(x: ItemParameters, y: ItemParameters) -> ScaleLink:
    """Mean-sigma linking: ``A = sd(b_Y) / sd(b_X)``, ``B = mean(b_Y) - A mean(b_X)``.

    Parameters as in `link_mean_mean`; at least 2 items of different difficulty (``ANCHORS_ALIKE``).
    Source: Marco 1977, J. Educ. Meas. 14:139-160; Kolen & Brennan 2014, ch. 6.

    >>> x = ItemParameters.from_difficulty([0.0, 1.0], slope=2.0)
    >>> y = ItemParameters.from_difficulty([1.0, 3.0], slope=1.0)
    >>> link_mean_sigma(x, y).slope
    2.0
    """
    _check(x, y)
    if x.n_items > 1 and min(np.ptp(x.difficulty), np.ptp(y.difficulty)) <= 1e-9:  # rounding is no spread
        return ScaleLink(None, None, x.n_items, "mean-sigma", reason=Reason.ANCHORS_ALIKE)
    return _through_means(x, y, "mean-sigma", lambda: float(np.std(y.difficulty) / np.std(x.difficulty)), least=2)


def link_haebara(
    x: ItemParameters,
    y: ItemParameters,
    *,
    quadrature: Quadrature | None = None,
) -> ScaleLink:
    """Haebara linking: the *item* characteristic curves of both calibrations come closest.

    Minimises ``sum_q w_q sum_j (P_j(theta_q; Y) - P_j(theta_q; X on Y))^2`` over A > 0 and B.

    x, y: as in `link_mean_mean`.
    quadrature: (abilities, weights), weights of any positive sum; by default 41 equally spaced
                points on -4..4 with standard normal weights. They are abilities of the Y scale and
                the loss is summed over them only; ``link_haebara(y, x).inverse()`` takes the X scale.
    Source: Haebara 1980, Jpn. Psychol. Res. 22:144-149.

    >>> x = ItemParameters.from_difficulty([-1.0, 0.0, 1.0], slope=[1.0, 2.0, 1.5])
    >>> y = ScaleLink(1.2, 0.5, n_used=3, variant="").parameters(x)
    >>> round(link_haebara(x, y).slope, 8)
    1.2
    """
    return _through_curves(x, y, "Haebara", quadrature, together=False)


def link_stocking_lord(
    x: ItemParameters,
    y: ItemParameters,
    *,
    quadrature: Quadrature | None = None,
) -> ScaleLink:
    """Stocking-Lord linking: the *test* characteristic curves of the common items come closest.

    Minimises ``sum_q w_q (sum_j P_j(theta_q; Y) - sum_j P_j(theta_q; X on Y))^2`` over A > 0 and B.

    Parameters as in `link_haebara`. At least 2 items.
    Source: Stocking & Lord 1983, Appl. Psychol. Meas. 7:201-210.

    >>> x = ItemParameters.from_difficulty([-1.0, 0.0, 1.0], slope=[1.0, 2.0, 1.5])
    >>> y = ScaleLink(1.2, 0.5, n_used=3, variant="").parameters(x)
    >>> round(link_stocking_lord(x, y).intercept, 8)
    0.5
    """
    return _through_curves(x, y, "Stocking-Lord", quadrature, together=True)


def _check(x: ItemParameters, y: ItemParameters) -> None:
    if x.n_items != y.n_items:
        raise ValueError("x and y must be the parameters of the same items")
    check_slopes(x, y)


def check_slopes(x: ItemParameters, y: ItemParameters) -> None:
    """Raise ``ValueError`` unless every item measures in the right direction."""
    if np.any(x.slope <= 0.0) or np.any(y.slope <= 0.0):
        raise ValueError("x and y must have positive slopes")


def _through_means(
    x: ItemParameters, y: ItemParameters, variant: str, slope_of: Callable[[], float], least: int
) -> ScaleLink:
    if x.n_items < least:
        return ScaleLink(None, None, x.n_items, variant, reason=Reason.NO_COMMON_ITEMS)
    slope = slope_of()
    return ScaleLink(slope, float(y.difficulty.mean() - slope * x.difficulty.mean()), x.n_items, variant)


def _through_curves(
    x: ItemParameters,
    y: ItemParameters,
    name: str,
    quadrature: Quadrature | None,
    *,
    together: bool,
) -> ScaleLink:
    _check(x, y)
    theta, weight = normalised(normal_grid(41, bound=4.0) if quadrature is None else quadrature)
    variant = f"{name}, {len(theta)} nodes {theta.min():.4g}..{theta.max():.4g} on the Y scale"
    start = link_mean_mean(x, y)
    if x.n_items < 2 or start.slope is None or start.intercept is None:
        return ScaleLink(None, None, x.n_items, variant, reason=Reason.NO_COMMON_ITEMS)
    curves = _Curves(x, y, theta, weight, together)
    found = minimise(curves.loss, [start.slope, start.intercept], gradient=curves.gradient, tolerance=1e-13)
    if not found.converged:
        return ScaleLink(None, None, x.n_items, variant, converged=False, reason=Reason.NOT_CONVERGED)
    slope, intercept = found.at.tolist()
    return ScaleLink(slope, intercept, x.n_items, variant, criterion=found.value)


@dataclass(frozen=True)
class _Curves:
    """The loss of a line, and its gradient, from the curves of the common items."""

    x: ItemParameters
    y: ItemParameters
    theta: Array
    weight: Array
    together: bool

    def loss(self, at: Array) -> float:
        if at[0] <= 0.0:
            return float("inf")
        return float(self.weight @ np.sum(self._gap(at) ** 2, axis=1))

    def gradient(self, at: Array) -> Array:
        """``2 sum w gap d gap / d (A, B)``, by the chain rule through the logit of the moved curve."""
        by_intercept = -Curves.on_nodes(self._moved(at), self.theta).slope  # the logit is a_X (theta - B) / A + d_X
        parts = [by_intercept * (self.theta[:, None] - at[1]) / at[0], by_intercept]
        if self.together:
            parts = [part.sum(axis=1, keepdims=True) for part in parts]
        gap = self._gap(at)
        return np.array([2.0 * float(self.weight @ np.sum(gap * part, axis=1)) for part in parts])

    def _moved(self, at: Array) -> ItemParameters:
        return ScaleLink(float(at[0]), float(at[1]), self.x.n_items, "").parameters(self.x)

    def _gap(self, at: Array) -> Array:
        """Curves of X on Y less those of Y, (nodes, items), or (nodes, 1) for the sum of the items."""
        gap = self._moved(at).probability(self.theta) - self.y.probability(self.theta)
        return gap.sum(axis=1, keepdims=True) if self.together else gap
