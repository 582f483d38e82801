"""Refusals of grading."""

from __future__ import annotations

from app.core.errors import Conflict


class NotReleased(Conflict):
    code = "not-released"
    title = "The results of this sitting are not released yet."
    number = 301


class ResultWithheld(Conflict):
    code = "result-withheld"
    title = "This result is being looked at; the page says what happens next."
    number = 302


class NotScored(Conflict):
    code = "not-scored"
    title = "Attempts are still running, or not all submitted attempts are scored."


class AlreadyReleased(Conflict):
    code = "already-released"
    title = "The results were released before."
