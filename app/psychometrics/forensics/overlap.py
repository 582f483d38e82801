"""The items that both candidates of a pair answered, and their chances of the same answer."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.criterion import weighted_counts

from .answer_model import Array
from .answers import Answers
from .pairs import Counts, Pairs, tile_mask, tile_pairs, tiles

NO_SPREAD = 1e-12
"""Variance of the matches below which the model takes them for settled: nothing to test."""

_CELLS = 1_000_000  # numbers in one array of a block: 8 MB


@dataclass(frozen=True, slots=True)
class Overlap:
    """The common items of some pairs, end to end.

    pairs:  (pairs, 2) candidates.  n_common: (pairs,) how many entries each has.
    pair:   (entries,) the pair of each entry, ascending.
    chance: (entries,) probability of the same answer.  match: (entries,) was it the same?
    right_chance, right_match: (entries,) of the same *right* answer; ``None`` when not asked for.
    """

    pairs: Pairs
    n_common: Counts
    pair: NDArray[np.int64]
    chance: Array
    match: NDArray[np.bool_]
    right_chance: Array | None
    right_match: NDArray[np.bool_] | None

    @property
    def n_matches(self) -> Counts:
        """(pairs,) identical answers."""
        return self.count(self.match)

    def count(self, entries: NDArray[np.bool_]) -> Counts:
        """(pairs,) how many entries are true."""
        return np.bincount(self.pair[entries], minlength=len(self.pairs))

    def sum(self, entries: Array) -> Array:
        """(pairs,) sum of the entries."""
        return weighted_counts(self.pair, entries, len(self.pairs))

    def table(self, entries: Array) -> Array:
        """(pairs, longest overlap) entries of each pair, 0 after its last."""
        width = int(self.n_common.max(initial=0))
        start = np.cumsum(self.n_common) - self.n_common
        result = np.zeros((len(self.pairs), width))
        result[self.pair, np.arange(len(self.pair)) - start[self.pair]] = entries
        return result


@dataclass(frozen=True, slots=True)
class Sums:
    """What omega needs of some pairs."""

    pairs: Pairs
    n_common: Counts
    n_matches: Counts
    expected: Array
    variance: Array


def overlaps(
    answers: Answers,
    pairs: Pairs | None,
    *,
    ordered: bool,
    min_common: int,
    key: NDArray[np.int16] | None = None,
) -> Iterator[tuple[Overlap, int]]:
    """Yield the pairs with enough common items, block by block, and how many were left out.

    pairs:   ``None`` for all pairs of candidates who answered anything.
    ordered: the second candidate's answers are given (the source); else both are chance.
    """
    for block in _blocks(answers, pairs, ordered=ordered):
        persons, position = np.unique(block, return_inverse=True)
        code, chance = answers.of_persons(persons)
        first, second = position.reshape(block.shape).T
        common = (code[first] >= 0) & (code[second] >= 0)
        n_common = np.count_nonzero(common, axis=1)
        enough = n_common >= min_common
        first, second, common = first[enough], second[enough], common[enough]
        pair, item = np.nonzero(common)
        entry, a, b = np.arange(len(pair)), first[pair], second[pair]
        match = code[a, item] == code[b, item]
        own, other = chance[a, item], chance[b, item]
        same = own[entry, code[b, item]] if ordered else np.einsum("ec,ec->e", own, other)
        right_chance = right_match = None
        if key is not None:
            right = key[item]
            right_chance = own[entry, right] * other[entry, right]
            right_match = match & (code[a, item] == right)
        same = np.minimum(same, 1.0)  # sums of chances may round above 1
        overlap = Overlap(block[enough], n_common[enough], pair, same, match, right_chance, right_match)
        yield overlap, len(block) - len(overlap.pairs)


def overlap_sums(overlap: Overlap) -> Sums:
    """Expected matches and their variance from the entries."""
    return Sums(
        overlap.pairs,
        overlap.n_common,
        overlap.n_matches,
        overlap.sum(overlap.chance),
        overlap.sum(overlap.chance * (1.0 - overlap.chance)),
    )


def tiled_sums(answers: Answers, *, ordered: bool, min_common: int) -> Iterator[tuple[Sums, int]]:
    """Yield the same of all pairs by products of matrices, one tile of candidates at a time.

    With ``P_ijc`` the chance of candidate i for answer c to item j, 0 where there is no answer,
    ``sum_j sum_c P_ajc P_bjc`` is one product, and ``sum_j (sum_c P_ajc P_bjc)^2`` one of the
    products ``P_ijc P_ijd``.
    """
    categories = answers.n_categories
    columns = max(1, answers.responses.n_items * categories * (categories + 1) // 2)
    side = max(32, min(512, 4 * _CELLS // columns))
    present = answers.responses.present
    for left, right in tiles(present, side, ordered=ordered):
        code_a, chance_a = answers.of_persons(left)
        code_b, chance_b = (code_a, chance_a) if left is right else answers.of_persons(right)
        hits_a, hits_b = _hits(code_a, categories), _hits(code_b, categories)
        common = _product((code_a >= 0).astype(np.float32), (code_b >= 0).astype(np.float32))
        matches = _product(hits_a, hits_b)
        if ordered:
            given = hits_b.astype(np.float64)
            expected = _product(chance_a, given)
            variance = _product(chance_a * (1.0 - chance_a), given)
        else:
            expected = _product(chance_a, chance_b)
            variance = expected - _product(_squares(chance_a, twice=True), _squares(chance_b, twice=False))
        pair = tile_mask(left, right, ordered=ordered)
        enough = pair & (common >= min_common)
        row, column = np.nonzero(enough)
        yield (
            Sums(
                np.stack((left[row], right[column]), axis=1),
                common[enough].astype(np.int64),
                matches[enough].astype(np.int64),
                expected[enough],
                variance[enough],
            ),
            int(np.count_nonzero(pair)) - len(row),
        )


def _blocks(answers: Answers, pairs: Pairs | None, *, ordered: bool) -> Iterator[Pairs]:
    size = max(1, _CELLS // max(1, answers.responses.n_items))
    if pairs is not None:
        for first in range(0, len(pairs), size):
            yield pairs[first : first + size]
        return
    for left, right in tiles(answers.responses.present, math.isqrt(size) or 1, ordered=ordered):
        yield tile_pairs(left, right, ordered=ordered)


def _hits(code: NDArray[np.int16], categories: int) -> NDArray[np.float32]:
    hits: NDArray[np.bool_] = code[..., None] == np.arange(categories)
    return hits.astype(np.float32)  # whole numbers up to 2^24 are exact


def _squares(chance: Array, *, twice: bool) -> Array:
    """Products of two categories of an item; those of two different ones count twice, on one side."""
    first, second = np.triu_indices(chance.shape[-1])
    weight = np.where((first != second) & twice, 2.0, 1.0)
    return chance[..., first] * chance[..., second] * weight


def _product(left: NDArray[np.floating], right: NDArray[np.floating]) -> Array:
    flat = left.reshape(len(left), -1) @ right.reshape(len(right), -1).T
    return flat.astype(np.float64, copy=False)
