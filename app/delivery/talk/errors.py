"""Refusals of talk."""

from __future__ import annotations

from app.core.errors import Conflict


class HelpAnswered(Conflict):
    code = "help-answered"
    title = "Another proctor answered this call before."


class HelpEnded(Conflict):
    code = "help-ended"
    title = "This call has ended; the candidate took it back or somebody closed it."
