"""What planned forms hold, counted from the codes of their items and from nothing that the solver said. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.assembly.foundations.blueprints import value_of
from app.assembly.types import FormPlan, Limit, PlannedForm, PoolItem

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Tally:
    """A plan beside its pool, by code. The first `n_general` forms are open to everybody, a *reserved* one only to whom it names."""

    forms: tuple[PlannedForm, ...]
    items: tuple[PoolItem, ...]
    n_general: int

    @cached_property
    def holds(self) -> NDArray[np.bool_]:
        """(forms, items): does this form hold this item?"""
        column = {item.code: place for place, item in enumerate(self.items)}
        held = np.zeros((len(self.forms), len(self.items)), dtype=np.bool_)
        for row, form in enumerate(self.forms):
            held[row, [column[code] for code in form.codes]] = True
        return held

    @property
    def general(self) -> tuple[PlannedForm, ...]:
        return self.forms[: self.n_general]

    @cached_property
    def common(self) -> Counts:
        """(forms, forms): how many items two forms share; a form shares all of its own with itself."""
        held = self.holds.astype(np.float64)  # whole numbers stay exact, and sums of products are fast
        return (held @ held.T).astype(np.int64)

    @cached_property
    def shared(self) -> list[int]:
        """How many items each two general forms share, in rising order."""
        among = self.common[: self.n_general, : self.n_general]
        return sorted(among[np.triu_indices(len(among), 1)].tolist())

    @cached_property
    def seen_in(self) -> Counts:
        """(items,): how many general forms hold this item."""
        return np.asarray(self.holds[: self.n_general].sum(axis=0), dtype=np.int64)

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """(items,): does any form hold this item?"""
        return np.asarray(self.holds.any(axis=0))


def tally(plan: FormPlan, items: Sequence[PoolItem], n_general: int | None = None) -> Tally:
    """All forms are general where it is not told how many. Raises ValueError where a form names an item that is not in the pool."""
    known = {item.code for item in items}
    for form in plan.forms:
        unknown = sorted(set(form.codes) - known)
        if unknown:
            raise ValueError(f"plan: form {form.form_no} holds {unknown[0]}, which is not in the pool")
    by_code = tuple(sorted(items, key=lambda item: item.code))
    return Tally(plan.forms, by_code, len(plan.forms[:n_general]))


def limit_counts(table: Tally, limit: Limit) -> list[int]:
    """How many items each form holds that this limit counts."""
    counted = np.array([value_of(item, limit.dimension) == limit.value for item in table.items], dtype=np.bool_)
    return [int(count) for count in table.holds[:, counted].sum(axis=1)]


def enemy_pairs(items: Sequence[PoolItem]) -> list[tuple[str, str]]:
    """Items that must not stand in one form, whichever of the two names the other."""
    known = {item.code for item in items}
    pairs = {(min(item.code, enemy), max(item.code, enemy)) for item in items for enemy in item.enemies}
    return sorted(pair for pair in pairs if known.issuperset(pair))


def enemies_together(table: Tally) -> list[tuple[int, str, str]]:
    """(form number, item, its enemy) for each form that holds both."""
    pairs = enemy_pairs(table.items)
    return [(form.form_no, *pair) for form in table.forms for pair in pairs if set(form.codes).issuperset(pair)]


def count_cases(items: Sequence[PoolItem]) -> int:
    """How many cases several items share."""
    members = Counter(item.case for item in items if item.case)
    return sum(count > 1 for count in members.values())


def split_cases(shown: Sequence[PoolItem]) -> list[str]:
    """Cases whose items, in this order, do not stand side by side."""
    blocks = Counter(case for case, _ in groupby(item.case for item in shown))
    return sorted(case for case, count in blocks.items() if case and count > 1)


def exposure_counts(table: Tally) -> dict[str, int]:
    """Number of general forms → how many items of the pool stand in just so many."""
    found = Counter(table.seen_in.tolist())
    return {str(times): found[times] for times in sorted(found)}


def seen_before(form: PlannedForm, earlier: Mapping[UUID, frozenset[str]]) -> int:
    """The most items of a form that one of the people it names saw before."""
    return max(len(earlier.get(person, frozenset()) & set(form.codes)) for person in form.reserved_for)
