"""Reference values of calibration."""

from collections.abc import Callable
from typing import Any

from app import psychometrics as ps

from .data import DataSet


def with_guessing_prior(data: DataSet) -> ps.irt.Calibration:
    return ps.irt.mml_3pl(data.responses, slope_prior=None, intercept_prior=None, standard_errors=False)


CALIBRATION: dict[str, Callable[[DataSet], Any]] = {
    "irt.2pl.AIC_BIC": lambda data: [data.two_pl.aic, data.two_pl.bic],
    "irt.2pl.a": lambda data: data.two_pl.parameters.slope.tolist(),
    "irt.2pl.b": lambda data: list(data.two_pl.difficulty),
    "irt.2pl.d": lambda data: data.two_pl.parameters.intercept.tolist(),
    "irt.2pl.logLik": lambda data: data.two_pl.log_likelihood,
    "irt.2pl.ltm_logLik_crosscheck": lambda data: data.two_pl.log_likelihood,
    "irt.2pl.se_a": lambda data: data.two_pl.se_slope.tolist(),
    "irt.2pl.se_d": lambda data: data.two_pl.se_intercept.tolist(),
    "irt.3pl_prior.a": lambda data: with_guessing_prior(data).parameters.slope.tolist(),
    "irt.3pl_prior.b": lambda data: list(with_guessing_prior(data).difficulty),
    "irt.3pl_prior.g": lambda data: with_guessing_prior(data).parameters.guess.tolist(),
    "irt.3pl_prior.logLik": lambda data: with_guessing_prior(data).log_likelihood,
    "irt.rasch_mml.b": lambda data: list(data.rasch.difficulty),
    "irt.rasch_mml.logLik": lambda data: data.rasch.log_likelihood,
    "irt.rasch_mml.se_b": lambda data: data.rasch.se_difficulty.tolist(),
    "irt.rasch_mml.tam_b_crosscheck": lambda data: list(data.rasch.difficulty),
    "irt.rasch_mml.var": lambda data: data.rasch.variance,
}
