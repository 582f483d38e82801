"""Signals: what the exam page and the server notice of the circumstances of an exam. Shown, never judged.

Each kind, its words and the threshold from which the board counts it as worth a look stand in `kinds.json`, which the exam page
reads too: the candidate is told before the start what is recorded, and can read afterwards what was. A signal is a row that nobody
changes; past a limit per attempt there is only the count. No signal holds an answer, a text or what was copied.

Not here: what a person makes of it (`app.proctoring`).
"""

from app.delivery.signals.fast import note_fast_answers
from app.delivery.signals.kinds import KINDS, Kind
from app.delivery.signals.queries import list_signals, tally
from app.delivery.signals.record import note_visit
from app.delivery.signals.routes import router
from app.delivery.signals.types import Signal, Tally

__all__ = [
    "KINDS",
    "Kind",
    "Signal",
    "Tally",
    "list_signals",
    "note_fast_answers",
    "note_visit",
    "router",
    "tally",
]
