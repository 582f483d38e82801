"""How often copying would be found: what a policy must know before it relies on these statistics.

Generators are named in quotes: numpy loads its random module only when somebody asks for it.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate, proportion
from app.psychometrics.numerics.discrete import sum_score_distribution
from app.psychometrics.numerics.normal import normal_tail
from app.psychometrics.numerics.quadrature import normal_grid

from .answer_model import AnswerModel, Array
from .answers import category_chances
from .overlap import NO_SPREAD
from .similarity import upper_tail

_BLOCK = 500


def copying_power(
    model: AnswerModel,
    *,
    copier_theta: float,
    source_theta: float,
    n_common: int,
    share_copied: float,
    form_length: int | None = None,
    significance: float = 1e-4,
    statistic: Literal["omega", "gbt"] = "gbt",
    replications: int = 2_000,
    seed: int,
) -> Estimate:
    """Share of copiers that omega or GBT, given the source, would find at one significance.

    Each replication draws `n_common` items of the model, lets the source answer them, and the
    copier too, who takes over ``round(share_copied x n_common)`` of the source's answers. With
    ``share_copied = 0`` it is the rate of false alarms.

    copier_theta, source_theta: abilities.
    n_common:     1..items of the model.  share_copied: 0..1.
    form_length:  items of the copier's form, at least n_common: the ability is then estimated (EAP)
                  from the whole form, copied answers included, as in practice. ``None``: it is
                  taken as known, and the power is an upper bound.
    significance: of the p value, after whatever correction for many pairs is planned (1e-4 stands
                  for 100 pairs of neighbours at 0.01).
    seed:         of the simulation.
    Returns the share with its Wilson interval; n_used counts replications.

    >>> from app.psychometrics.irt import ItemParameters
    >>> bank = ItemParameters.from_difficulty(np.linspace(-2, 2, 100))
    >>> copying = dict(copier_theta=0.0, source_theta=1.0, share_copied=0.6, replications=300, seed=1)
    >>> few, many = (copying_power(bank, n_common=n, form_length=100, **copying) for n in (25, 100))
    >>> few.value < 0.2 < 0.8 < many.value
    True
    """
    _check(
        model, copier_theta, source_theta, n_common, share_copied, form_length, significance, statistic, replications
    )
    rng = np.random.default_rng(seed)
    case = _Case(model, copier_theta, source_theta, n_common, round(share_copied * n_common), form_length)
    found = settled = 0
    for first in range(0, replications, _BLOCK):
        matches, chance = case.replicate(min(_BLOCK, replications - first), rng)
        p = _p_values(matches, chance, statistic)
        settled += int(np.count_nonzero(np.isnan(p)))
        found += int(np.count_nonzero(p <= significance))
    ability = "known" if form_length is None else "estimated"
    variant = f"{statistic} given the source, ability {ability}"
    if settled == replications:
        return no_estimate(Reason.PATTERNS_EQUALLY_LIKELY, replications, variant=variant)
    return replace(proportion(found, replications), variant=variant)


@dataclass(frozen=True, slots=True)
class _Case:
    """One copier, one source."""

    model: AnswerModel
    copier_theta: float
    source_theta: float
    n_common: int
    n_copied: int
    form_length: int | None

    def replicate(self, size: int, rng: "np.random.Generator") -> tuple[NDArray[np.int64], Array]:
        """(size,) matches, and (size, n_common) chances that the copier gives the source's answers."""
        own, given = category_chances(self.model, np.array([self.copier_theta, self.source_theta]))
        form = np.argsort(rng.random((size, self.model.n_items)), axis=1)[:, : self.form_length or self.n_common]
        common = form[:, : self.n_common]
        source, answer = _drawn(given[common], rng), _drawn(own[form], rng)
        answer[:, : self.n_copied] = source[:, : self.n_copied]  # the items are in random order
        if self.form_length is None:
            chance = own[common]
        else:
            theta = _eap(self.model, form, answer)
            chance = category_chances(self.model, theta)[np.arange(size)[:, None], common]
        matches = np.count_nonzero(answer[:, : self.n_common] == source, axis=1)
        return matches, np.take_along_axis(chance, source[..., None], axis=-1)[..., 0]


def _eap(model: AnswerModel, form: NDArray[np.int64], answer: NDArray[np.int64]) -> Array:
    """Mean of each ability given the answers, under a standard normal law."""
    nodes, weights = normal_grid(31, bound=5.0)
    log_chance = np.log(np.maximum(category_chances(model, nodes), np.finfo(np.float64).tiny))
    likelihood = np.stack([table[form, answer].sum(axis=1) for table in log_chance], axis=1)
    posterior = weights * np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    theta: Array = posterior @ nodes / posterior.sum(axis=1)
    return theta


def _check(
    model: AnswerModel,
    copier_theta: float,
    source_theta: float,
    n_common: int,
    share_copied: float,
    form_length: int | None,
    significance: float,
    statistic: str,
    replications: int,
) -> None:
    check_level(significance, "significance")
    if not 1 <= n_common <= model.n_items:
        raise ValueError(f"n_common must lie in 1..{model.n_items}, got {n_common!r}")
    if not 0.0 <= share_copied <= 1.0:
        raise ValueError(f"share_copied must lie in 0..1, got {share_copied!r}")
    if form_length is not None and not n_common <= form_length <= model.n_items:
        raise ValueError(f"form_length must lie in {n_common}..{model.n_items}, got {form_length!r}")
    if replications < 1:
        raise ValueError(f"replications must be at least 1, got {replications!r}")
    if statistic not in ("omega", "gbt"):
        raise ValueError(f"statistic must be 'omega' or 'gbt', got {statistic!r}")
    if not (np.isfinite(copier_theta) and np.isfinite(source_theta)):
        raise ValueError("copier_theta and source_theta must be finite")


def _drawn(chance: Array, rng: "np.random.Generator") -> NDArray[np.int64]:
    """One category per entry, by its chances on the last axis."""
    bounds = np.cumsum(chance, axis=-1)
    drawn = np.sum(rng.random(chance.shape[:-1])[..., None] * bounds[..., -1:] >= bounds, axis=-1)
    last: NDArray[np.int64] = np.minimum(drawn, chance.shape[-1] - 1)
    return last


def _p_values(matches: NDArray[np.int64], chance: Array, statistic: str) -> Array:
    if statistic == "gbt":
        return upper_tail(sum_score_distribution(np.minimum(chance, 1.0)), matches)
    variance = np.sum(chance * (1.0 - chance), axis=1)
    z = (matches - chance.sum(axis=1)) / np.sqrt(np.maximum(variance, NO_SPREAD))
    return np.where(variance > NO_SPREAD, normal_tail(z), np.nan)
