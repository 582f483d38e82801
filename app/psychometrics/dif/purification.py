"""Purification: items with DIF leave the score on which the candidates are matched."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from app.psychometrics.estimate import Reason, check_level

from .matching import Anchor


class Tested(Protocol):
    """The test of one item."""

    @property
    def p(self) -> float | None:
        """p value, ``None`` where there is no test."""


Test = TypeVar("Test", bound=Tested)


@dataclass(frozen=True, slots=True)
class Purified(Generic[Test]):
    """The tests of all items against the purified score.

    items:      one test per item, against the score of `anchor`.
    flagged:    indices of the items with ``p < significance`` in `items`.
    anchor:     indices of the items that made up the matching score.
    iterations: how often the score was made anew.
    converged:  did the same items stay flagged?
    cycle:      length of the loop in which the flagged items came round, ``None`` without a loop.
    reason:     why purification ended early: ``TOO_FEW_ITEMS`` when every item was flagged.
    """

    items: tuple[Test, ...]
    flagged: tuple[int, ...]
    anchor: tuple[int, ...]
    iterations: int
    converged: bool
    cycle: int | None
    reason: Reason | None


def purify(
    test: Callable[[Anchor], tuple[Test, ...]], *, n_items: int, significance: float = 0.05, max_iterations: int = 20
) -> Purified[Test]:
    """Test all items, take the flagged ones out of the matching score, and again until the same stay out.

    The studied item itself always counts towards its own score, as `mantel_haenszel` and
    `logistic_regression` have it.

    test:           from (items,) truth values, which items make up the matching score, to one result
                    per item: `mantel_haenszel`, `logistic_regression` or `sibtest` with ``anchor=``.
    n_items:        number of items.
    significance:   an item is flagged when its p value is below, (0, 1).
    max_iterations: >= 0. All are made when the flagged items go round in a loop; the last one counts.

    Returns `Purified`. Assumes that most items are sound. It helps when the DIF of the flagged items
    points to one side, and may hurt when it balances.
    Source: Holland & Thayer 1988; Clauser, Mazor & Hambleton 1993, Appl. Meas. Educ. 6:269-279.

    >>> from app.psychometrics import Responses, dif
    >>> r = Responses.from_dense([[1, 1], [1, 0], [0, 1], [0, 0]] * 20)
    >>> purify(lambda anchor: dif.mantel_haenszel(r, [0] * 40 + [1] * 40, anchor=anchor), n_items=2).converged
    True
    """
    check_level(significance, "significance")
    if max_iterations < 0:
        raise ValueError(f"max_iterations must not be negative, got {max_iterations!r}")
    anchor = np.ones(n_items, dtype=np.bool_)
    items = test(anchor)
    seen = [_flagged(items, significance)]
    converged, reason = not seen[-1], None
    while not converged and len(seen) <= max_iterations:
        if len(seen[-1]) == n_items:
            reason = Reason.TOO_FEW_ITEMS
            break
        anchor = np.ones(n_items, dtype=np.bool_)
        anchor[list(seen[-1])] = False
        items = test(anchor)
        seen.append(_flagged(items, significance))
        converged = seen[-1] == seen[-2]
    return Purified(
        items=items,
        flagged=seen[-1],
        anchor=tuple(np.flatnonzero(anchor).tolist()),
        iterations=len(seen) - 1,
        converged=converged,
        cycle=None if converged else _loop(seen),
        reason=reason,
    )


def _flagged(items: tuple[Test, ...], significance: float) -> tuple[int, ...]:
    return tuple(index for index, item in enumerate(items) if item.p is not None and item.p < significance)


def _loop(seen: list[tuple[int, ...]]) -> int | None:
    """How long ago were the same items flagged as now?"""
    ago = [index for index, earlier in enumerate(reversed(seen[:-1]), start=1) if earlier == seen[-1]]
    return ago[0] if ago else None
