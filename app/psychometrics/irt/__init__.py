"""Item response theory: calibration, ability, information. Logistic models with D = 1, on sparse data."""

from .ability import Abilities, eap, ml, wle
from .calibration import Calibration
from .cml import ConditionalRasch, cml_rasch
from .connection import connected_items
from .drift import Drift, ItemDrift, item_drift
from .information import (
    empirical_reliability,
    expected_score,
    form_expected_score,
    form_information,
    form_marginal_reliability,
    marginal_reliability,
    separation_reliability,
    standard_error,
    test_information,
)
from .likelihood import marginal_log_likelihood
from .mml import mml_1pl, mml_2pl, mml_3pl, mml_rasch
from .model import ItemParameters, expit

__all__ = [
    "Abilities",
    "Calibration",
    "ConditionalRasch",
    "Drift",
    "ItemDrift",
    "ItemParameters",
    "cml_rasch",
    "connected_items",
    "eap",
    "empirical_reliability",
    "expected_score",
    "expit",
    "form_expected_score",
    "form_information",
    "form_marginal_reliability",
    "item_drift",
    "marginal_log_likelihood",
    "marginal_reliability",
    "ml",
    "mml_1pl",
    "mml_2pl",
    "mml_3pl",
    "mml_rasch",
    "separation_reliability",
    "standard_error",
    "test_information",
    "wle",
]
