"""Andersen's likelihood ratio test: are the Rasch difficulties the same in groups of candidates?"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.irt import cml_rasch, connected_items
from app.psychometrics.numerics import chi2_upper
from app.psychometrics.responses import Responses


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """The test of the whole set of items.

    statistic, p: ``None`` where the data cannot carry the test, and then `reason` says why.
    df:      (groups - 1) (items - 1).
    items:   indices of the items compared: those that every group can place on a scale.
    n_used:  candidates with neither all right nor all wrong on these items.
    """

    statistic: float | None
    df: int
    p: float | None
    items: tuple[int, ...]
    n_used: int
    reason: Reason | None
    variant: str


def andersen_lr(responses: Responses, *, groups: Sequence[Hashable] | None = None) -> LikelihoodRatio:
    """Test that one set of Rasch difficulties holds in all groups of candidates.

    ``2 (sum over groups of log L_g - log L)`` with the conditional likelihoods of each group's own
    difficulties and of common ones; chi-square with (groups - 1)(items - 1) degrees of freedom.
    Only items that every group can place enter, on both sides.

    groups: (persons,) group of each candidate, known before the answers or a function of form and
            raw score; by default those above and not above the median proportion right.

    Forms may differ. Returns no value with fewer than two groups (``TOO_FEW_GROUPS``), fewer than
    two common items (``NO_COMMON_ITEMS``), or without convergence. Least n: 200 per group.
    Source: Andersen 1973, Psychometrika 38:123-140.

    >>> r = Responses.from_dense([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1]] * 20)
    >>> test = andersen_lr(r)
    >>> test.df, round(abs(test.statistic), 6), round(test.p, 6)
    (2, 0.0, 1.0)
    """
    code, variant = _codes(responses, groups)
    parts = [np.flatnonzero(code == group) for group in range(int(code.max(initial=-1)) + 1)]
    if len(parts) < 2:
        return LikelihoodRatio(None, 0, None, (), 0, Reason.TOO_FEW_GROUPS, variant)
    items = _common_items(responses, parts)
    if len(items) < 2:
        return LikelihoodRatio(None, 0, None, (), 0, Reason.NO_COMMON_ITEMS, variant)
    common = responses.with_items(items)
    whole, *own = (cml_rasch(part) for part in (common, *(common.with_persons(persons) for persons in parts)))
    df, chosen = (len(parts) - 1) * (len(items) - 1), tuple(items.tolist())
    separate = [result.log_likelihood for result in own if result.log_likelihood is not None]
    if whole.log_likelihood is None or len(separate) < len(own):
        return LikelihoodRatio(None, df, None, chosen, whole.n_used, Reason.NOT_CONVERGED, variant)
    statistic = max(0.0, 2.0 * (sum(separate) - whole.log_likelihood))
    return LikelihoodRatio(statistic, df, chi2_upper(statistic, df), chosen, whole.n_used, None, variant)


def _codes(responses: Responses, groups: Sequence[Hashable] | None) -> tuple[NDArray[np.int64], str]:
    """Group of each candidate, 0, 1, ...; -1 without items."""
    if groups is None:
        share = responses.total / np.maximum(responses.form_length, 1)
        median = np.median(share[responses.present]) if len(responses.present) else 0.0
        labels: Sequence[Hashable] = (share > median).tolist()
        variant = "Andersen LR, split at the median proportion right"
    else:
        labels, variant = groups, "Andersen LR, groups as given"
        if len(labels) != responses.n_persons:
            raise ValueError(f"groups must name {responses.n_persons} candidates, got {len(labels)}")
    position: dict[Hashable, int] = {}
    code = np.full(responses.n_persons, -1, dtype=np.int64)
    for person in responses.present.tolist():
        code[person] = position.setdefault(labels[person], len(position))
    return code, variant


def _common_items(responses: Responses, parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Items that every group connects; leaving one out may part others, so until nothing changes."""
    items = np.flatnonzero(responses.administered)
    while True:
        kept = items
        for persons in parts:
            inside = connected_items(responses.with_items(kept).with_persons(persons))
            kept = kept[inside]
        if len(kept) == len(items):
            return items
        items = kept
