"""Pairs of candidates: which ones to compare, and one statistic of many of them."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses

from .answer_model import Array

Pairs = NDArray[np.int64]
Counts = NDArray[np.int64]

LEAST_COMMON = 10
"""Fewest items that both must have answered, unless told otherwise."""


@dataclass(frozen=True, eq=False, slots=True)
class PairStatistics:
    """One statistic of the similarity of two candidates, for many pairs; parallel arrays.

    pairs:      (pairs, 2) indices of the candidates; copier and source where copying is tested.
    n_common:   items that both answered: the only ones compared.
    n_matches:  identical answers among them.
    expected:   matches to expect of two who worked alone.
    statistic:  the standardized surplus of omega; of GBT and M4 the tail probability itself.
    p_value:    chance of so much similarity, or more, between two who worked alone.
    n_compared: pairs compared, listed or not: the number of tests.
    n_left_out: pairs not compared, for too few common items or because the model leaves no chance.
    n_used:     candidates with answers.
    reason:     why nothing could be compared, else ``None``.
    """

    pairs: Pairs
    n_common: Counts
    n_matches: Counts
    expected: Array
    statistic: Array
    p_value: Array
    n_compared: int
    n_left_out: int
    n_used: int
    variant: str
    reason: Reason | None = None

    def __len__(self) -> int:
        return len(self.pairs)

    def most_extreme(self, n: int) -> "PairStatistics":
        """Return the n pairs with the smallest p, most surplus of matches first among equals."""
        surplus = self.n_matches - self.expected
        order = np.lexsort((self.pairs[:, 1], self.pairs[:, 0], -surplus, self.p_value))
        return self._take(order[:n])

    def in_order(self) -> "PairStatistics":
        """Return the pairs sorted by their first, then by their second candidate."""
        return self._take(np.lexsort((self.pairs[:, 1], self.pairs[:, 0])))

    def rows(self) -> list[dict[str, Any]]:
        """One plain record per pair, as for JSON."""
        return records(self, "pairs", "n_common", "n_matches", "expected", "statistic", "p_value")

    def _take(self, index: NDArray[np.int64]) -> "PairStatistics":
        return replace(
            self,
            pairs=self.pairs[index],
            n_common=self.n_common[index],
            n_matches=self.n_matches[index],
            expected=self.expected[index],
            statistic=self.statistic[index],
            p_value=self.p_value[index],
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the pairs, before they are put together."""

    pairs: Pairs
    n_common: Counts
    n_matches: Counts
    expected: Array
    statistic: Array
    p_value: Array
    n_left_out: int

    def of(self, keep: NDArray[np.bool_], *, also_left_out: int = 0) -> "Part":
        """Return these pairs only; the others count as left out, or as compared and not listed."""
        return Part(
            self.pairs[keep],
            self.n_common[keep],
            self.n_matches[keep],
            self.expected[keep],
            self.statistic[keep],
            self.p_value[keep],
            self.n_left_out + also_left_out,
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """Which pairs to compare, and which of them to list; the arguments that all functions share."""

    pairs: ArrayLike | None
    min_common: int
    p_at_most: float

    def checked(self, responses: Responses) -> Pairs | None:
        """Refuse limits without meaning; return the (pairs, 2) indices, or ``None`` for all pairs."""
        if self.min_common < 1:
            raise ValueError(f"min_common must be at least 1, got {self.min_common!r}")
        if not 0.0 < self.p_at_most <= 1.0:
            raise ValueError(f"p_at_most must lie in (0, 1], got {self.p_at_most!r}")
        if self.pairs is None:
            return None
        values = np.asarray(self.pairs)
        if values.size == 0:
            return np.empty((0, 2), dtype=np.int64)
        if values.ndim != 2 or values.shape[1] != 2 or values.dtype.kind not in "iu":
            raise ValueError("pairs must be a matrix of two columns of whole numbers")
        if values.min() < 0 or values.max() >= responses.n_persons:
            raise ValueError("pairs must name candidates by index")
        if np.any(values[:, 0] == values[:, 1]):
            raise ValueError("pairs must be of two different candidates")
        return values.astype(np.int64)


def pairs_within(groups: Sequence[Hashable | None]) -> Pairs:
    """List all pairs of candidates that share a room, a session or a table.

    groups: one label per candidate; ``None`` for one who is in no group.
    Returns (pairs, 2), the smaller index first.

    >>> pairs_within(["room 1", "room 2", "room 1", None]).tolist()
    [[0, 2]]
    """
    members: dict[Hashable, list[int]] = {}
    for person, label in enumerate(groups):
        if label is not None:
            members.setdefault(label, []).append(person)
    blocks = [tile_pairs(np.array(group), np.array(group), ordered=False) for group in members.values()]
    return np.concatenate([np.empty((0, 2), dtype=np.int64), *blocks])


def records(result: object, *columns: str) -> list[dict[str, Any]]:
    """Parallel arrays, as records of plain numbers; a column that is ``None`` is left out."""
    lists = {name: values.tolist() for name in columns if (values := getattr(result, name)) is not None}
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def tiles(persons: NDArray[np.int64], side: int, *, ordered: bool) -> Iterator[tuple[Pairs, Pairs]]:
    """Blocks of candidates by blocks of candidates that together hold all pairs."""
    blocks = [persons[first : first + side] for first in range(0, len(persons), side)]
    for number, left in enumerate(blocks):
        for right in blocks if ordered else blocks[number:]:
            yield left, right


def tile_pairs(left: NDArray[np.int64], right: NDArray[np.int64], *, ordered: bool) -> Pairs:
    """List the pairs of one tile; both orders of two candidates where the order matters."""
    pairs = np.stack((np.repeat(left, len(right)), np.tile(right, len(left))), axis=1)
    return pairs[tile_mask(left, right, ordered=ordered).ravel()]


def tile_mask(left: NDArray[np.int64], right: NDArray[np.int64], *, ordered: bool) -> NDArray[np.bool_]:
    """Which cells of a tile are pairs."""
    mask: NDArray[np.bool_] = left[:, None] != right if ordered else left[:, None] < right
    return mask


def collected(
    parts: Iterable[Part], *, p_at_most: float, n_used: int, variant: str, obstacle: Reason | None
) -> PairStatistics:
    """Put the parts together; `obstacle` is the reason to give when nothing could be compared."""
    kept, n_compared, n_left_out = [_NOTHING], 0, 0
    for part in parts:
        n_compared += len(part.pairs)
        n_left_out += part.n_left_out
        kept.append(part if p_at_most >= 1.0 else part.of(part.p_value <= p_at_most))
    return PairStatistics(
        pairs=np.concatenate([part.pairs for part in kept]),
        n_common=np.concatenate([part.n_common for part in kept]),
        n_matches=np.concatenate([part.n_matches for part in kept]),
        expected=np.concatenate([part.expected for part in kept]),
        statistic=np.concatenate([part.statistic for part in kept]),
        p_value=np.concatenate([part.p_value for part in kept]),
        n_compared=n_compared,
        n_left_out=n_left_out,
        n_used=n_used,
        variant=variant,
        reason=None if n_compared else obstacle or Reason.NO_COMMON_ITEMS,
    )


_NOTHING = Part(
    np.empty((0, 2), dtype=np.int64),
    np.empty(0, dtype=np.int64),
    np.empty(0, dtype=np.int64),
    np.empty(0),
    np.empty(0),
    np.empty(0),
    0,
)
