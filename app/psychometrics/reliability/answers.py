"""Answers with the persons' random effects integrated out: what is left is as large as the items."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.criterion import weighted_counts
from app.psychometrics.responses import Responses

Array = NDArray[np.float64]
Sums = tuple[Array, Array, float]

_KEPT = 20_000_000
"""Entries of co-occurrence matrices that are kept from one step to the next."""
_BLOCK = 4096  # candidates at a time


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """With W the inverse covariance of the answers given the items: ``Z'WZ``, ``Z'Wy``, ``y'Wy``.

    log_determinant: ``-log |W|``.  Or the derivatives of all four by one variance ratio.
    """

    matrix: Array
    vector: Array
    scalar: float
    log_determinant: float


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers, candidates sorted by profile: how many items of each stratum they received.

    responses: with the candidates in that order.  stratum: (items,) of the items that were used.
    column:    (all items,) position among the used ones.
    profile:   (persons,) index into `lengths`, which is (profiles, strata).
    """

    responses: Responses
    stratum: NDArray[np.int64]
    column: NDArray[np.int64]
    profile: NDArray[np.int64]
    lengths: Array

    @property
    def n_rows(self) -> int:
        """Number of answers."""
        return self.responses.n_rows

    @property
    def n_strata(self) -> int:
        """Number of fixed means."""
        return int(self.lengths.shape[1])

    @cached_property
    def member(self) -> Array:
        """(items, strata) 1 where the item belongs to the stratum."""
        return np.where(self.stratum[:, None] == np.arange(self.n_strata), 1.0, 0.0)

    def reduced(self, ratio: Array) -> tuple[Reduced, list[Reduced]]:
        """Integrate out persons and, with a second ratio, persons within strata; also the derivatives.

        ratio: (1,) or (2,) variances of person and of person in stratum, over the residual.

        The inverse covariance of one candidate's answers is ``I - M``, M constant over each pair of
        strata: ``M = diag(alpha) + c d d'``.
        """
        n, a = self.lengths, float(ratio[0])
        b = float(ratio[1]) if len(ratio) > 1 else 0.0
        d = 1.0 / (1.0 + n * b)
        whole = 1.0 + a * np.sum(n * d, axis=1)
        within, between = d * b, (a / whole)[:, None, None] * _outer(d, d)
        size = np.bincount(self.profile)
        matrix, vector, scalar = self._sums(_diagonal(within) + between)
        used = np.flatnonzero(self.responses.administered)
        value = Reduced(
            np.diag(self.responses.administered[used].astype(np.float64)) - matrix,
            self.responses.correct[used] - vector,
            float(self.responses.score.sum()) - scalar,
            float(size @ (np.log(whole) - np.log(d).sum(axis=1))),
        )
        return value, [
            self._derivative(multiplier, float(size @ slope))
            for multiplier, slope in self._changes(n, d, a, len(ratio))
        ]

    @staticmethod
    def _changes(n: Array, d: Array, a: float, ratios: int) -> Iterator[tuple[Array, Array]]:
        """Yield the derivatives of M and of the log determinant of a candidate, by each ratio."""
        length = np.sum(n * d, axis=1)
        whole = 1.0 + a * length
        yield (1.0 / whole**2)[:, None, None] * _outer(d, d), length / whole
        if ratios > 1:
            fall = -n * d**2  # of d
            shorter = np.sum(n * fall, axis=1)
            change = _diagonal(d**2) - (a * a * shorter / whole**2)[:, None, None] * _outer(d, d)
            change += (a / whole)[:, None, None] * (_outer(fall, d) + _outer(d, fall))
            yield change, np.sum(n * d, axis=1) + a * shorter / whole

    def _derivative(self, multiplier: Array, log_determinant: float) -> Reduced:
        matrix, vector, scalar = self._sums(multiplier)
        return Reduced(-matrix, -vector, -scalar, log_determinant)

    def _sums(self, multiplier: Array) -> Sums:
        """Sum ``Z'MZ``, ``Z'My`` and ``y'My`` over candidates; multiplier is (profiles, strata, strata)."""
        if self._kept is not None:
            return self._sums_by_profile(multiplier, *self._kept)
        items = len(self.stratum)
        matrix, vector, scalar = np.zeros((items, items)), np.zeros(items), 0.0
        groups = [np.flatnonzero(self.stratum == h) for h in range(self.n_strata)]
        for first, seen, total in self._blocks():
            own = multiplier[self.profile[first : first + len(seen)]]
            pull = np.einsum("ihg,ig->ih", own, total)
            vector += np.sum(seen * pull[:, self.stratum], axis=0)
            scalar += float(np.sum(pull * total))
            for h, rows in enumerate(groups):
                for g, columns in enumerate(groups):
                    matrix[np.ix_(rows, columns)] += seen[:, rows].T @ (own[:, h, g, None] * seen[:, columns])
        return matrix, vector, scalar

    def _sums_by_profile(self, multiplier: Array, together: Array, items: Array, totals: Array) -> Sums:
        matrix = np.zeros(together.shape[1:])
        for index, factor in enumerate(multiplier):
            matrix += factor[np.ix_(self.stratum, self.stratum)] * together[index]
        vector = np.einsum("pjh,pjh->j", multiplier[:, self.stratum], items)
        return matrix, vector, float(np.sum(multiplier * totals))

    @cached_property
    def _kept(self) -> tuple[Array, Array, Array] | None:
        """Per profile: candidates with both items, totals by item, products of totals; ``None`` if too large."""
        profiles, items = len(self.lengths), len(self.stratum)
        if profiles * items * (items + self.n_strata) > _KEPT:
            return None
        together = np.zeros((profiles, items, items))
        by_item = np.zeros((profiles, items, self.n_strata))
        products = np.zeros((profiles, self.n_strata, self.n_strata))
        for first, seen, total in self._blocks():
            own = self.profile[first : first + len(seen)]
            for profile in range(own[0], own[-1] + 1):
                rows = slice(*np.searchsorted(own, [profile, profile + 1]))
                together[profile] += seen[rows].T @ seen[rows]
                by_item[profile] += seen[rows].T @ total[rows]
                products[profile] += total[rows].T @ total[rows]
        return together, by_item, products

    def _blocks(self) -> Iterator[tuple[int, NDArray[np.float32], NDArray[np.float32]]]:
        """Yield blocks of candidates: where they begin, who saw what, and totals by stratum."""
        r = self.responses
        for persons, rows in r.blocks(_BLOCK):
            n = persons.stop - persons.start
            person, item = r.person[rows] - persons.start, self.column[r.item[rows]]
            seen = np.zeros((n, len(self.stratum)), dtype=np.float32)
            seen[person, item] = 1.0
            cell = person * self.n_strata + self.stratum[item]
            total = weighted_counts(cell, r.score[rows], n * self.n_strata)
            yield persons.start, seen, total.reshape(n, self.n_strata).astype(np.float32)


def answers_of(responses: Responses, *, stratified: bool) -> Answers:
    """Sort candidates by profile and number strata and items by use."""
    used = np.flatnonzero(responses.administered)
    column = np.zeros(responses.n_items, dtype=np.int64)
    column[used] = np.arange(len(used))
    stratum = np.zeros(len(used), dtype=np.int64)
    if stratified:
        stratum = np.unique(responses.stratum[used], return_inverse=True)[1]
    width = int(stratum.max()) + 1
    cell = responses.person * np.int64(width) + stratum[column[responses.item]]
    n = np.bincount(cell, minlength=responses.n_persons * width).reshape(-1, width)[responses.present]
    lengths, profile = np.unique(n, axis=0, return_inverse=True)
    order = np.argsort(profile.ravel(), kind="stable")
    return Answers(
        responses.with_persons(responses.present[order]),
        stratum,
        column,
        profile.ravel()[order],
        lengths.astype(np.float64),
    )


def _outer(left: Array, right: Array) -> Array:
    return left[:, :, None] * right[:, None, :]


def _diagonal(values: Array) -> Array:
    return values[:, :, None] * np.eye(values.shape[1])
