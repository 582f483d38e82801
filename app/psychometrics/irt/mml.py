"""Calibration by marginal maximum likelihood: Rasch, 1PL, 2PL and 3PL on sparse responses.

Ability is standard normal, on equally spaced nodes from -6 to 6; D = 1. What was not administered
does not enter the likelihood, so that random forms need nothing special. An item that all answered
alike has no finite estimate: it is left out, with the reason, and the rest are calibrated.

All candidates are taken for one population. Forms that share no items stand on one scale by that alone:
right where chance gave out the forms, wrong where each group has its own. `connected_items` tells which
items the answers themselves connect, and `cml_rasch` uses nothing else.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses

from .calibration import Calibration
from .mml_guessing import Guessing, Prior
from .mml_models import CommonSlope, FreeSlopes
from .mml_search import Settings, calibrated
from .model import ItemParameters

FLATTEST = 1e-3
"""A common slope below this one says that ability does not vary."""


def mml_rasch(
    responses: Responses, *, n_nodes: int = 61, max_iterations: int = 500, standard_errors: bool = True
) -> Calibration:
    """Rasch model: slope 1, a difficulty per item, and a free variance of ability.

    ``P(right) = 1 / (1 + exp(-(theta - b)))`` with theta ~ N(0, variance), fitted by EM; standard
    errors by Oakes' identity. The nodes stand at -6..6 standard deviations of ability.

    n_nodes: >= 2; take more where forms are so long that ability is known more finely than a node's step
        of .2 standard deviations.  max_iterations: >= 1.  standard_errors: ``False`` saves their time.

    Returns `Calibration`; no figures for fewer than 2 items. Least n: about 200 answers per item.
    Source: Bock & Aitkin 1981, Psychometrika 46:443-459; Thissen 1982, Psychometrika 47:175-186.

    >>> r = Responses.from_dense([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 1]] * 9)
    >>> c = mml_rasch(r)
    >>> c.parameters.difficulty.round(2).tolist(), round(c.variance, 2), c.converged
    ([-0.36, -0.36, -1.15], 1.34, True)
    """
    settings = Settings(n_nodes, max_iterations, standard_errors)
    return _on_the_scale_of_ability(_common_slope(responses, settings, "Rasch with free variance, MML-EM"))


def mml_1pl(
    responses: Responses, *, n_nodes: int = 61, max_iterations: int = 500, standard_errors: bool = True
) -> Calibration:
    """1PL: one slope for all items, ability standard normal; the Rasch model on another scale.

    ``P(right) = 1 / (1 + exp(-(a theta + d)))`` with one a; the difficulty is -d / a.

    Parameters, returns, least n and sources as in `mml_rasch`.

    >>> r = Responses.from_dense([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 1]] * 9)
    >>> mml_1pl(r).parameters.slope.round(2).tolist()
    [1.16, 1.16, 1.16]
    """
    return _common_slope(responses, Settings(n_nodes, max_iterations, standard_errors), "1PL, MML-EM")


def mml_2pl(
    responses: Responses, *, n_nodes: int = 61, max_iterations: int = 500, standard_errors: bool = True
) -> Calibration:
    """2PL: a slope and an intercept per item, ability standard normal.

    ``P(right) = 1 / (1 + exp(-(a theta + d)))``; the difficulty is -d / a. Where the data do not
    bound the slope of an item (it runs beyond 20), the item is left out with reason ``BOUNDARY``.

    Parameters as in `mml_rasch`.

    Returns `Calibration`; no figures for fewer than 3 items. Least n: about 500 answers per item.
    Source: Bock & Aitkin 1981, Psychometrika 46:443-459.

    >>> r = Responses.from_dense([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 1]] * 9)
    >>> c = mml_2pl(r)
    >>> c.parameters.slope.round(1).tolist(), c.n_used
    ([2.1, 2.1, 0.3], 63)
    """
    settings = Settings(n_nodes, max_iterations, standard_errors)
    return calibrated(responses, FreeSlopes, settings, least_items=3, totals_only=False, variant="2PL, MML-EM")


def mml_3pl(
    responses: Responses,
    *,
    slope_prior: Prior = (0.0, 0.5),
    intercept_prior: Prior = (0.0, 3.0),
    guess_prior: Prior = (-1.1, 0.5),
    n_nodes: int = 61,
    max_iterations: int = 500,
    standard_errors: bool = True,
) -> Calibration:
    """3PL: slope, intercept and lower asymptote per item, with priors; ability standard normal.

    ``P(right) = g + (1 - g) / (1 + exp(-(a theta + d)))``, at the mode of the posterior of
    (log a, d, logit g), so that slopes are positive. Few candidates guess on an item, so that
    without a prior on g the data rarely bound it.

    slope_prior, intercept_prior, guess_prior: mean and SD of a normal prior on log a, on d and on
        logit g; ``None`` for none. The defaults are wide for a and d, and for g say .25 with
        95 % between .11 and .47, as for four options.
    Other parameters as in `mml_rasch`.

    Returns `Calibration`; no figures for fewer than 3 items. `log_likelihood`, AIC and BIC leave the
    priors out; standard errors include them. Least n: about 1,000 answers per item.
    Source: Birnbaum 1968, in Lord & Novick; Mislevy 1986, Psychometrika 51:177-195.

    >>> r = Responses.from_dense([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 0], [1, 1, 1], [1, 1, 1], [0, 0, 1]] * 9)
    >>> c = mml_3pl(r)
    >>> c.converged, bool((c.parameters.guess < 0.3).all())
    (True, True)
    """
    priors = {"slope_prior": slope_prior, "intercept_prior": intercept_prior, "guess_prior": guess_prior}
    for name, prior in priors.items():
        if prior is not None and not (np.isfinite(prior[0]) and 0.0 < prior[1] < np.inf):
            raise ValueError(f"{name} must be a finite mean and a positive standard deviation, got {prior!r}")

    model = partial(Guessing, slope=slope_prior, intercept=intercept_prior, guess=guess_prior)

    settings = Settings(n_nodes, max_iterations, standard_errors)
    named = ", ".join(name.removesuffix("_prior") for name, prior in priors.items() if prior is not None)
    variant = f"3PL, priors on {named}, MML-EM" if named else "3PL without priors, MML-EM"
    return calibrated(responses, model, settings, least_items=3, totals_only=False, variant=variant)


def _common_slope(responses: Responses, settings: Settings, variant: str) -> Calibration:
    c = calibrated(responses, CommonSlope, settings, least_items=2, totals_only=True, variant=variant)
    flat = bool(np.any(c.estimated & (c.parameters.slope < FLATTEST)))
    return replace(c, reason=Reason.BOUNDARY, se_slope=None, se_difficulty=None) if flat else c


def _on_the_scale_of_ability(c: Calibration) -> Calibration:
    """The same 1PL with slope 1: its slope becomes the standard deviation of ability."""
    if not np.any(c.estimated):
        return c
    first = int(np.argmax(c.estimated))
    sd = float(c.parameters.slope[first])
    return replace(
        c,
        parameters=ItemParameters(c.estimated.astype(np.float64), c.parameters.intercept, c.parameters.guess),
        variance=sd * sd,
        se_slope=None,
        se_difficulty=c.se_intercept,
        se_variance=None if c.se_slope is None else 2.0 * sd * float(c.se_slope[first]),
    )
