"""Irregularities with due process: suspected, the candidate heard, decided by somebody who was not in the room.

A case moves opened → statement-asked → statement-given (or the time for it passes) → void | released. Each move is a row that is
only ever added, with who, when and the words. From the first row until `released` the candidate's result is withheld, alone:
the others of the sitting go out with the release (the view `withheld_results`, which the released scores leave out).

Invariants: nobody is voided unheard, that is before a statement or the end of the time for one; who opened the case, reported
the incident, was assigned to the sitting, acted in its room or sat in it decides nothing; the grounds of that judgement are kept
with the decision.

Not here: what an attempt that is void means for its answers (`app.delivery`), and the appeal, which begins with the letter.
"""

from app.proctoring.irregularities.exam_routes import router as exam_router
from app.proctoring.irregularities.invariants import INVARIANTS
from app.proctoring.irregularities.queries import find_case, list_cases
from app.proctoring.irregularities.routes import router
from app.proctoring.irregularities.rules import appeal_until, bar, may_move, must_hear
from app.proctoring.irregularities.steps import ask_statement, decide, give_statement, open_case
from app.proctoring.irregularities.types import Bar, Case, Involved, Reason, State, Step

__all__ = [
    "INVARIANTS",
    "Bar",
    "Case",
    "Involved",
    "Reason",
    "State",
    "Step",
    "appeal_until",
    "ask_statement",
    "bar",
    "decide",
    "exam_router",
    "find_case",
    "give_statement",
    "list_cases",
    "may_move",
    "must_hear",
    "open_case",
    "router",
]
