"""Responses packed for marginal likelihood: the distinct patterns, and the forms they belong to."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses

Array = NDArray[np.float64]
BLOCK = 1024
"""Patterns per matrix product: enough for BLAS, few enough for the cache."""


@dataclass(frozen=True, slots=True)
class PatternBlock:
    """Some consecutive patterns and the forms they span.

    rows, forms: slices of the patterns and of the forms.
    first:       (forms of the block,) the row of the block where each form begins.
    """

    rows: slice
    forms: slice
    first: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Patterns:
    """Distinct rows of what the likelihood depends on, sorted by form.

    statistic: (patterns, columns) the sufficient statistic of a candidate besides the form: the
               responses, 1 right, or the total alone.
    form:      (patterns,) index into `forms`, ascending.
    forms:     (forms, items) 1 administered, 0 not.
    count:     (patterns,) candidates with the pattern.
    right, administered: (items,) right answers and answers.
    """

    statistic: NDArray[np.integer]
    form: NDArray[np.int64]
    forms: NDArray[np.uint8]
    count: Array
    right: Array
    administered: Array

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.right)

    @property
    def n_persons(self) -> int:
        """Number of candidates."""
        return int(self.count.sum())

    def blocks(self) -> Iterator[PatternBlock]:
        """Cut the patterns into blocks of `BLOCK` rows."""
        for start in range(0, len(self.form), BLOCK):
            rows = slice(start, min(start + BLOCK, len(self.form)))
            form = self.form[rows]
            low, high = int(form[0]), int(form[-1]) + 1
            yield PatternBlock(rows, slice(low, high), np.searchsorted(form, np.arange(low, high)))


def obstacles(responses: Responses) -> list[Reason | None]:
    """Per item the reason why no model can be fitted to it, or ``None``."""
    right = np.bincount(responses.item, weights=responses.score, minlength=responses.n_items)
    given = responses.administered
    reasons: list[Reason | None] = [None] * responses.n_items
    for item in np.flatnonzero((right == 0) | (right == given)).tolist():
        reasons[item] = Reason.NO_ITEM_VARIANCE if given[item] else Reason.NOT_ADMINISTERED
    return reasons


def patterns_of(responses: Responses, items: NDArray[np.intp], *, totals_only: bool) -> Patterns:
    """Pack the responses to these items; candidates who received none of them drop out.

    totals_only: keep the total instead of the responses, which is all that Rasch models ask for.
    """
    column = np.full(responses.n_items, -1)
    column[items] = np.arange(len(items))
    rows = column[responses.item] >= 0
    persons, person = np.unique(responses.person[rows], return_inverse=True)
    at = (person, column[responses.item[rows]])
    forms, right = np.zeros((2, len(persons), len(items)), dtype=np.uint8)
    forms[at], right[at] = 1, responses.score[rows]
    if totals_only:
        statistic: NDArray[np.integer] = right.sum(axis=1, dtype=np.int32)[:, None]
        code = statistic.astype(">i4").view(np.uint8)
    else:
        statistic, code = right, np.packbits(right, axis=1)
    first, count, form = _distinct(np.packbits(forms, axis=1), code)
    return Patterns(
        statistic=statistic[first],
        form=form,
        forms=forms[first[np.flatnonzero(np.diff(form, prepend=-1))]],
        count=count.astype(np.float64),
        right=right.sum(axis=0, dtype=np.float64),
        administered=forms.sum(axis=0, dtype=np.float64),
    )


def _distinct(
    form: NDArray[np.uint8], code: NDArray[np.uint8]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """Of the distinct rows of (form, code), sorted: where one stands, how many there are, which form."""
    both = np.ascontiguousarray(np.hstack((form, code)))
    as_bytes = both.view(f"S{both.shape[1]}")[:, 0]
    _, first, count = np.unique(as_bytes, return_index=True, return_counts=True)
    sorted_forms = form[first]
    changes = np.any(sorted_forms[1:] != sorted_forms[:-1], axis=1)
    return first, count, np.concatenate(([0], np.cumsum(changes)))
