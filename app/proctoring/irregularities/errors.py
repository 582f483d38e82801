"""Refusals of due process."""

from __future__ import annotations

from app.core.errors import Conflict


class AlreadyOpen(Conflict):
    code = "irregularity-open"
    title = "A case of this candidate is open already."


class NotStarted(Conflict):
    code = "irregularity-not-started"
    title = "This candidate has not started: there is no result to withhold. Write an incident instead."


class NotOver(Conflict):
    code = "irregularity-not-over"
    title = "The candidate is asked after the exam; end the attempt first, or wait for its end."


class Moved(Conflict):
    code = "irregularity-moved"
    title = "The case is at another step now; look again."


class NoStatementAsked(Conflict):
    code = "no-statement-asked"
    title = "No statement is asked for."
    number = 303


class StatementTooLate(Conflict):
    code = "statement-too-late"
    title = "The time for a statement is over."
    number = 304


class HearFirst(Conflict):
    """`until`: when the time for the statement is over."""

    code = "hear-first"
    title = "An attempt is void only after the candidate's statement, or after the time for it."


class MayNotDecide(Conflict):
    """`bar` says why: candidate, opener, reporter or in-room."""

    code = "may-not-decide"
    title = (
        "Somebody else has to decide: a person who was not in the room, did not open the case and did not report it."
    )
