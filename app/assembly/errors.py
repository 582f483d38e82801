"""Refusals of form assembly."""

from __future__ import annotations

from collections.abc import Sequence

from app.assembly.types import Shortfall
from app.core.errors import Conflict


class BankTooSmall(Conflict):
    code = "bank-too-small"
    title = "The active items of a criterion are fewer than the blueprint asks for."


class OptionsDiffer(Conflict):
    code = "options-differ"
    title = "An active item has another number of options than the exam of the scheme."


class FormsExist(Conflict):
    code = "forms-exist"
    title = "The forms of this sitting were drawn already; forms are never drawn twice."


class CannotPlan(Conflict):
    """`shortfalls` names each rule that cannot be kept, by how much, and what would help."""

    code = "cannot-plan"
    title = "No forms keep all rules with this pool."

    def __init__(self, shortfalls: Sequence[Shortfall]) -> None:
        super().__init__("; ".join(shortfall.text_en for shortfall in shortfalls))
        self.shortfalls = tuple(shortfalls)
