"""Rescue: answers that a dead line kept from the server come in later, as a file that the candidate saved at the bell.

A rescue goes noted → waiting → approved | refused. The proctor notes the file's six words within 15 minutes of the bell; somebody
else uploads the file later; a third person decides. Approved answers enter the journal of answers with source `rescue` and never
touch the table of live answers: the first receipt stays true, a second one stands beside it, and grading scores the two together.

Not here: the file itself is written by the exam page (`frontend/src/exam/rescue`); the new scoring run is `app.grading`'s.
"""

from app.delivery.rescue.decisions import decide
from app.delivery.rescue.errors import SamePerson
from app.delivery.rescue.invariants import INVARIANTS
from app.delivery.rescue.notes import note
from app.delivery.rescue.queries import (
    is_rescue_waiting,
    list_notes,
    list_rescues,
    note_until,
    rescue_ids,
    rescued_answers,
)
from app.delivery.rescue.types import Note, Rescue, RescueState
from app.delivery.rescue.uploads import upload

__all__ = [
    "INVARIANTS",
    "Note",
    "Rescue",
    "RescueState",
    "SamePerson",
    "decide",
    "is_rescue_waiting",
    "list_notes",
    "list_rescues",
    "note",
    "note_until",
    "rescue_ids",
    "rescued_answers",
    "upload",
]
