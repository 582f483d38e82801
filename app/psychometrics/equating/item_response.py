"""Equating through item parameters: true scores, and the observed scores that a model expects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.irt.information import expected_score
from app.psychometrics.irt.model import ItemParameters
from app.psychometrics.numerics import normal_gauss_hermite, root, sum_score_distribution
from app.psychometrics.numerics.quadrature import Quadrature, normalised

from .link import ScaleLink, check_slopes
from .result import Equating, curve
from .scores import FormScores, scores_of_equal_rank

Array = NDArray[np.float64]

_FURTHEST = 1e4
"""Ability beyond which a score counts as out of reach."""


@dataclass(frozen=True, slots=True)
class TrueScoreEquating:
    """The true score of Y of a candidate whose true score on X is given.

    scores:      the raw scores of X.
    theta:       the ability with that true score, on the scale of Y; ``None`` at the maximum, which
                 no ability reaches, and where there is no equivalent.
    equivalents: true score of Y at that ability; the maximum corresponds to the maximum.
    reason:      why some equivalents are ``None``, else ``None``.
    n_used:      items of both forms.
    """

    scores: tuple[int, ...]
    theta: tuple[float | None, ...]
    equivalents: tuple[float | None, ...]
    n_used: int
    variant: str
    reason: Reason | None = None

    @property
    def equated_scores(self) -> tuple[int, ...]:
        """The raw scores of X that have an equivalent."""
        return tuple(s for s, e in zip(self.scores, self.equivalents, strict=True) if e is not None)


def true_score_irt(
    x: ItemParameters, y: ItemParameters, *, link: ScaleLink | None = None, below_guessing: bool = False
) -> TrueScoreEquating:
    """IRT true-score equating: find the ability whose expected score on X is s, take its score on Y.

    ``s = sum_j P_j(theta; X)``, solved for theta, then ``y = sum_j P_j(theta; Y)``.

    x, y: parameters of all items of each form, slopes positive.
    link: from the scale of X to that of Y (`link_stocking_lord` and its like); ``None`` when both
          were calibrated together.
    below_guessing: scores not above the sum of the lower asymptotes correspond to no ability. They
          have no equivalent (``BELOW_GUESSING``) or, if asked, lie on the line from 0 and 0 to both sums.
    Source: Lord 1980, ch. 13; Kolen & Brennan 2014, ch. 6; Kolen 1981 for the line.

    >>> x = ItemParameters.from_difficulty([-1.0, 0.0, 1.0], guess=0.2)
    >>> true_score_irt(x, x).equated_scores
    (1, 2, 3)
    """
    x, floor_x, floor_y = _on_scale_of_y(x, link), float(x.guess.sum()), float(y.guess.sum())
    lowest = floor_x + 1e-9  # a sum of tenths is a whole number
    check_slopes(x, y)
    variant = "IRT true score" + (", a line below guessing" if below_guessing else "")
    if not (x.n_items and y.n_items):
        return TrueScoreEquating((), (), (), x.n_items + y.n_items, variant, Reason.TOO_FEW_ITEMS)
    theta: list[float | None] = []
    equivalents: list[float | None] = []
    for score in range(x.n_items + 1):
        at = _ability(x, score) if lowest < score < x.n_items else None
        theta.append(at)
        if at is not None:
            equivalents.append(float(expected_score(y, at)))
        elif score == x.n_items:
            equivalents.append(float(y.n_items))
        elif score == 0 and (below_guessing or floor_x == floor_y == 0.0):
            equivalents.append(0.0)
        else:
            equivalents.append(score / floor_x * floor_y if below_guessing and score <= lowest else None)
    return TrueScoreEquating(
        scores=tuple(range(x.n_items + 1)),
        theta=tuple(theta),
        equivalents=tuple(equivalents),
        n_used=x.n_items + y.n_items,
        variant=variant,
        reason=Reason.BELOW_GUESSING if None in equivalents else None,
    )


def observed_score_irt(
    x: ItemParameters,
    y: ItemParameters,
    *,
    link: ScaleLink | None = None,
    weight: float = 0.5,
    quadrature: Quadrature | None = None,
) -> Equating:
    """IRT observed-score equating: equipercentile equating of the scores that the model expects.

    The distribution of the raw score at each ability is Lord and Wingersky's; mixed over the
    abilities of a synthetic population it takes the place of the observed counts.

    x, y, link: as in `true_score_irt`; an item that was not calibrated has slope 0, and no place here.
    weight: share of the population of X in the synthetic population, 0..1; the rest is that of Y.
    quadrature: (abilities, weights) of *each* population on its own scale; by default standard
                normal with 30 Gauss-Hermite nodes. `n_x` and `n_y` of the result are 0.
    Source: Lord & Wingersky 1984, Appl. Psychol. Meas. 8:453-461; Kolen & Brennan 2014, ch. 6.

    >>> x = ItemParameters.from_difficulty([-1.0, 0.0, 1.0])
    >>> [round(e, 9) for e in observed_score_irt(x, x).equivalents]
    [0.0, 1.0, 2.0, 3.0]
    """
    if not 0.0 <= weight <= 1.0:
        raise ValueError(f"weight must lie in 0..1, got {weight!r}")
    check_slopes(x, y)
    theta, share = normalised(normal_gauss_hermite(30) if quadrature is None else quadrature)
    ability = np.concatenate([theta if link is None else link.ability(theta), theta])
    mixture = np.concatenate([weight * share, (1.0 - weight) * share])
    of_x = FormScores.from_counts(mixture @ sum_score_distribution(_on_scale_of_y(x, link).probability(ability)))
    of_y = FormScores.from_counts(mixture @ sum_score_distribution(y.probability(ability)))
    made = curve(scores_of_equal_rank(of_x, of_y), of_x, of_y, "")
    return Equating(made.equivalents, 0, 0, f"IRT observed score, weight of the population of X {weight:.4g}")


def _on_scale_of_y(x: ItemParameters, link: ScaleLink | None) -> ItemParameters:
    return x if link is None else link.parameters(x)


def _ability(form: ItemParameters, score: float) -> float | None:
    """The ability with this expected score; ``None`` when it lies beyond all sense."""
    bound = 8.0
    while bound <= _FURTHEST:
        found = root(lambda theta: float(expected_score(form, theta)) - score, -bound, bound, tolerance=1e-13)
        if found is not None:
            return found
        bound *= 4.0
    return None
