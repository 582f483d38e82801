"""How candidates answer: the two-parameter model, a pace of their own, and the bell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.review_data.bank import OPTIONS, Bank, Floats, Ints

DURATION = 7200
DIF_LOGITS = 1.0
LEAKED = 0.25
OMITTED = 0.003


@dataclass(frozen=True, slots=True)
class Answers:
    """(persons, items) of one form."""

    option: Ints
    seconds: Floats
    position: Ints


@dataclass(frozen=True, slots=True)
class Special:
    """Items of the bank that are not answered by the model alone."""

    leaked: int | None
    differs: int | None


def answer(
    rng: np.random.Generator,
    bank: Bank,
    members: Ints,
    theta: Floats,
    focal: NDArray[np.bool_],
    special: Special,
) -> Answers:
    shape = (len(theta), len(members))
    logit = bank.a[members] * (theta[:, None] - bank.b[members])
    if special.differs is not None:
        logit -= DIF_LOGITS * np.outer(focal, members == special.differs)
    right = rng.random(shape, dtype=np.float32) < 1 / (1 + np.exp(-logit))
    if special.leaked in members:
        _leak(rng, right[:, int(np.flatnonzero(members == special.leaked)[0])])
    drawn = rng.random(shape, dtype=np.float32)
    edges = bank.wrong.cumsum(axis=1)[members]
    beyond = 1 + (drawn > edges[:, 0]) + (drawn > edges[:, 1])
    option = np.where(right, bank.key[members], (bank.key[members] + beyond) % OPTIONS)
    option[rng.random(shape, dtype=np.float32) < OMITTED] = -1
    spent = bank.pace[members] * np.exp(rng.normal(0, 0.25, len(theta))[:, None] + rng.normal(0, 0.45, shape))
    return _until_the_bell(rng, option, spent)


def _leak(rng: np.random.Generator, right: NDArray[np.bool_]) -> None:
    """Some of those who would not have known it know it."""
    wrong = ~right
    right |= wrong & (rng.random(len(right)) < LEAKED / max(wrong.mean(), LEAKED))


def _until_the_bell(rng: np.random.Generator, option: Ints, spent: Floats) -> Answers:
    """Everybody goes through the items in an order of their own; what the bell cuts off is omitted, in zero seconds."""
    order = np.argsort(rng.random(spent.shape, dtype=np.float32), axis=1)
    used = np.take_along_axis(spent, order, axis=1).cumsum(axis=1)
    late = np.zeros_like(used, dtype=bool)
    np.put_along_axis(late, order, used > DURATION, axis=1)
    left = np.zeros_like(spent)
    np.put_along_axis(left, order, np.clip(DURATION - np.roll(used, 1, axis=1), 0, None), axis=1)
    position = np.empty_like(order)
    np.put_along_axis(position, order, np.arange(1, spent.shape[1] + 1)[None, :], axis=1)
    seconds = np.where(late, np.where(left < spent, left, 0.0), spent)
    return Answers(np.where(late, -1, option), seconds, position)


@dataclass(slots=True)
class Columns:
    """The rows of all forms, one piece a form until they are joined."""

    person: list[NDArray[Any]] = field(default_factory=list)
    item: list[NDArray[Any]] = field(default_factory=list)
    option: list[NDArray[Any]] = field(default_factory=list)
    position: list[NDArray[Any]] = field(default_factory=list)
    seconds: list[NDArray[Any]] = field(default_factory=list)

    def write(self, who: Ints, members: Ints, answers: Answers) -> None:
        self.person.append(np.repeat(who, len(members)).astype(np.int32))
        self.item.append(np.tile(members, len(who)).astype(np.int32))
        self.option.append(answers.option.ravel().astype(np.int16))
        self.position.append(answers.position.ravel().astype(np.int16))
        self.seconds.append(answers.seconds.ravel().astype(np.float32))

    def joined(self) -> dict[str, NDArray[Any]]:
        return {name: np.concatenate(getattr(self, name)) for name in Columns.__slots__}
