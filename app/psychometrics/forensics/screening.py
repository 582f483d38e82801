"""From millions of pairs to the few that deserve a look: omega first, exact tails next, then multiplicity."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.estimate import Reason, check_level
from app.psychometrics.numerics.multiplicity import false_discovery
from app.psychometrics.responses import Responses

from .answer_model import AnswerModel, Array
from .pairs import LEAST_COMMON, Counts, Pairs, records
from .similarity import gbt_similarity, m4_similarity, omega_similarity


@dataclass(frozen=True, eq=False, slots=True)
class SimilarityScreen:
    """The pairs that omega let through, most similar first; parallel arrays.

    pairs:       (pairs, 2) indices of the candidates.
    n_common, n_matches: items that both answered, and identical answers among them.
    omega:       standardized surplus.  gbt, m4: exact tail probabilities; `m4` is ``None`` when the
                 key is not known.
    q_value:     GBT adjusted for *all* pairs compared, false discovery rate.
    bonferroni:  GBT times the number of pairs compared, at most 1.
    flagged:     is q at most `rate`?
    n_compared, n_left_out, n_used, variant, reason: as `PairStatistics`.
    """

    pairs: Pairs
    n_common: Counts
    n_matches: Counts
    omega: Array
    gbt: Array
    m4: Array | None
    q_value: Array
    bonferroni: Array
    flagged: NDArray[np.bool_]
    rate: float
    n_compared: int
    n_left_out: int
    n_used: int
    variant: str
    reason: Reason | None = None

    def __len__(self) -> int:
        return len(self.pairs)

    def rows(self) -> list[dict[str, Any]]:
        """One plain record per pair, as for JSON."""
        columns = ("pairs", "n_common", "n_matches", "omega", "gbt", "m4", "q_value", "bonferroni", "flagged")
        return records(self, *columns)


def similarity_screen(
    responses: Responses,
    model: AnswerModel,
    theta: ArrayLike,
    *,
    pairs: ArrayLike | None = None,
    min_common: int = LEAST_COMMON,
    screen: float = 1e-3,
    rate: float = 0.01,
) -> SimilarityScreen:
    """Compare pairs by omega, compute GBT and M4 for the suspicious ones, correct for all comparisons.

    A pair is looked at exactly when its omega has p up to `screen`; the others count as tests with
    p = 1, which can only make the result milder. Without the correction, 2,000 candidates bring 200
    pairs at p = 0.0001 by chance alone. Over all pairs hardly any copier stands out: restrict
    `pairs` to neighbours (`pairs_within`) wherever seats are known.

    pairs, min_common: as `omega_similarity`.  screen, rate: in (0, 1); keep `screen` well above the
    smallest p that matters. If far more than that share of the pairs passes it, the model or the
    abilities do not fit, and none of the figures can be trusted.

    Assumes abilities that are known well, and pairs that depend on each other positively if at all.
    Source of the adjustment: Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57:289-300.

    >>> from app.psychometrics.irt import ItemParameters
    >>> answers = np.random.default_rng(5).integers(0, 2, (6, 40))
    >>> answers[1] = answers[0]
    >>> r = Responses.from_dense(answers)
    >>> s = similarity_screen(r, ItemParameters.from_difficulty([0.0] * 40), [0.0] * 6)
    >>> s.pairs[s.flagged].tolist(), s.n_compared
    ([[0, 1]], 15)
    """
    check_level(screen, "screen")
    check_level(rate, "rate")
    first = omega_similarity(responses, model, theta, pairs=pairs, min_common=min_common, p_at_most=screen)
    exact = gbt_similarity(responses, model, theta, pairs=first.pairs, min_common=min_common)
    fourth = m4_similarity(responses, model, theta, pairs=first.pairs, min_common=min_common)
    order = np.lexsort((first.pairs[:, 1], first.pairs[:, 0], -first.statistic, exact.p_value))
    p = exact.p_value[order]
    q = false_discovery(p, n_tests=max(first.n_compared, len(p)))
    return SimilarityScreen(
        pairs=first.pairs[order],
        n_common=first.n_common[order],
        n_matches=first.n_matches[order],
        omega=first.statistic[order],
        gbt=p,
        m4=None if fourth.reason is Reason.KEY_UNKNOWN else fourth.p_value[order],
        q_value=q,
        bonferroni=np.minimum(p * first.n_compared, 1.0),
        flagged=q <= rate,
        rate=rate,
        n_compared=first.n_compared,
        n_left_out=first.n_left_out,
        n_used=first.n_used,
        variant=f"omega p <= {screen:g}, then GBT; false discovery rate over all pairs compared",
        reason=first.reason,
    )
