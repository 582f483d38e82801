"""What every method of decision consistency hands back."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Estimate, Reason
from app.psychometrics.reliability import kr20, stratified_binomial
from app.psychometrics.responses import Responses


class Replication(StrEnum):
    """The second administration that a consistency speaks of."""

    SAME_FORM = "the same form, or one exactly as hard, again"
    RANDOM_FORM = "another form drawn at random"


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Shares of candidates by what they truly deserve and what the exam decides; they sum to 1."""

    true_negative: float
    false_negative: float
    false_positive: float
    true_positive: float

    @property
    def accuracy(self) -> float:
        """Share decided rightly."""
        return self.true_negative + self.true_positive

    @property
    def pass_rate(self) -> float:
        """Share that passes."""
        return self.false_positive + self.true_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How often pass and fail would come out alike again, and how often they are right.

    replication: the second administration that `consistency` speaks of.
    cut:         least raw score that passes; ``None`` where the cut is an ability.
    n_used:      candidates that entered; 0 where item parameters alone do.
    consistency: share of candidates with the same decision both times, ``None`` with a `reason`.
    kappa:       `consistency` beyond chance; ``None`` too where all pass or all fail.
    pass_rate:   share that passes, by the model.
    accuracy:    share whose decision agrees with the true score; ``None`` where the method does not say.
    table:       accuracy in full, ``None`` with it.
    reliability: the coefficient put in, ``None`` where none is.
    variant:     the method, in a few words.
    """

    replication: Replication
    cut: int | None
    n_used: int
    variant: str
    consistency: float | None = None
    kappa: float | None = None
    pass_rate: float | None = None
    accuracy: float | None = None
    table: DecisionTable | None = None
    reliability: float | None = None
    reason: Reason | None = None


def kappa(consistency: float, pass_rate: float) -> float | None:
    """Agreement beyond chance when both administrations pass the same share; ``None`` for 0 or 1.

    ``(P - Pc) / (1 - Pc)`` with ``Pc = pass_rate^2 + (1 - pass_rate)^2``.
    Source: Cohen 1960, Educ. Psychol. Meas. 20:37-46.

    >>> kappa(0.75, 0.5)
    0.5
    """
    beyond = 2.0 * pass_rate * (1.0 - pass_rate)
    return None if beyond <= 1e-14 else (consistency - 1.0 + beyond) / beyond


@dataclass(frozen=True, slots=True)
class RawScores:
    """Raw scores on forms of one length, as the distinct ones and how many candidates have each."""

    length: int
    score: NDArray[np.float64]
    count: NDArray[np.float64]

    @property
    def n(self) -> int:
        """Number of candidates."""
        return int(self.count.sum())

    def average(self, values: NDArray[np.float64]) -> float:
        """Mean over candidates of a figure per distinct score."""
        return float(self.count @ values / self.count.sum())

    @property
    def mean(self) -> float:
        """Mean raw score."""
        return self.average(self.score)

    @property
    def variance(self) -> float:
        """Variance of the raw score, denominator N."""
        return self.average((self.score - self.mean) ** 2)


def raw_scores(responses: Responses) -> RawScores | Reason:
    """Gather the raw scores, or say why no common raw cut can be judged."""
    lengths = responses.form_length[responses.present]
    if len(lengths) < 2:  # no spread in one candidate
        return Reason.TOO_FEW_PERSONS
    if lengths.min() != lengths.max():
        return Reason.FORM_LENGTHS_DIFFER
    counts = np.bincount(responses.total[responses.present])
    score = np.flatnonzero(counts)
    return RawScores(int(lengths[0]), score.astype(np.float64), counts[score].astype(np.float64))


def judged_scores(responses: Responses, cut: int) -> RawScores | Reason:
    """`raw_scores`, if their forms hold enough items to reach the cut."""
    scores = raw_scores(responses)
    if isinstance(scores, RawScores) and cut > scores.length:
        return Reason.CUT_UNREACHABLE
    return scores


def coefficient(responses: Responses, replication: Replication) -> Estimate:
    """Reliability for this replication: KR-20 on the same form, stratified binomial on random ones."""
    return kr20(responses) if replication is Replication.SAME_FORM else stratified_binomial(responses)


def checked_cut(cut: int) -> int:
    """Return `cut` if it is a whole number not below 0, else raise ``ValueError``."""
    if not 0 <= cut < math.inf or cut != int(cut):
        raise ValueError(f"cut must be a whole number not below 0, got {cut!r}")
    return int(cut)


def checked_reliability(reliability: float | None) -> None:
    """Raise ``ValueError`` for a reliability that is not a number of at most 1."""
    if reliability is not None and not -np.inf < reliability <= 1.0:
        raise ValueError(f"reliability must be finite and at most 1, got {reliability!r}")
