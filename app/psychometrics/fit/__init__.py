"""How well answers follow an item response model.

`infit_outfit` mean squares of residuals per item, on any forms; `s_x2` a chi-square per item by raw
score, on one form; `andersen_lr` a test of the Rasch model as a whole, on any forms.
"""

from .andersen import LikelihoodRatio, andersen_lr
from .residuals import ItemFit, infit_outfit
from .summed_score import ItemChiSquare, s_x2

__all__ = ["ItemChiSquare", "ItemFit", "LikelihoodRatio", "andersen_lr", "infit_outfit", "s_x2"]
