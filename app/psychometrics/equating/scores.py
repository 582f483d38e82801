"""The raw scores of one form, counted, and the percentile ranks that follow."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses

Array = NDArray[np.float64]

_TIE_DIGITS = 10
"""Shares that agree so far are one where candidates tie or some scores are nobody's. Smooth counts have
no ties, and in their tails the digits beyond are true."""


@dataclass(frozen=True, eq=False)
class FormScores:
    """How many candidates have each raw score of one form, and each score of its anchor.

    counts: (k + 1,) candidates with raw score 0, 1, ..., k; smoothed counts need not be whole.
    joint:  (k + 1, v + 1) the same by raw score and anchor score, ``None`` without an anchor.
    reason: why the scores cannot be compared (candidates answered different forms), else ``None``.

    Build it with `from_counts`, `from_scores` or `from_responses`, which check.

    >>> form = FormScores.from_counts([1, 3, 4, 2])
    >>> form.n, form.max_score, form.mean
    (10.0, 3, 1.7)
    """

    counts: Array
    joint: Array | None = None
    reason: Reason | None = None

    @classmethod
    def from_counts(cls, counts: ArrayLike) -> "FormScores":
        """From candidates per raw score (k + 1,), or per raw and anchor score (k + 1, v + 1).

        >>> FormScores.from_counts([[2, 0], [1, 3]]).counts.tolist()
        [2.0, 4.0]
        """
        table = np.array(counts, dtype=np.float64)
        if table.ndim not in (1, 2) or table.size == 0:
            raise ValueError("counts must be a column, or a table of raw by anchor score")
        if not np.all((table >= 0.0) & np.isfinite(table)):
            raise ValueError("counts must be finite and not negative")
        return cls(table) if table.ndim == 1 else cls(table.sum(axis=1), table)

    @classmethod
    def from_scores(
        cls, scores: ArrayLike, *, max_score: int, anchor: ArrayLike | None = None, max_anchor: int | None = None
    ) -> "FormScores":
        """From one raw score per candidate, whole numbers in 0..max_score, and one anchor score.

        >>> FormScores.from_scores([2, 0, 2], max_score=2).counts.tolist()
        [1.0, 0.0, 2.0]
        """
        total = _whole(scores, "scores", max_score)
        if anchor is None:
            return cls.from_counts(np.bincount(total, minlength=max_score + 1))
        if max_anchor is None:
            raise ValueError("max_anchor must be given with anchor")
        part = _whole(anchor, "anchor", max_anchor)
        if len(part) != len(total):
            raise ValueError("anchor must have as many entries as scores")
        cell = np.bincount(total * (max_anchor + 1) + part, minlength=(max_score + 1) * (max_anchor + 1))
        return cls.from_counts(cell.reshape(max_score + 1, max_anchor + 1))

    @classmethod
    def from_responses(cls, responses: Responses, *, anchor: Sequence[Hashable] | None = None) -> "FormScores":
        """From the responses to one form; `anchor` names the items that the other form shares.

        Candidates without rows do not count. When the candidates answered different forms, raw
        scores do not mean one thing: the result carries the reason ``FORMS_DIFFER``.

        >>> r = Responses.from_dense([[1, 0, 1], [1, 1, 1]], items=["a", "b", "c"])
        >>> FormScores.from_responses(r, anchor=["a", "b"]).joint.tolist()[2:]
        [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
        """
        if not responses.is_fixed_form:
            return cls(np.zeros(1), reason=Reason.FORMS_DIFFER)
        length = int(np.count_nonzero(responses.administered))
        total = responses.total[responses.present]
        if anchor is None:
            return cls.from_scores(total, max_score=length)
        position = {label: at for at, label in enumerate(responses.items) if responses.administered[at]}
        if unknown := [label for label in anchor if label not in position]:
            raise ValueError(f"anchor names an item that the form does not have: {unknown[0]!r}")
        part = responses.with_items([position[label] for label in anchor]).total[responses.present]
        return cls.from_scores(total, max_score=length, anchor=part, max_anchor=len(anchor))

    @property
    def n(self) -> float:
        """Number of candidates."""
        return float(self.counts.sum())

    @property
    def max_score(self) -> int:
        """The highest possible raw score, k."""
        return len(self.counts) - 1

    @property
    def anchor(self) -> "FormScores":
        """The scores of the anchor alone; ``ValueError`` when the form has none."""
        if self.joint is None:
            raise ValueError("the scores must have an anchor")
        return FormScores(self.joint.sum(axis=0))

    @property
    def mean(self) -> float:
        """Mean raw score; ``ValueError`` without candidates."""
        if not self.n > 0.0:
            raise ValueError("the form must have candidates")
        return float(self.counts @ np.arange(len(self.counts)) / self.n)

    @property
    def variance(self) -> float:
        """Variance of the raw score, denominator n - 1; ``ValueError`` below two candidates."""
        if not self.n > 1.0:
            raise ValueError("the form must have two candidates")
        return float(self.counts @ (np.arange(len(self.counts)) - self.mean) ** 2 / (self.n - 1.0))

    @property
    def covariance(self) -> float:
        """Covariance of raw and anchor score, denominator n - 1."""
        part, table = self.anchor, self.joint
        if table is None:
            raise ValueError("the scores must have an anchor")
        x, v = np.arange(len(self.counts)) - self.mean, np.arange(table.shape[1]) - part.mean
        return float(x @ table @ v / (self.n - 1.0))


@dataclass(frozen=True, slots=True)
class ScoreMoments:
    """The shape of a distribution of raw scores.

    mean: ``None`` without candidates.  sd: denominator n - 1, ``None`` below two candidates.
    skewness, kurtosis: m3 / s^3 and m4 / s^4 (the normal law has 0 and 3), the m_r being means of
                        powers with denominator n and s the sd; ``None`` when all scores are equal.
    minimum, maximum: the lowest and highest score that somebody has.
    reason: why there is no mean, else ``None``.
    """

    n_used: int
    mean: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    minimum: int | None
    maximum: int | None
    reason: Reason | None = None


def score_moments(form: FormScores) -> ScoreMoments:
    """Mean, standard deviation, skewness and kurtosis of the raw scores of a form.

    Works at any n; skewness and kurtosis are rough below n = 200.
    Source: Kolen & Brennan 2014, Test Equating, Scaling, and Linking, ch. 2.

    >>> m = score_moments(FormScores.from_counts([1, 2, 1]))
    >>> m.mean, m.skewness, m.maximum
    (1.0, 0.0, 2)
    """
    n, taken = round(form.n), np.flatnonzero(form.counts)
    if n == 0:
        reason = form.reason or Reason.TOO_FEW_PERSONS
        return ScoreMoments(0, None, None, None, None, None, None, reason)
    away = np.arange(len(form.counts)) - form.mean
    sd = form.variance**0.5 if n > 1 else None
    skewness = kurtosis = None
    if sd is not None and len(taken) > 1:
        skewness = float(form.counts @ away**3 / form.n / sd**3)
        kurtosis = float(form.counts @ away**4 / form.n / sd**4)
    return ScoreMoments(n, form.mean, sd, skewness, kurtosis, int(taken[0]), int(taken[-1]))


def percentile_ranks(form: FormScores, at: ArrayLike | None = None) -> Array:
    """Percentile rank, as a proportion: the share below a score and half the share at it.

    Each whole score x stands for the interval x - 0.5 to x + 0.5 with its candidates spread evenly
    over it, so that the rank is defined for every number and not only for scores.

    at: scores of any shape; by default all raw scores 0..k.  Needs n >= 1, else ``ValueError``.
    Source: Kolen & Brennan 2014, ch. 2.

    >>> percentile_ranks(FormScores.from_counts([1, 2, 1])).tolist()
    [0.125, 0.5, 0.875]
    """
    points = np.arange(len(form.counts)) if at is None else np.asarray(at, dtype=np.float64)
    if not np.all(np.isfinite(points)):
        raise ValueError("at must be finite")
    return np.interp(points, _edges(form), _shares(form))


def score_at_rank(form: FormScores, rank: ArrayLike) -> Array:
    """Score with a given percentile rank: the inverse of `percentile_ranks`.

    Where nobody has some scores the rank belongs to a whole stretch: its middle is taken, so that
    equating there and back returns. Rank 0 is -0.5 and rank 1 is k + 0.5.

    rank: proportions of any shape in [0, 1].  Needs n >= 1, else ``ValueError``.
    Source: Kolen & Brennan 2014, ch. 2.

    >>> score_at_rank(FormScores.from_counts([1, 2, 1]), [0.125, 0.5, 1.0]).tolist()
    [0.0, 1.0, 2.5]
    """
    p = np.asarray(rank, dtype=np.float64)
    if not np.all((p >= 0.0) & (p <= 1.0)):
        raise ValueError("rank must lie in 0..1")
    edges, share = _edges(form), _shares(form)
    if np.any(form.counts == 0.0) or np.all(form.counts == np.floor(form.counts)):  # ties matter: see _TIE_DIGITS
        p, share = np.round(p, _TIE_DIGITS), np.round(share, _TIE_DIGITS)

    def within(cell: NDArray[np.intp]) -> Array:
        inside = np.clip(cell, 0, form.max_score)
        width = share[inside + 1] - share[inside]
        return edges[inside] + (p - share[inside]) / np.where(width > 0.0, width, 1.0)

    upper = within(np.searchsorted(share, p, side="right") - 1)
    lower = within(np.searchsorted(share, p, side="left") - 1)
    return np.where(p <= 0.0, edges[0], np.where(p >= 1.0, edges[-1], 0.5 * (lower + upper)))


def scores_of_equal_rank(x: FormScores, y: FormScores) -> Array:
    """Score of Y with the percentile rank of each raw score of X, (k + 1,).

    Ranks above the middle are counted from above, so that thin tails keep their digits at both ends.
    """
    rank = percentile_ranks(x)
    from_above = score_at_rank(_reversed(y), percentile_ranks(_reversed(x)))[::-1]
    return np.where(rank <= 0.5, score_at_rank(y, rank), y.max_score - from_above)


def _reversed(form: FormScores) -> FormScores:
    return FormScores(form.counts[::-1])


def _edges(form: FormScores) -> Array:
    return np.arange(len(form.counts) + 1, dtype=np.float64) - 0.5


def _shares(form: FormScores) -> Array:
    """Share of the candidates below each edge."""
    if not form.n > 0.0:
        raise ValueError("the form must have candidates")
    below = np.concatenate(([0.0], np.cumsum(form.counts)))
    return np.asarray(below / below[-1])


def _whole(values: ArrayLike, name: str, highest: int) -> NDArray[np.int64]:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise ValueError(f"{name} must be a column")
    if not np.all((numbers >= 0) & (numbers <= highest) & (numbers == np.floor(numbers))):
        raise ValueError(f"{name} must be whole numbers in 0..{highest}")
    return numbers.astype(np.int64)
