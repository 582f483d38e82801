"""Synthetic data of a review: candidates who answer by the two-parameter model, with plants that a review must find.

`plant(...)` returns the data and where the plants lie; `make_review_data(...)` the data alone. The same arguments make the same data.
"""

from tests.review_data.crowd import ATTRIBUTE, FOCAL, REFERENCE
from tests.review_data.design import Design, Planted
from tests.review_data.making import make_review_data, plant

__all__ = ["ATTRIBUTE", "FOCAL", "REFERENCE", "Design", "Planted", "make_review_data", "plant"]
