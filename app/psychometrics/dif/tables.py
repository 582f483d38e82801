"""Right and wrong answers per item, stratum and group: what most DIF statistics are made of."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses

from .matching import Match, Matched, checked_anchor, natural_match

Array = NDArray[np.float64]
REFERENCE, FOCAL = 0, 1


@dataclass(frozen=True, eq=False)
class GroupTable:
    """Counts of candidates, (items, strata, 2 groups, 2 scores): reference first, wrong first."""

    counts: Array
    variant: str

    @cached_property
    def group_size(self) -> NDArray[np.int64]:
        """(items, 2) reference and focal candidates who received the item."""
        size: NDArray[np.int64] = self.counts.sum(axis=(1, 3)).astype(np.int64)
        return size

    @cached_property
    def size(self) -> Array:
        """(items, strata) candidates."""
        size: Array = self.counts.sum(axis=(2, 3))
        return size

    def right(self, group: int) -> Array:
        """(items, strata) right answers of the group."""
        return self.counts[:, :, group, 1]

    def wrong(self, group: int) -> Array:
        """(items, strata) wrong answers of the group."""
        return self.counts[:, :, group, 0]

    def of_group(self, group: int) -> Array:
        """(items, strata) candidates of the group."""
        size: Array = self.counts[:, :, group, :].sum(axis=2)
        return size

    def obstacle(self, item: int, floor: "Floor") -> Reason | None:
        """Why nothing can be said of the item, whatever the statistic."""
        reference, focal = self.group_size[item].tolist()
        right = float(self.counts[item, :, :, 1].sum())
        if reference + focal == 0:
            return Reason.NOT_ADMINISTERED
        if min(reference, focal) < floor.group:
            return Reason.TOO_FEW_IN_GROUP
        if reference + focal < floor.total:
            return Reason.TOO_FEW_PERSONS
        if right in {0.0, float(reference + focal)}:
            return Reason.NO_ITEM_VARIANCE
        return None


@dataclass(frozen=True, slots=True)
class Floor:
    """The least numbers of candidates with which an item is tested at all.

    group: in the smaller group, >= 1.  total: in both together, >= 2.

    The defaults only ask for what the formulas need. Practice asks for more: `ETS_ASSEMBLY`.
    """

    group: int = 1
    total: int = 2

    def __post_init__(self) -> None:
        if self.group < 1:
            raise ValueError(f"group must be at least 1, got {self.group!r}")
        if self.total < 2:  # one of each group
            raise ValueError(f"total must be at least 2, got {self.total!r}")


NO_FLOOR = Floor()
ETS_ASSEMBLY = Floor(group=200, total=500)
"""Numbers asked for when tests are assembled, as reviewed by Zwick 2012, ETS RR-12-08."""


def group_table(
    responses: Responses, group: ArrayLike, *, match: Match | None = None, anchor: ArrayLike | None = None
) -> GroupTable:
    """Count the candidates of each item, stratum, group and score in one pass over the rows."""
    matched = matched_rows(responses, match, anchor)
    return table_of(responses, checked_group(group, responses.n_persons), matched)


def matched_rows(responses: Responses, match: Match | None, anchor: ArrayLike | None) -> Matched:
    """Return the matching score of every row; without `match` the one that suits the data."""
    return (match or natural_match(responses)).of(responses, checked_anchor(anchor, responses.n_items))


def checked_group(group: ArrayLike, n_persons: int) -> NDArray[np.int64]:
    """Return `group` as one number per candidate: 0 reference, 1 focal, -1 in neither."""
    values = np.asarray(group)
    if values.shape != (n_persons,):
        raise ValueError("group must have one entry per candidate")
    if n_persons and not np.all((values == REFERENCE) | (values == FOCAL) | (values == -1)):
        raise ValueError("group must be 0 (reference), 1 (focal) or -1 (neither)")
    return values.astype(np.int64)


def table_of(responses: Responses, group: NDArray[np.int64], matched: Matched) -> GroupTable:
    """Count the rows of candidates in either group."""
    strata = matched.n_strata
    cell = responses.item * np.int64(strata)
    cell += matched.stratum[matched.code]
    cell *= 2
    cell += group[responses.person]
    cell *= 2
    cell += responses.score
    if np.any(group < 0):
        cell = cell[group[responses.person] >= 0]
    counts = np.bincount(cell, minlength=responses.n_items * strata * 4).astype(np.float64)
    return GroupTable(counts.reshape(responses.n_items, strata, 2, 2), matched.variant)
