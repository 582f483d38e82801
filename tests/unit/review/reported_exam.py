"""An exam with a harder form, an item that differs for a group and one that leaked: its data, and the letters of its paper."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import Estimate, Responses, proportion
from app.review.compute import compute
from app.review.data.types import ReviewData
from app.review.method.types import ReviewMethod
from tests.review_data import plant
from tests.unit.review.recomputed import (
    Floats,
)
from tests.unit.review.reported import content_of, letters_of, make_facts, pdf_of

METHOD = ReviewMethod()


@cache
def data() -> ReviewData:
    found = plant(700, bank=120, periods=(0, -1), dif=True, form=True, leak=True).data
    before, now = found.sittings
    return replace(found, sittings=(replace(before, mode="daring"), replace(now, mode="luring")))


@cache
def letters() -> str:
    parts = json.loads(json.dumps(dict(compute(data(), METHOD))))
    return letters_of(pdf_of(content_of(make_facts(parts))))


@cache
def responses(*periods: int) -> Responses:
    return data().responses(data().of_period(*periods))


def scores(*periods: int) -> Floats:
    return scores_of(data().of_period(*periods))


def scores_of(persons: NDArray[np.bool_]) -> Floats:
    return np.array([one.score for one, keep in zip(data().persons, persons, strict=True) if keep], dtype=np.float64)


def reached(values: Floats) -> Estimate:
    return proportion(int((values >= data().pass_mark).sum()), len(values))
