"""Did one candidate copy from another? The source's answers are given, only the copier's are chance.

Each pair is *copier, source*. Both orders of two candidates are two tests with two results, and the
data alone do not tell who copied: seats do.
"""

from numpy.typing import ArrayLike

from app.psychometrics.responses import Responses

from .answer_model import AnswerModel
from .pairs import LEAST_COMMON, Limits, PairStatistics
from .similarity import gbt, omega


def omega_copying(
    responses: Responses,
    model: AnswerModel,
    theta: ArrayLike,
    *,
    pairs: ArrayLike | None = None,
    min_common: int = LEAST_COMMON,
    p_at_most: float = 1.0,
) -> PairStatistics:
    """Wollack's omega: the copier's surplus of answers identical to the source's.

    ``(M - sum p_j) / sqrt(sum p_j (1 - p_j))`` over the common items, p_j the chance that the
    copier gives the source's answer. The ability of one who copied from a better candidate is
    estimated too high, which hides part of the surplus.

    pairs: (pairs, 2) indices of copier and source; ``None`` for all, in both orders.
    Other parameters and limits as `omega_similarity`.
    Source: Wollack 1997, Appl. Psychol. Meas. 21:307-320.

    >>> from app.psychometrics.irt import ItemParameters
    >>> r = Responses.from_dense([[1, 0] * 5, [1, 0] * 5])
    >>> s = omega_copying(r, ItemParameters.from_difficulty([0.0] * 10), [0.0, 0.0], pairs=[[0, 1]])
    >>> round(float(s.statistic[0]), 4)
    3.1623
    """
    return omega(responses, model, theta, Limits(pairs, min_common, p_at_most), ordered=True)


def gbt_copying(
    responses: Responses,
    model: AnswerModel,
    theta: ArrayLike,
    *,
    pairs: ArrayLike | None = None,
    min_common: int = LEAST_COMMON,
    p_at_most: float = 1.0,
) -> PairStatistics:
    """Generalized binomial test given the source: the exact tail of the copier's matches.

    p_j as in `omega_copying`; the upper tail includes the observed number.

    Parameters and limits as `omega_copying`.
    Source: van der Linden & Sotaridona 2006, J. Educ. Behav. Stat. 31:283-304.

    >>> from app.psychometrics.irt import ItemParameters
    >>> r = Responses.from_dense([[1, 0] * 5, [1, 0] * 5])
    >>> s = gbt_copying(r, ItemParameters.from_difficulty([0.0] * 10), [0.0, 0.0], pairs=[[0, 1]])
    >>> float(s.p_value[0]) == 0.5**10
    True
    """
    return gbt(responses, model, theta, Limits(pairs, min_common, p_at_most), ordered=True)
