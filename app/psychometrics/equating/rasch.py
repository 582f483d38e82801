"""Linking two Rasch calibrations by a shift, without the anchors that moved."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.numerics import robust_z

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RaschShift:
    """``b_Y = b_X + shift`` over the anchors that kept their difficulty.

    shift:    the mean difference b_Y - b_X over the anchors kept, its standard error s / sqrt(n).
    kept:     indices of the anchors used.
    dropped:  indices of the anchors left out, in the order in which they went.
    robust_z: (anchors,) how far each lies from the median of the anchors kept, in robust standard
              deviations; ``None`` for one that differs from anchors kept that agree exactly: infinitely far.
    """

    shift: Estimate
    kept: tuple[int, ...]
    dropped: tuple[int, ...]
    robust_z: tuple[float | None, ...]
    variant: str

    @property
    def n_used(self) -> int:
        """Anchors used."""
        return len(self.kept)


def link_rasch(
    x: ArrayLike, y: ArrayLike, *, critical: float = 1.645, largest_drop: float = 0.2, least_anchors: int = 3
) -> RaschShift:
    """Mean shift between two Rasch calibrations over anchors that pass the robust z test.

    ``z = (d - median(d)) / (0.74 IQR(d))`` for the differences d = b_Y - b_X. The anchor with the
    largest |z| beyond `critical` is dropped and all are judged again, until none is beyond it or
    `largest_drop` of the anchors are gone. Then the shift is the mean of d.

    x, y: (anchors,) difficulties of the common items in one order.
    critical: > 0; 1.645 flags one sound anchor in ten where there are hundreds, one in eight of 20; 2.7 flags
              one in a hundred and forty, of 20 one in forty.
    largest_drop: share of the anchors that may go, 0..1; 0 drops none.
    least_anchors: anchors that must stay, >= 1; with fewer at hand ``NO_COMMON_ITEMS``.
    Source: Huynh & Meyer 2010, Pract. Assess. Res. Eval. 15(2), for the robust z.

    >>> link = link_rasch([-1.0, -0.5, 0.0, 0.5, 1.0], [-0.8, -0.31, 0.22, 1.9, 1.21])
    >>> link.dropped, round(link.shift.value, 3)
    ((3,), 0.205)
    """
    moved = _differences(x, y)
    if not critical > 0.0:
        raise ValueError(f"critical must be positive, got {critical!r}")
    if not 0.0 <= largest_drop <= 1.0:
        raise ValueError(f"largest_drop must lie in 0..1, got {largest_drop!r}")
    if least_anchors < 1:
        raise ValueError(f"least_anchors must be at least 1, got {least_anchors!r}")
    variant = f"Rasch mean shift, robust z {critical:g}, at most {largest_drop:.0%} dropped"
    n = len(moved)
    if n < least_anchors:
        return RaschShift(no_estimate(Reason.NO_COMMON_ITEMS, n, variant=variant), (), (), (None,) * n, variant)
    kept, dropped = list(range(n)), list[int]()
    may_go = min(int(largest_drop * n + 1e-9), n - least_anchors)
    while True:
        score = robust_z(moved, among=kept)
        worst = max(kept, key=lambda anchor: (abs(score[anchor]), -abs(moved[anchor]), -moved[anchor]))
        if len(dropped) >= may_go or not abs(score[worst]) > critical:
            break
        kept.remove(worst)
        dropped.append(worst)
    used = moved[kept]
    se = float(np.std(used, ddof=1) / len(used) ** 0.5) if len(used) > 1 else None
    return RaschShift(
        shift=Estimate(value=float(used.mean()), n_used=len(used), se=se, variant=variant),
        kept=tuple(kept),
        dropped=tuple(dropped),
        robust_z=tuple(float(z) if np.isfinite(z) else None for z in score),
        variant=variant,
    )


def _differences(x: ArrayLike, y: ArrayLike) -> Array:
    of_x, of_y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if of_x.ndim != 1 or of_x.shape != of_y.shape:
        raise ValueError("x and y must be columns of one length")
    if not (np.all(np.isfinite(of_x)) and np.all(np.isfinite(of_y))):
        raise ValueError("x and y must be finite")
    return of_y - of_x
