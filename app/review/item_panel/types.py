"""The committee's words on an item, and what each of them does to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.itembank import State
from app.itembank.lifecycle import Action


class Decision(StrEnum):
    """diterima, direvisi, ditangguhkan, ditarik."""

    ACCEPTED = "accepted"
    REVISE = "revise"
    SUSPENDED = "suspended"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Step:
    """`move`: what is done to the version, None where it stands already where the decision wants it."""

    move: Action | None


D, S = Decision, State
STAYS: Final = Step(None)
# By decision and by the state of the version. What is missing cannot be decided of such an item.
STEPS: Final[dict[tuple[Decision, State], Step]] = {
    (D.ACCEPTED, S.ACTIVE): STAYS,
    (D.ACCEPTED, S.APPROVED): STAYS,
    (D.ACCEPTED, S.SUSPENDED): Step(Action.RESUME),  # the newest decision counts
    (D.REVISE, S.ACTIVE): STAYS,
    (D.REVISE, S.APPROVED): STAYS,
    (D.REVISE, S.SUSPENDED): STAYS,
    (D.SUSPENDED, S.ACTIVE): Step(Action.SUSPEND),
    (D.SUSPENDED, S.SUSPENDED): STAYS,
    (D.RETIRED, S.ACTIVE): Step(Action.RETIRE),
    (D.RETIRED, S.APPROVED): Step(Action.RETIRE),
    (D.RETIRED, S.SUSPENDED): Step(Action.RETIRE),
    (D.RETIRED, S.RETIRED): STAYS,
}


def step_of(decision: Decision, state: State) -> Step | None:
    return STEPS.get((decision, state))
